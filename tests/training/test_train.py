"""One run, from records to a registered bundle and its papers, on a small made-up force."""

import re
from pathlib import Path

import numpy as np
import pytest

from matac_ml.asof import feature_matrix, person_features, read_person
from matac_ml.bundle import load_bundle
from matac_ml.fairness.disclosure import MINIMUM_CELL
from matac_ml.records import read_extract
from matac_ml.synthetic import make_force
from training.shap_pictures import TOLERANCE, cross_check
from training.track import bundle_of, store_of
from training.train import Trained, train

RECIPE = """
name: small
outcome: new_record_182d
as_of: {every_days: 91, test: 2, calibrate: 2}
resamples: 60
permutations: 60
booster: {rounds: 40, leaves: 8, depth: 4}
fit_rows: 6000
linear_rows: 3000
serve: lightgbm_monotone
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A force and a recipe."""
    folder = tmp_path_factory.mktemp("run")
    make_force(folder / "extract", incidents=5000, years=4, seed=7)
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path) -> Trained:
    """The run."""
    return train(folder / "extract", folder / "one", recipe_file=folder / "recipe.yaml")


def test_all_contenders_stand_together(trained: Trained) -> None:
    """No model without the base rate, the last incident, the matrix and a linear model beside it."""
    names = [one.name for one in trained.facts.contenders]
    assert names[:4] == ["base_rate", "last_incident", "matrix", "elastic_net"]
    assert len(names) == 7


def test_the_same_recipe_gives_the_same_bundle(trained: Trained, folder: Path) -> None:
    """A second run of the recipe on the same data writes the bundle byte for byte."""
    again = train(folder / "extract", folder / "two", recipe_file=folder / "recipe.yaml")
    assert again.bundle_hash == trained.bundle_hash
    for path in sorted((folder / "one" / "bundle").iterdir()):
        assert path.read_bytes() == (folder / "two" / "bundle" / path.name).read_bytes()


def test_the_bundle_is_registered_and_comes_back(trained: Trained, folder: Path) -> None:
    """MLflow's registry gives back the very bundle, with the hashes of data and policy as tags."""
    again = load_bundle(bundle_of(store_of(folder / "one"), "candidate"))
    assert again.hash == trained.bundle_hash == trained.model.hash


def test_training_batch_and_one_person_agree(trained: Trained, folder: Path) -> None:
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


def test_shap_gives_the_same_contributions(trained: Trained, folder: Path) -> None:
    """The shap library, reading the trees anew, finds the contributions that the bundle gives."""
    extract, model = read_extract(folder / "extract"), trained.model
    frame = feature_matrix(extract, model.features, [extract.cut_off], harm=model.harm).head(200)
    assert cross_check(model, frame[list(model.feature_names)].to_numpy(dtype=np.float64)) <= TOLERANCE


def test_papers_are_self_contained(trained: Trained) -> None:
    """Every paper is there as HTML and Markdown, under 2 MB, asks nothing of any network and runs no script."""
    assert {path.suffix for path in trained.papers} == {".html", ".md"}
    for path in trained.papers:
        text = path.read_text(encoding="utf-8")
        assert len(text) < 2_000_000
        assert not re.search(r"<script|src=\"http|href=\"http|@import|url\(http", text)


def test_no_paper_says_what_may_not_be_said(trained: Trained) -> None:
    """No paper calls anybody low risk or safe, in any spelling."""
    for path in trained.papers:
        text = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8")).lower()
        assert not re.search(r"\blow[- ]risk\b|\bsafe\b", text), path.name


def test_no_small_count_of_people_is_in_the_bias_report(trained: Trained) -> None:
    """A column of people holds hidden cells, or numbers that are at least the minimum."""
    report = next(p for p in trained.papers if p.name == "bias-report.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| [^|]+ \| ([0-9,]+) \|", report, flags=re.M)
    assert cells
    assert all(int(cell.replace(",", "")) >= MINIMUM_CELL for cell in cells)


def test_the_card_begins_with_whether_the_model_earns_its_place(trained: Trained) -> None:
    """The first lines name the contender and compare it with the matrix."""
    card = next(p for p in trained.papers if p.name == "model-card.md").read_text(encoding="utf-8")
    first = card[: card.index("## Gates")]
    assert "A record, not an act." in first
    assert "The bundle holds: LightGBM" in first


def test_the_facts_hold_nobodys_identifier(trained: Trained) -> None:
    """What travels in the bundle names no person and no incident."""
    text = trained.facts.model_dump_json()
    assert not re.search(r"\b[PI]\d{8}\b", text)


def test_every_confusion_matrix_gives_its_figures(trained: Trained) -> None:
    """Precision at k in the facts follows from the published cells."""
    for one in trained.facts.contenders:
        cells = one.confusion[0]
        derived = cells.true_positive / (cells.true_positive + cells.false_positive)
        value = one.measures["precision_at_k"].value
        assert value is not None
        assert abs(derived - value) < 1e-9
