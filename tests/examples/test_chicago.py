"""Records that nobody here made up go through the whole line with no change outside ``examples/``."""

import os
from pathlib import Path

import numpy as np
import pytest

from matac_ml.evaluation import auc
from matac_ml.records import check_extract, read_extract
from matac_ml.records.importing import import_records
from tests.proving import only_in_prove
from training.contenders import fit_contender
from training.dataset import build
from training.recipe import load_recipe
from training.sources import find_sources
from training.train import train

ROOT = Path(__file__).parents[2]
SOURCE = Path(os.environ.get("MATAC_REAL_DATA", ROOT.parent / "shared" / "data")) / "chicago-complaints"
pytestmark = pytest.mark.skipif(
    not (SOURCE / "allegations.parquet").is_file(),
    reason="the complaint register is not here; set MATAC_REAL_DATA to the folder that holds chicago-complaints",
)


#: Fewer permutations, and none of the extra fits that look at the run from other sides.
QUICK = """permutations: 50
ablation: false
stress: false
proxies: false
mitigation: {attribute: null}
contenders: [base_rate, matrix, elastic_net]"""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the register as ``extract``, and its recipe."""
    folder = tmp_path_factory.mktemp("chicago")
    account = import_records(ROOT / "examples/chicago/mapping.yaml", SOURCE, folder / "extract").account
    assert dict(account.tables) == {"incidents": 53_379, "involvements": 104_406, "people": 20_907}
    recipe = (ROOT / "examples/chicago/recipe.yaml").read_text(encoding="utf-8")
    for name in ("policy.yaml", "harm.yaml"):
        (folder / name).write_bytes((ROOT / "examples/chicago" / name).read_bytes())
    (folder / "recipe.yaml").write_text(
        recipe.replace("resamples: 300", "resamples: 50")
        .replace("permutations: 500", QUICK)
        .replace("gates: {", "gates: {least_stable: null, "),
        encoding="utf-8",
    )
    return folder


@pytest.mark.real_data
def test_the_register_is_read_and_a_model_beats_the_plain_reference(register: Path) -> None:
    """The import has no fault; rows and labels are the reference's, whose best model is beaten in AUC and Brier."""
    assert check_extract(register / "extract").faults == ()
    recipe, beside = load_recipe(register / "recipe.yaml")
    folds = build(read_extract(register / "extract"), find_sources(recipe, beside), recipe=recipe).folds
    assert (len(folds.test), int(folds.test.y.sum())) == (8_805, 5_152)
    fitted = fit_contender("elastic_net", folds.fit, None, recipe=recipe, seed=recipe.seed)
    chance = fitted.calibrated(fitted.raw(folds.test))
    assert 0.726 < auc(folds.test.y, chance) < 0.8
    assert np.mean((chance - folds.test.y) ** 2) < 0.2063


@only_in_prove
@pytest.mark.real_data
def test_a_whole_run_on_the_register_says_the_same(register: Path) -> None:
    """Through bundle, papers and registry: the same rows, labels and bounds."""
    done = train(register / "extract", register / "run", recipe_file=register / "recipe.yaml")
    assert read_extract(register / "extract").data_hash == done.facts.data.data_hash
    assert (done.facts.split.rows["test"], done.facts.split.outcomes["test"]) == (8_805, 5_152)
    area, error = (done.facts["elastic_net"].measures[name].value for name in ("auc", "brier"))
    assert area is not None
    assert error is not None
    assert 0.726 < area < 0.8
    assert error < 0.2063
