"""Where runs are tracked and versions registered: SQLite beside the run, unless another store is named."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient
from sqlalchemy.engine import make_url

from matac_ml.database import sqlite_url
from matac_ml.errors import UsageError

_VARIABLE = "MLFLOW_TRACKING_URI"


def store_of(out: Path, store: str | None = None) -> str:
    """Return the tracking store: the one named, else ``MLFLOW_TRACKING_URI``, else SQLite in ``out``."""
    return store or os.environ.get(_VARIABLE) or sqlite_url((out / "mlflow.db").resolve())


def point_at(store: str) -> None:
    """Point MLflow at a store, and keep it out of the environment, where the next run would take it for its own."""
    named = os.environ.get(_VARIABLE)
    mlflow.set_tracking_uri(store)
    if named is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = named


def existing_store(store: str) -> MlflowClient:
    """A client of a store that is there already: MLflow would make one of whatever path it is given.

    Raises
    ------
    UsageError
        When the store is a file that is not there, or not one that runs were registered in.
    """
    if store.startswith("sqlite"):
        path = Path(make_url(store).database or "")
        if not path.is_file() or not _holds_models(path):
            came = "it is not one" if path.exists() else "there is none"
            raise UsageError(
                f"{path.name} in {path.parent.name} must be the registry of a run, and {came}. "
                "Name the folder that `matac-ml train --out FOLDER` wrote to, or train first."
            )
    point_at(store)
    return MlflowClient()


def _holds_models(path: Path) -> bool:
    """Whether a SQLite file has the registry's table; it is only read."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as con:
        try:
            found = con.execute("SELECT 1 FROM sqlite_master WHERE name = 'registered_models'").fetchone()
        except sqlite3.DatabaseError:
            return False
    return found is not None
