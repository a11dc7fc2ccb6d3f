"""The run: recipe, dataset, fit, compare, audit, track, promote."""

import os

# Said before MLflow is imported anywhere, which asks once: nothing is reported to anybody.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "1")
