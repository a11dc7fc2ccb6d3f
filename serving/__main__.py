"""``python -m serving``: the earlier name of ``matac-ml serve``; the arguments are the same."""

from matac_ml.cli import renamed

if __name__ == "__main__":
    renamed("serving", "serve")
