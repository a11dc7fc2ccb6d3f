"""One run, from records to a registered bundle and its papers, on a small made-up force."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from matac_ml.asof import feature_matrix, person_features, read_person
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.facts import RunFacts
from matac_ml.records import read_extract
from training.shap_pictures import TOLERANCE, cross_check
from training.track import bundle_of, store_of
from training.train import train


@dataclass(frozen=True)
class Run:
    """What the run left behind."""

    facts: RunFacts
    model: RiskModel
    bundle_hash: str


@pytest.fixture(scope="module")
def folder(small_run: Path) -> Path:
    """A force, a recipe and the run ``one``."""
    return small_run


@pytest.fixture(scope="module")
def trained(folder: Path) -> Run:
    """The run, from its bundle."""
    model = load_bundle(folder / "one" / "bundle")
    assert model.facts is not None
    assert model.hash is not None
    return Run(model.facts, model, model.hash)


def test_all_contenders_stand_together(trained: Run) -> None:
    """No model without the base rate, the last incident, the matrix and a linear model beside it."""
    names = [one.name for one in trained.facts.contenders]
    assert names[:4] == ["base_rate", "last_incident", "matrix", "elastic_net"]
    assert len(names) == 7


def test_the_same_recipe_gives_the_same_bundle(trained: Run, folder: Path) -> None:
    """A second run of the recipe on the same data writes the bundle byte for byte."""
    again = train(folder / "extract", folder / "two", recipe_file=folder / "recipe.yaml", pdf=False)
    assert again.bundle_hash == trained.bundle_hash
    for path in sorted((folder / "one" / "bundle").iterdir()):
        assert path.read_bytes() == (folder / "two" / "bundle" / path.name).read_bytes()


def test_the_bundle_is_registered_and_comes_back(trained: Run, folder: Path) -> None:
    """MLflow's registry gives back the very bundle, with the hashes of data and policy as tags."""
    again = load_bundle(bundle_of(store_of(folder / "one"), "candidate"))
    assert again.hash == trained.bundle_hash == trained.model.hash


def test_training_batch_and_one_person_agree(trained: Run, folder: Path) -> None:
    """A person's probability is the same from the training matrix as from the person's own file, to 1e-9."""
    extract, model = read_extract(folder / "extract"), load_bundle(folder / "one" / "bundle")
    as_of = extract.cut_off
    frame = feature_matrix(extract, model.features, [as_of], harm=model.harm)
    batch = model.predict(frame[list(model.feature_names)].to_numpy(dtype=np.float64))
    for i in range(0, len(frame), max(1, len(frame) // 25)):
        values = person_features(
            read_person(extract, str(frame["person_id"].iloc[i])), model.features, as_of, harm=model.harm
        )
        row = np.array([[np.nan if values[n] is None else values[n] for n in model.feature_names]], dtype=np.float64)
        assert abs(model.predict(row)[0] - batch[i]) < 1e-9


def test_shap_gives_the_same_contributions(trained: Run, folder: Path) -> None:
    """The shap library, reading the trees anew, finds the contributions that the bundle gives."""
    extract, model = read_extract(folder / "extract"), trained.model
    frame = feature_matrix(extract, model.features, [extract.cut_off], harm=model.harm).head(200)
    assert cross_check(model, frame[list(model.feature_names)].to_numpy(dtype=np.float64)) <= TOLERANCE


def test_the_facts_hold_nobodys_identifier(trained: Run) -> None:
    """What travels in the bundle names no person and no incident."""
    text = trained.facts.model_dump_json()
    assert not re.search(r"\b[PI]\d{8}\b", text)


def test_every_confusion_matrix_gives_its_figures(trained: Run) -> None:
    """Precision at k in the facts follows from the published cells."""
    for one in trained.facts.contenders:
        cells = one.confusion[0]
        derived = cells.true_positive / (cells.true_positive + cells.false_positive)
        value = one.measures["precision_at_k"].value
        assert value is not None
        assert abs(derived - value) < 1e-9
