"""MLflow: the run, its nested runs, and the registry. The only file that imports MLflow.

The store is SQLite beside the run unless another is named; telemetry is off. What is registered is the bundle itself,
loaded through ``training.flavour`` by name: MLflow pickles nothing.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "1")

import mlflow
import numpy as np
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.tracking import MlflowClient
from sqlalchemy.engine import make_url

from matac_ml.database import sqlite_url
from matac_ml.errors import UsageError

EXPERIMENT = "matac-ml"
MODEL = "matac-ml"
#: Alias of the newest registered version, and of the one that was promoted.
CANDIDATE, CHAMPION = "candidate", "champion"
#: MLflow refuses longer parameter values.
_LONGEST = 6000


@dataclass(frozen=True)
class Registered:
    """A version in the registry."""

    name: str
    version: str
    run_id: str
    alias: str


def store_of(out: Path, store: str | None = None) -> str:
    """Return the tracking store: the one named, else ``MLFLOW_TRACKING_URI``, else SQLite in ``out``."""
    return store or os.environ.get("MLFLOW_TRACKING_URI") or sqlite_url((out / "mlflow.db").resolve())


def _kept(store: str) -> MlflowClient:
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
                f"{path.name} in {path.parent.name} must be the registry of a run, and {came}. Name the folder that "
                "`python -m training train --out FOLDER` wrote to, or train first."
            )
    mlflow.set_tracking_uri(store)
    return MlflowClient()


def _holds_models(path: Path) -> bool:
    """Whether a SQLite file has the registry's table; it is only read."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as con:
        try:
            found = con.execute("SELECT 1 FROM sqlite_master WHERE name = 'registered_models'").fetchone()
        except sqlite3.DatabaseError:
            return False
    return found is not None


def _open(store: str, artifacts: Path) -> str:
    """Point MLflow at the store and return the experiment's id, made on first use."""
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    mlflow.set_tracking_uri(store)
    client = MlflowClient()
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(EXPERIMENT, artifact_location=artifacts.resolve().as_uri()))


class Tracked:
    """An open run."""

    def __init__(self, run_id: str, experiment: str) -> None:
        self.run_id = run_id
        self._experiment = experiment

    def params(self, values: Mapping[str, object]) -> None:
        """Log parameters; long values are cut, the recipe's file holds them whole."""
        mlflow.log_params({name: str(value)[:_LONGEST] for name, value in values.items()})

    def metrics(self, values: Mapping[str, float]) -> None:
        """Log metrics; those that are not numbers here are left out."""
        mlflow.log_metrics({name: float(value) for name, value in values.items() if np.isfinite(value)})

    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags."""
        mlflow.set_tags(dict(values))

    def dataset(self, name: str, digest: str, *, context: str) -> None:
        """Log where the data came from: a name and its hash, never a row."""
        source = CodeDatasetSource(tags={"mlflow.source.name": name})
        mlflow.log_input(MetaDataset(source, name=name, digest=digest[:32]), context=context)

    def files(self, folder: Path, *, under: str) -> None:
        """Log a folder of files."""
        mlflow.log_artifacts(str(folder), artifact_path=under)

    def file(self, path: Path) -> None:
        """Log one file."""
        mlflow.log_artifact(str(path))

    def picture(self, name: str, png: bytes, *, scratch: Path) -> None:
        """Log a picture."""
        path = scratch / name
        path.write_bytes(png)
        mlflow.log_artifact(str(path), artifact_path="pictures")

    def child(self, name: str, *, params: Mapping[str, object], metrics: Mapping[str, float]) -> None:
        """Log a nested run, one a contender."""
        with mlflow.start_run(run_name=name, nested=True, experiment_id=self._experiment):
            self.params(params)
            self.metrics(metrics)

    def register(self, bundle: Path, *, tags: Mapping[str, str]) -> Registered:
        """Register the bundle as a new version of the model and give it the alias ``candidate``."""
        logged = mlflow.pyfunc.log_model(
            name="bundle",
            loader_module="training.flavour",
            data_path=str(bundle),
            pip_requirements=["matac-ml"],  # explicit: working them out takes a quarter of a minute
            registered_model_name=MODEL,
        )
        version, client = str(logged.registered_model_version), MlflowClient()
        for name, value in tags.items():
            client.set_model_version_tag(MODEL, version, name, value)
        client.set_registered_model_alias(MODEL, CANDIDATE, version)
        return Registered(MODEL, version, self.run_id, CANDIDATE)


@contextmanager
def tracked(store: str, *, name: str, artifacts: Path) -> Iterator[Tracked]:
    """Open a run, or go on with the one that ``mlflow run`` has opened.

    Parameters
    ----------
    store : str
        From :func:`store_of`.
    name : str
        Name of the run.
    artifacts : Path
        Folder for artifacts, used when the experiment is made.
    """
    experiment = _open(store, artifacts)
    given = os.environ.get("MLFLOW_RUN_ID")
    if given:
        with mlflow.start_run(run_id=given) as run:
            mlflow.set_tag("mlflow.runName", name)
            yield Tracked(run.info.run_id, run.info.experiment_id)
        return
    with mlflow.start_run(run_name=name, experiment_id=experiment) as run:
        yield Tracked(run.info.run_id, experiment)


def bundle_of(store: str, version: str) -> Path:
    """Return the folder of a registered version's bundle.

    Parameters
    ----------
    version : str
        A number, or an alias such as ``candidate``.

    Raises
    ------
    UsageError
        When there is no store, or it holds no such version; nothing is made.
    """
    client = _kept(store)
    try:
        if version.isdigit():
            found = client.get_model_version(MODEL, version)
        else:
            found = client.get_model_version_by_alias(MODEL, version)
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{MODEL}/{found.version}"))
    except mlflow.exceptions.MlflowException as error:
        raise UsageError(
            f"The registry must hold version {version!r} of {MODEL}; train first, or name another. {error.message}"
        ) from error
    manifest = next(folder.rglob("manifest.json"), None)
    if manifest is None:
        raise UsageError(f"Version {version!r} of {MODEL} holds no bundle.")
    return manifest.parent


def promote_version(store: str, *, bundle_hash: str, tags: Mapping[str, str]) -> Registered:
    """Give the alias ``champion`` to the newest version with this bundle hash.

    Raises
    ------
    UsageError
        When there is no store, or no registered version has it; nothing is made.
    """
    client = _kept(store)
    versions = client.search_model_versions(f"name = '{MODEL}'")
    same = [v for v in versions if v.tags.get("bundle_hash") == bundle_hash]
    if not same:
        raise UsageError("No registered version has this bundle's hash; train and register it first.")
    newest = max(same, key=lambda v: int(v.version))
    for name, value in tags.items():
        client.set_model_version_tag(MODEL, newest.version, name, value)
    client.set_registered_model_alias(MODEL, CHAMPION, newest.version)
    return Registered(MODEL, str(newest.version), str(newest.run_id), CHAMPION)
