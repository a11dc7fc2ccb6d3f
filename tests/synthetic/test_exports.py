"""A force as others export it: three styles of messy files, each imported by a mapping of at most 40 lines."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from features import CATALOGUE
from matac_ml.asof import feature_table
from matac_ml.harm import load_harm_index
from matac_ml.records import read_extract
from matac_ml.records.importing import ImportAccount, import_records
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


@dataclass(frozen=True)
class Came:
    """An export that was imported again: the extract, the account of it, who lost a record and who has two numbers."""

    extract: Path
    account: ImportAccount
    affected: set[str]
    doubled: pd.DataFrame


@pytest.fixture(scope="module")
def imported(force: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Came]:
    """Exports the force in a style and imports it again, once for each style."""

    @cache
    def of(style: str) -> Came:
        folder = tmp_path_factory.mktemp(style)
        export_force(force, folder / "export", style=style, seed=3)
        account = import_records(MAPPINGS / f"{style}.yaml", folder / "export", folder / "extract").account
        affected = set(pd.read_csv(force / "truth/export_affected.csv")["person_id"])
        return Came(folder / "extract", account, affected, pd.read_csv(force / "truth/export_doubled.csv"))

    return of


@pytest.fixture(scope="module")
def clean(force: Path) -> pd.DataFrame:
    """Features of the force before it was exported."""
    return _features(force)


@pytest.mark.parametrize("style", STYLES)
def test_an_export_gives_the_features_of_the_clean_force(
    clean: pd.DataFrame, imported: Callable[[str], Came], style: str
) -> None:
    """For everybody none of whose records is lost; and every row of every file is accounted for."""
    assert len((MAPPINGS / f"{style}.yaml").read_text(encoding="utf-8").splitlines()) <= 40
    told = imported(style)
    assert all(share.adds_up for share in told.account.shares)
    came = _features(told.extract)
    survived = [person for person in clean.index if person not in told.affected]
    assert len(survived) > len(clean) / 2
    pd.testing.assert_frame_equal(clean.loc[survived], came.reindex(survived), check_dtype=False)


@pytest.mark.parametrize("style", STYLES)
def test_an_export_is_messy(imported: Callable[[str], Came], style: str) -> None:
    """What must be put right is there: victims who are not named, rows entered twice, people under two numbers."""
    told = imported(style)
    left_out = {reason: count for share in told.account.shares for reason, count in share.left_out}
    assert left_out["Not flagged as domestic abuse"] > 0
    assert left_out["Entered by mistake and cancelled"] > 0
    assert left_out["No victim is named" if style == "wide" else "Nobody is named"] > 0
    assert sum(share.merged for share in told.account.shares) > 0
    people = pd.read_parquet(told.extract / "involvements.parquet")["person_id"]
    assert people.isin(told.doubled["exported_as"]).any()


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
