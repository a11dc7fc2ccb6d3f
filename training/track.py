"""MLflow: the run, its nested runs, and the registry. The only file that imports MLflow.

The store is SQLite beside the run unless another is named; telemetry is off. What is registered is the bundle itself,
loaded through ``training.flavour`` by name: MLflow pickles nothing.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "1")

import mlflow
import numpy as np
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities.model_registry import ModelVersion
from mlflow.tracking import MlflowClient
from sqlalchemy.engine import make_url

from matac_ml.bundle import load_bundle
from matac_ml.database import sqlite_url
from matac_ml.errors import BundleError, UsageError
from matac_ml.manifest import MANIFEST, read_checked
from matac_ml.release import GATES_FILE, PAPERS, Release, read_release
from training.releasing import RunRelease

EXPERIMENT = "matac-ml"
MODEL = "matac-ml"
#: Alias of the newest registered version, and of the one that was promoted.
CANDIDATE, CHAMPION = "candidate", "champion"
#: MLflow refuses longer parameter values.
_LONGEST = 6000
_VARIABLE = "MLFLOW_TRACKING_URI"
_AGAIN = "Train and register it again."


@dataclass(frozen=True)
class Registered:
    """A version in the registry."""

    name: str
    version: str
    run_id: str
    alias: str


def store_of(out: Path, store: str | None = None) -> str:
    """Return the tracking store: the one named, else ``MLFLOW_TRACKING_URI``, else SQLite in ``out``."""
    return store or os.environ.get(_VARIABLE) or sqlite_url((out / "mlflow.db").resolve())


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
                "`matac-ml train --out FOLDER` wrote to, or train first."
            )
    _point_at(store)
    return MlflowClient()


def _point_at(store: str) -> None:
    """Point MLflow at a store, and keep it out of the environment, where the next run would take it for its own."""
    named = os.environ.get(_VARIABLE)
    mlflow.set_tracking_uri(store)
    if named is None:
        os.environ.pop(_VARIABLE, None)
    else:
        os.environ[_VARIABLE] = named


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
    _point_at(store)
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

    def register(self, release: RunRelease, *, tags: Mapping[str, str]) -> Registered:
        """Register the bundle as a new version, with its papers and gates, and give it the alias ``candidate``."""
        logged = mlflow.pyfunc.log_model(
            name="bundle",
            loader_module="training.flavour",
            data_path=str(release.bundle),
            pip_requirements=["matac-ml"],  # explicit: working them out takes a quarter of a minute
            registered_model_name=MODEL,
            metadata={"bundle_hash": release.hashes.bundle},
        )
        version, client = str(logged.registered_model_version), MlflowClient()
        for name, value in tags.items():
            client.set_model_version_tag(MODEL, version, name, value)
        _keep(client, version, self.run_id, release)
        client.set_registered_model_alias(MODEL, CANDIDATE, version)
        return Registered(MODEL, version, self.run_id, CANDIDATE)


def _keep(client: MlflowClient, version: str, run_id: str, release: RunRelease) -> None:
    """Log papers and gates under the release's own name, and tag the version with every hash."""
    folder = _folder_of(release.hashes.release)
    client.log_artifacts(run_id, str(release.papers), f"{folder}/{PAPERS}")
    client.log_artifact(run_id, str(release.gates), folder)
    for name, value in (*asdict(release.hashes).items(), ("release", release.hashes.release)):
        client.set_model_version_tag(MODEL, version, f"{name}_hash", value)


def _folder_of(release_hash: str) -> str:
    return f"release-{release_hash[:16]}"


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
    """Return the folder of a registered version's bundle, checked against the hash in the version's tags.

    Parameters
    ----------
    version : str
        A number, or an alias such as ``candidate``.

    Raises
    ------
    UsageError
        When there is no store, or it holds no such version; nothing is made.
    BundleError
        When the files are not those that were registered.
    """
    client = _kept(store)
    try:
        if version.isdigit():
            found = client.get_model_version(MODEL, version)
        else:
            found = client.get_model_version_by_alias(MODEL, version)
    except mlflow.exceptions.MlflowException as error:
        raise UsageError(
            f"The registry must hold version {version!r} of {MODEL}; train first, or name another. {error.message}"
        ) from error
    return _checked_bundle(found)


def _checked_bundle(version: ModelVersion) -> Path:
    name = f"Version {version.version} of {MODEL}"
    try:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{MODEL}/{version.version}"))
    except (mlflow.exceptions.MlflowException, OSError) as error:
        raise BundleError(f"The files of {name} must be in the registry's store, and cannot be read.") from error
    manifest = next(folder.rglob(MANIFEST), None)
    if manifest is None:
        raise BundleError(f"{name} must hold a bundle, and holds none. Train and register it again.")
    registered = version.tags.get("bundle_hash", "")
    checked = read_checked(manifest.parent, what=f"bundle of version {version.version}", remedy=_AGAIN)
    if checked.sha256 != registered:
        raise BundleError(
            f"{name} was registered with the bundle {registered or 'of no hash'}, and its files are those of "
            f"{checked.sha256}. {_AGAIN}"
        )
    return manifest.parent


def release_of(store: str, version: str) -> Release:
    """Return papers and gates that are kept with a registered version, checked against the hash in its tags.

    Raises
    ------
    UsageError
        When there is no store, or it holds no such version.
    BundleError
        When bundle, papers or gates are not those that were registered.
    """
    bundle = bundle_of(store, version)
    client = MlflowClient()
    by_name = client.get_model_version if version.isdigit() else client.get_model_version_by_alias
    return _checked_release(by_name(MODEL, version), bundle)


def _checked_release(version: ModelVersion, bundle: Path) -> Release:
    wanted = version.tags.get("release_hash", "")
    try:
        kept = mlflow.artifacts.download_artifacts(run_id=version.run_id, artifact_path=_folder_of(wanted))
    except (mlflow.exceptions.MlflowException, OSError) as error:
        raise BundleError(f"Version {version.version} of {MODEL} must have papers and gates. {_AGAIN}") from error
    release = read_release(load_bundle(bundle), papers=Path(kept) / PAPERS, gates=Path(kept) / GATES_FILE)
    if release.hash != wanted:
        message = f"Version {version.version} of {MODEL} was registered as release {wanted}, got {release.hash}."
        raise BundleError(f"{message} {_AGAIN}")
    return release


def promote_version(store: str, release: RunRelease, *, tags: Mapping[str, str]) -> Registered:
    """Give the alias ``champion`` to the newest version of a bundle, and keep the release's papers with it.

    Papers that were written again since the version was registered are kept beside the earlier ones.

    Raises
    ------
    UsageError
        When there is no store, or no registered version has the bundle; nothing is made.
    BundleError
        When the files of the version are not those that were registered.
    """
    client = _kept(store)
    versions = client.search_model_versions(f"name = '{MODEL}'")
    same = [v for v in versions if v.tags.get("bundle_hash") == release.hashes.bundle]
    if not same:
        raise UsageError("No registered version has this bundle's hash; train and register it first.")
    newest = max(same, key=lambda v: int(v.version))
    bundle = _checked_bundle(newest)
    if newest.tags.get("release_hash") != release.hashes.release:
        _keep(client, newest.version, newest.run_id, release)
    _checked_release(client.get_model_version(MODEL, newest.version), bundle)
    for name, value in tags.items():
        client.set_model_version_tag(MODEL, newest.version, name, value)
    client.set_registered_model_alias(MODEL, CHAMPION, newest.version)
    return Registered(MODEL, str(newest.version), str(newest.run_id), CHAMPION)
