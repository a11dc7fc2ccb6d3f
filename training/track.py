"""MLflow: the run and its nested runs, and how what was made is registered.

What is registered is the bundle itself, loaded through ``training.flavour`` by name: MLflow pickles nothing.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import mlflow
import numpy as np
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from training.described import description_of, example_of, flat
from training.registry import CANDIDATE, MODEL, Registered, keep_release
from training.releasing import RunRelease
from training.store import point_at

EXPERIMENT = "matac-ml"
#: MLflow refuses longer parameter values.
_LONGEST = 6000


def _open(store: str, artifacts: Path) -> str:
    """Point MLflow at the store and return the experiment's id, made on first use."""
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    point_at(store)
    client = MlflowClient()
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        return str(found.experiment_id)
    # A tracking server says where artifacts go: a folder of this machine would be of no use to anybody else.
    where = None if store.startswith(("http:", "https:")) else artifacts.resolve().as_uri()
    return str(client.create_experiment(EXPERIMENT, artifact_location=where))


class Tracked:
    """An open run."""

    def __init__(self, run_id: str, experiment: str) -> None:
        self.run_id = run_id
        self._experiment = experiment

    def params(self, values: Mapping[str, object]) -> None:
        """Log parameters, a part of a part by itself; long values are cut, the recipe's file holds them whole."""
        mlflow.log_params({name: str(value)[:_LONGEST] for name, value in flat(values)})

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
        example, kind = example_of(release.model), DataType.double
        inputs = Schema([ColSpec(kind, name) for name in release.model.feature_names])
        logged = mlflow.pyfunc.log_model(
            name="bundle",
            signature=ModelSignature(inputs, Schema([TensorSpec(np.dtype(np.float64), (-1,), "probability")])),
            input_example=example,
            loader_module="training.flavour",
            data_path=str(release.bundle),
            pip_requirements=["matac-ml"],  # explicit: working them out takes a quarter of a minute
            registered_model_name=MODEL,
            metadata={"bundle_hash": release.hashes.bundle},
        )
        version, client = str(logged.registered_model_version), MlflowClient()
        client.update_model_version(MODEL, version, description_of(release.model))
        for name, value in tags.items():
            client.set_model_version_tag(MODEL, version, name, value)
        keep_release(client, version, self.run_id, release)
        client.set_registered_model_alias(MODEL, CANDIDATE, version)
        return Registered(MODEL, version, self.run_id, CANDIDATE)


@contextmanager
def tracked(store: str, *, name: str, artifacts: Path, began: datetime | None = None) -> Iterator[Tracked]:
    """Open a run, or go on with the one that ``mlflow run`` has opened.

    Parameters
    ----------
    store : str
        From :func:`training.store.store_of`.
    name : str
        Name of the run.
    artifacts : Path
        Folder for artifacts, used when the experiment is made.
    began : datetime, optional
        When the work began, where that was before: the duration that MLflow shows counts from it.
    """
    experiment = _open(store, artifacts)
    given = os.environ.get("MLFLOW_RUN_ID")
    if given:
        with mlflow.start_run(run_id=given) as run:
            mlflow.set_tag("mlflow.runName", name)
            yield Tracked(run.info.run_id, run.info.experiment_id)
        return
    start = None if began is None else int(began.timestamp() * 1000)
    made = MlflowClient().create_run(experiment, run_name=name, start_time=start)
    with mlflow.start_run(run_id=made.info.run_id) as run:
        yield Tracked(run.info.run_id, experiment)
