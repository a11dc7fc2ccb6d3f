"""``python -m matac_ml`` is ``matac-ml``."""

from matac_ml.cli import main

main()
