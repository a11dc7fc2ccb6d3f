"""Optional columns may be absent, empty or the same throughout: every command ends well, and says what is missing.

All of them at once by every command, and, with ``MATAC_PROVE`` set, each column by itself.
"""

import csv
import shutil
from pathlib import Path

import pytest

from matac_ml.bundle import save_bundle
from matac_ml.cli import main
from matac_ml.synthetic import make_force
from matac_ml.vocabulary.column import Column, Kind
from matac_ml.vocabulary.tables import TABLES
from tests.explain.conftest import Scored
from tests.proving import PROVING, only_in_prove

HOW = ("absent", "empty", "constant")
OPTIONAL = [f"{table.name}.{column.name}" for table in TABLES for column in table.columns if not column.required]
TWO = ("rfh", "v100-like")
BOTH = ("--policy", TWO[0], "--policy", TWO[1])
DOORS: dict[str, tuple[str, ...]] = {
    "check": ("check", "EXTRACT"),
    "features": ("features", "EXTRACT", "OUT/features.parquet"),
    "matrix score": ("matrix", "score", "EXTRACT", "--out", "OUT/list.csv"),
    "matrix compare": ("matrix", "compare", *TWO, "EXTRACT", "--cycles", "1", "--out", "OUT/page.html"),
    "matrix review": (
        "matrix",
        "review",
        "EXTRACT",
        "OUT/r.html",
        "--policy",
        TWO[0],
        "--policy",
        TWO[1],
        "--cycles",
        "1",
    ),
    "matrix export": ("matrix", "export", "EXTRACT", "OUT/list.xlsx"),
    "leakcheck": ("leakcheck", "EXTRACT"),
    "serial": ("serial", "EXTRACT", "--out", "OUT/registers"),
    "score": ("score", "EXTRACT", "OUT/scores.csv", "--bundle", "BUNDLE"),
    "explain": ("score", "EXTRACT", "OUT/scores.json", "--bundle", "BUNDLE", "--top", "2"),
}
#: What a command says where whole columns hold nothing.
SAID = {"check": "empty", "score": "NOT RECORDED", "explain": "NOT RECORDED"}
#: The day on which the made-up force ends; nobody is dead by then, or there would be nobody to score.
CUT_OFF = "2025-03-31"
#: These derive features many times.
LONG = ("leakcheck", "matrix compare", "matrix review")


@pytest.fixture(scope="session")
def small(scored: Scored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small extract, and a bundle fitted on a larger one."""
    folder = tmp_path_factory.mktemp("optional")
    make_force(folder / "whole", incidents=80, years=4, seed=5)
    save_bundle(scored.model, folder / "bundle")
    return folder


def _value(column: Column, values: list[str]) -> str:
    """The same value for every row: the one that is most frequent, or a day that follows every other."""
    if column.kind is Kind.DATE:
        if column.name == "birth_date":
            return sorted(values)[len(values) // 2] if values else ""  # the last would make everybody a child
        return {"end_on": "2025-12-31", "outcome_on": CUT_OFF, "deceased_on": ""}.get(column.name) or max(
            values, default=""
        )
    return max(set(values), key=values.count) if values else (*column.codes, "true")[0]


def extract_without(small: Path, folder: Path, columns: set[str], how: str) -> Path:
    """A copy of the small extract without these columns, or without anything in them, or with one value in each."""
    folder.mkdir()
    shutil.copy(small / "whole" / "extract.yaml", folder)
    for table in TABLES:
        with (small / "whole" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        names = list(rows[0]) if rows else [column.name for column in table.columns]
        for column in table.columns:
            if f"{table.name}.{column.name}" not in columns:
                continue
            held = [row[column.name] for row in rows if row.get(column.name)]
            names = [name for name in names if name != column.name]
            if how != "absent":
                names.append(column.name)
                value = _value(column, held) if how == "constant" else ""
                rows = [{**row, column.name: value} for row in rows]
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="session")
def extracts(small: Path) -> dict[str, Path]:
    """One extract for each way in which every optional column can hold nothing, or nothing that differs."""
    return {how: extract_without(small, small / how, set(OPTIONAL), how) for how in HOW}


def _run(door: str, extract: Path, small: Path, out: Path) -> int:
    places = {"EXTRACT": str(extract), "BUNDLE": str(small / "bundle")}
    with pytest.raises(SystemExit) as ended:
        main([places.get(word, word.replace("OUT/", f"{out}/")) for word in DOORS[door]])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("door", DOORS)
def test_a_command_ends_well_without_anything_optional(
    door: str,
    how: str,
    extracts: dict[str, Path],
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback, exit 0, and where a thing becomes impossible the command says so."""
    if door in LONG and not PROVING:
        pytest.skip("a minute; make prove runs it")
    code = _run(door, extracts[how], small, tmp_path)
    said = capsys.readouterr()
    assert code == 0, f"{said.out[-1500:]}\n{said.err[-1500:]}"
    if how != "constant":
        assert SAID.get(door, "") in said.out


@only_in_prove
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", OPTIONAL)
def test_each_optional_column_by_itself(
    name: str, how: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check, the features, the model, an explanation and the registers without one column."""
    extract = extract_without(small, tmp_path / "extract", {name}, how)
    for door in ("check", "explain", "serial"):
        assert _run(door, extract, small, tmp_path) == 0, f"{door}: {capsys.readouterr()}"
