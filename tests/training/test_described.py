"""A registered version is what MLflow's users expect: found, described, loaded with their own client, and compared."""

from datetime import timedelta
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from matac_ml import clock
from matac_ml.asof import feature_table
from matac_ml.bundle import load_bundle
from matac_ml.records import read_extract
from training.described import beside_champion, flat, run_metrics
from training.recipe import load_recipe
from training.registry import MODEL, give_alias
from training.releasing import RunRelease, release_in
from training.store import point_at, store_of
from training.track import tracked


@pytest.fixture(scope="module")
def run(small_run: Path) -> RunRelease:
    """The release of the small run."""
    return release_in(small_run / "one")


@pytest.fixture(scope="module")
def store(run: RunRelease, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store in which it is registered by a run that began an hour ago."""
    home = tmp_path_factory.mktemp("store")
    recipe, _ = load_recipe(None)
    facts = run.model.facts
    assert facts is not None
    began = clock.now() - timedelta(hours=1)
    with tracked(store_of(home), name="small", artifacts=home / "mlruns", began=began) as open_run:
        open_run.params(recipe.model_dump(mode="json"))
        open_run.metrics(run_metrics(facts))
        open_run.register(run, tags={"data_hash": "d" * 64})
    give_alias(store_of(home), "champion", "1")
    return store_of(home)


def test_a_version_is_loaded_by_mlflow_and_scores_as_the_bundle_does(
    store: str, run: RunRelease, small_run: Path
) -> None:
    """By its alias, on features that the extract gives; what the signature names must be there; more may be."""
    point_at(store)
    loaded = mlflow.pyfunc.load_model(f"models:/{MODEL}@champion")
    model = load_bundle(run.bundle)
    records = read_extract(small_run / "extract")
    frame = feature_table(records, model.features, [records.cut_off], harm=model.harm)
    X = frame[list(model.feature_names)]
    np.testing.assert_array_equal(loaded.predict(frame), model.predict(X.to_numpy()))
    np.testing.assert_array_equal(loaded.predict(X[X.columns[::-1]]), model.predict(X.to_numpy()))
    with pytest.raises(MlflowException, match="missing inputs"):
        loaded.predict(X.drop(columns=X.columns[0]))
    signature = loaded.metadata.signature
    assert signature.inputs.input_names() == list(model.feature_names)
    assert {str(kind) for kind in signature.inputs.input_types()} == {"DataType.double"}


def test_a_version_is_described_and_has_an_example_that_is_nobodys(store: str, run: RunRelease) -> None:
    """The example is what most people have, and the loaded version scores it."""
    point_at(store)
    version = MlflowClient().get_model_version(MODEL, "1")
    assert "It nominates nobody: a person decides." in version.description
    assert run.hashes.bundle[:16] in version.description
    loaded = mlflow.pyfunc.load_model(f"models:/{MODEL}/1")
    example = pd.DataFrame(loaded.input_example)
    typical = {name: run.model.typical.get(name) for name in run.model.feature_names}
    shown = {name: None if pd.isna(value) else float(value) for name, value in example.iloc[0].items()}
    assert shown == typical
    assert 0 < float(loaded.predict(example.astype(float))[0]) < 1


def test_a_run_has_flat_parameters_intervals_gates_and_its_true_duration(store: str, run: RunRelease) -> None:
    """An hour at least; the ends of an interval hold its value; a gate is 1 or 0."""
    point_at(store)
    (found,) = MlflowClient().search_runs(["1"])
    assert found.info.end_time - found.info.start_time >= 3_600_000
    assert found.data.params["as_of.every_days"] == "28"
    assert not any(value.startswith("{'") for value in found.data.params.values())
    metrics = found.data.metrics
    assert metrics["auc_low"] <= metrics["auc"] <= metrics["auc_high"]
    facts = run.model.facts
    assert facts is not None
    gates = {name.removeprefix("gate_"): value for name, value in metrics.items() if name.startswith("gate_")}
    assert gates == {gate.name: float(gate.passed) for gate in facts.gates}


def test_the_champion_stands_beside_a_run_and_it_is_said_whether_they_can_be_compared(run: RunRelease) -> None:
    """The same rows can; other records cannot."""
    facts = run.model.facts
    assert facts is not None
    measures, said = beside_champion(facts, facts)
    assert measures["champion_auc"] == run_metrics(facts)["auc"]
    assert said == "measured on the same rows"
    other = facts.model_copy(update={"data": facts.data.model_copy(update={"data_hash": "0" * 64})})
    assert beside_champion(facts, other)[1].startswith("not comparable")


def test_parameters_of_parts_are_named_with_a_full_stop() -> None:
    """However deep; an empty part stays as it is."""
    assert dict(flat({"a": {"b": {"c": 1}, "d": {}}, "e": [1]})) == {"a.b.c": 1, "a.d": {}, "e": [1]}
