"""One run, from records to a registered bundle and its papers, on a small made-up force."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from matac_ml.asof import feature_table, person_features, read_person
from matac_ml.bundle import RiskModel, load_bundle
from matac_ml.facts import RunFacts
from matac_ml.records import read_extract
from tests.training.shap_check import TOLERANCE, difference_to_shap
from training.compare_runs import as_version, compare_runs
from training.registry import bundle_of
from training.store import store_of
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
    assert names[:5] == ["base_rate", "last_incident", "matrix", "additive", "elastic_net"]
    assert len(names) == 8


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


def test_two_registered_versions_are_set_side_by_side(trained: Run, folder: Path, tmp_path: Path) -> None:
    """Of the same bundle every place stays; of other records, it says that no figure tells which is better."""
    first = as_version("1", load_bundle(bundle_of(store_of(folder / "one"), "1")))
    said = compare_runs(first, first, tmp_path, extract=read_extract(folder / "extract"))
    assert said[0].startswith("Both versions are the same bundle")
    assert "100% stay" in said[-1]
    data = first.facts.data.model_copy(update={"data_hash": "0" * 64})
    other = replace(first.model, facts=first.facts.model_copy(update={"data": data}), name="other")
    said = compare_runs(first, as_version("2", other), tmp_path)
    assert said == ("Not measured on the same rows: records differ. No figure here says which version is better.",)
    page = (tmp_path / "runs.html").read_text(encoding="utf-8")
    assert "0000000000000000" in page
    assert not re.search(r"<script|src=\"http|href=\"http", page)


def test_the_list_is_stressed(trained: Run) -> None:
    """Another definition, missing records, other seeds and other people each say how much of the list stays."""
    stress = {one.name: one for one in trained.facts.stress}
    assert stress["as predicted"].top_list_overlap == 1
    assert {"new_record_182d_by_day_recorded", "planted under-recording", "other seeds"} < set(stress)
    # The recipe predicts half a year ahead; the catalogue lists nothing else of that horizon.
    assert {"harmful_record_182d", "new_victim_182d", "charged_record_182d", "one group under-recorded"} < set(stress)
    assert all(0 <= (one.top_list_overlap or 0) <= 1 for one in stress.values())
    lost = ("as predicted", "planted under-recording", "one group under-recorded")
    # What is lost when fitting moves no matrix, and the test keeps all outcomes.
    assert len({stress[name].measures["matrix"]["auc"].value for name in lost}) == 1


def test_training_batch_and_one_person_agree(trained: Run, folder: Path) -> None:
    """A person's probability is the same from the training matrix as from the person's own file, to 1e-9."""
    extract, model = read_extract(folder / "extract"), load_bundle(folder / "one" / "bundle")
    as_of = extract.cut_off
    frame = feature_table(extract, model.features, [as_of], harm=model.harm)
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
    frame = feature_table(extract, model.features, [extract.cut_off], harm=model.harm).head(200)
    assert difference_to_shap(model, frame[list(model.feature_names)].to_numpy(dtype=np.float64)) <= TOLERANCE


def test_the_comparison_is_one_small_page(trained: Run, folder: Path) -> None:
    """The report is under 3 MB, runs no script, and shows the temporal design and what the list owes to choices."""
    text = (folder / "one" / "comparison.html").read_text(encoding="utf-8")
    assert len(text) < 3_000_000
    assert not re.search(r"<script|src=\"http|href=\"http", text)
    assert "Which dates fit, calibrate and test." in text
    assert "How much the list owes to choices" in text
    assert "Precision at 10 in each area" in text


def test_the_facts_hold_nobodys_identifier(trained: Run) -> None:
    """What travels in the bundle names no person and no incident."""
    text = trained.facts.model_dump_json()
    assert not re.search(r"\b[PI]\d{8}\b", text)


def test_every_confusion_matrix_gives_its_figures(trained: Run) -> None:
    """Precision and recall at k in the facts follow from the published cells, for every contender."""
    for one in trained.facts.contenders:
        cells = one.confusion[0]
        for name, others in (("precision_at_k", cells.false_positive), ("recall_at_k", cells.false_negative)):
            value = one.measures[name].value
            assert value is not None
            assert abs(cells.true_positive / (cells.true_positive + others) - value) < 1e-9
