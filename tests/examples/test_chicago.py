"""Records that nobody here made up go through the whole line with no change outside ``examples/``."""

import os
from pathlib import Path

import pytest

from matac_ml.records import check_extract, read_extract
from matac_ml.records.importing import import_records
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


@pytest.mark.real_data
def test_the_register_is_read_and_the_best_contender_beats_the_plain_reference(tmp_path: Path) -> None:
    """The import has no fault; rows and labels are the reference's, whose best model is beaten in AUC and Brier."""
    folder = tmp_path / "extract"
    account, _ = import_records(ROOT / "examples/chicago/mapping.yaml", SOURCE, folder)
    assert dict(account.tables) == {"incidents": 53_379, "involvements": 104_406, "people": 20_907}
    assert check_extract(folder).faults == ()
    recipe = (ROOT / "examples/chicago/recipe.yaml").read_text(encoding="utf-8")
    for name in ("policy.yaml", "harm.yaml"):
        (tmp_path / name).write_bytes((ROOT / "examples/chicago" / name).read_bytes())
    (tmp_path / "recipe.yaml").write_text(
        recipe.replace("resamples: 300", "resamples: 50")
        .replace("permutations: 500", QUICK)
        .replace("gates: {", "gates: {least_stable: null, "),
        encoding="utf-8",
    )
    done = train(folder, tmp_path / "run", recipe_file=tmp_path / "recipe.yaml")
    assert read_extract(folder).data_hash == done.facts.data.data_hash
    assert (done.facts.split.rows["test"], done.facts.split.outcomes["test"]) == (8_805, 5_152)
    area, error = (done.facts["elastic_net"].measures[name].value for name in ("auc", "brier"))
    assert area is not None
    assert error is not None
    assert 0.726 < area < 0.8
    assert error < 0.2063
