"""A force as others export it: three styles of messy files, each imported by a mapping of at most 40 lines."""

from pathlib import Path

import pandas as pd
import pytest

from features import CATALOGUE
from matac_ml.asof import feature_table
from matac_ml.harm import load_harm_index
from matac_ml.records import read_extract
from matac_ml.records.importing import import_records
from matac_ml.synthetic import make_force
from matac_ml.synthetic.exporting import STYLES, export_force
from matac_ml.synthetic.exporting.variants import VARIANTS, crosswalk

MAPPINGS = Path(__file__).parents[2] / "examples/importing/styles"


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small force, clean."""
    folder = tmp_path_factory.mktemp("exports") / "force"
    make_force(folder, incidents=1500, years=4, seed=11)
    return folder


def _features(folder: Path) -> pd.DataFrame:
    records = read_extract(folder)
    table = feature_table(records, CATALOGUE, [records.cut_off], harm=load_harm_index("cchi-2026-medians"))
    return table.set_index("person_id").sort_index()


@pytest.mark.parametrize("style", STYLES)
def test_an_export_gives_the_features_of_the_clean_force(force: Path, style: str, tmp_path: Path) -> None:
    """For everybody none of whose records is lost; and every row of every file is accounted for."""
    export_force(force, tmp_path / "export", style=style, seed=3)
    mapping = MAPPINGS / f"{style}.yaml"
    assert len(mapping.read_text(encoding="utf-8").splitlines()) <= 40
    account, _ = import_records(mapping, tmp_path / "export", tmp_path / "extract")
    assert all(share.adds_up for share in account.shares)
    affected = set(pd.read_csv(force / "truth/export_affected.csv")["person_id"])
    clean, came = _features(force), _features(tmp_path / "extract")
    survived = [person for person in clean.index if person not in affected]
    assert len(survived) > len(clean) / 2
    pd.testing.assert_frame_equal(clean.loc[survived], came.reindex(survived), check_dtype=False)


@pytest.mark.parametrize("style", STYLES)
def test_an_export_is_messy(force: Path, style: str, tmp_path: Path) -> None:
    """What must be put right is there: victims who are not named, rows entered twice, people under two numbers."""
    export_force(force, tmp_path / "export", style=style, seed=3)
    account, _ = import_records(MAPPINGS / f"{style}.yaml", tmp_path / "export", tmp_path / "extract")
    left_out = {reason: count for share in account.shares for reason, count in share.left_out}
    assert left_out["Not flagged as domestic abuse"] > 0
    assert left_out["Entered by mistake and cancelled"] > 0
    assert left_out["No victim is named" if style == "wide" else "Nobody is named"] > 0
    assert sum(share.merged for share in account.shares) > 0
    doubled = pd.read_csv(force / "truth/export_doubled.csv")
    people = pd.read_parquet(tmp_path / "extract/involvements.parquet")["person_id"]
    assert people.isin(doubled["exported_as"]).any()


def test_the_same_seed_exports_the_same(force: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    for name in ("one", "two"):
        export_force(force, tmp_path / name, style="wide", seed=3)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files
    assert [
        name for name in files if (tmp_path / "one" / name).read_bytes() != (tmp_path / "two" / name).read_bytes()
    ] == []


@pytest.mark.parametrize("column", VARIANTS)
def test_the_cross_walks_of_the_examples_hold_every_spelling(column: str) -> None:
    """What an export may write, the mapping that is shown can read."""
    text = "theirs,ours\n" + "".join(f"{theirs},{ours}\n" for theirs, ours in crosswalk(column))
    assert (MAPPINGS / f"{column}.csv").read_text(encoding="utf-8") == text
