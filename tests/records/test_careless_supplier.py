"""What a careless or hostile supplier leaves in names, texts and stretches of time is found, and printed harmlessly."""

import os
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from matac_ml.cli import main
from matac_ml.errors import RecordsError
from matac_ml.records import Extract, check_extract, read_extract
from tests.records.folders import INCIDENT, INCIDENTS, checked, folder_of, rows_of


@pytest.mark.parametrize("name", [b"a\x1b[2J\x1b]0;x\x07", b"a\xff\xfe", "a\u202eb\u200b".encode(), b"a\nmatac-ml: b"])
def test_a_name_is_printed_without_its_hidden_characters(
    name: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of the folder and of a file in it: in the terminal, the pages and the error of a folder that is not there."""
    folder = folder_of(tmp_path / os.fsdecode(name))
    (folder / os.fsdecode(name + b".csv")).write_text("x\n")
    pages = [tmp_path / "page.html", tmp_path / "page.md"]
    for arguments in (
        ["check", str(folder), "--html", str(pages[0]), "--markdown", str(pages[1])],
        ["check", f"{folder}-none"],
    ):
        with pytest.raises(SystemExit):
            main(arguments)
    printed = capfd.readouterr()
    said = [printed.out, printed.err, *(page.read_text(encoding="utf-8") for page in pages)]
    assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set("".join(said))
    assert not any(line.startswith("matac-ml: b") for text in said for line in text.splitlines())
    assert "unknown_file" in printed.out


@pytest.mark.parametrize("column", ["area", "offence_code"])
def test_a_text_with_characters_that_cannot_be_seen_is_a_fault(column: str, tmp_path: Path) -> None:
    """An area or code would look like another and be a second one."""
    signs = ("\u200b", "\u202e", "\u00ad", "\u00a0", "\u3164", "\t")
    rows = "".join(f"I{n},2024-01-01,2024-01-02,true,a{sign}b\n" for n, sign in enumerate(signs, 1))
    report = checked(tmp_path / "e", incidents=f"{INCIDENTS},{column}\n{rows}")
    assert [(fault.column, fault.rows) for fault in report.faults] == [(column, (2, 3, 4, 5, 6, 7))]


def test_an_area_is_one_however_its_accents_are_written(tmp_path: Path) -> None:
    """A letter with its accent, and the letter followed by the accent, name the same area."""
    rows = f"{INCIDENT},Caf\u00e9\nI2,2024-01-01,2024-01-02,true,Cafe\u0301\n"
    extract = read_extract(folder_of(tmp_path / "e", incidents=f"{INCIDENTS},area\n{rows}"))
    assert extract.connect().execute("SELECT DISTINCT area FROM incidents").fetchall() == [("Caf\u00e9",)]


@pytest.mark.parametrize("name", ["extract.yml", "Extract.yaml", "EXTRACT.YAML"])
def test_settings_of_another_name_are_a_fault(name: str, tmp_path: Path) -> None:
    """They would be passed over, and the cut-off with them."""
    folder = folder_of(tmp_path / "e")
    (folder / name).write_text("cut_off: 2024-06-01\n")
    assert [one.rule for one in check_extract(folder).faults] == ["misnamed"]


def test_a_link_that_leads_nowhere_is_no_absent_settings_file(tmp_path: Path) -> None:
    """It is a fault, as it is for a table."""
    folder = folder_of(tmp_path / "e")
    (folder / "extract.yaml").symlink_to("gone.yaml")
    assert [one.rule for one in check_extract(folder).faults] == ["unsafe_file"]


@pytest.mark.parametrize(
    ("days", "cut_off", "rows"),
    [
        (range(1, 91), "2024-03-30", ()),
        ((*range(1, 40), *range(75, 91)), "2024-03-30", (40,)),
        (range(1, 61), "2024-03-30", (61,)),
        ((*range(1, 61), 90), None, (61,)),
        ((1, 40), "2024-03-30", ()),
    ],
)
def test_a_stretch_without_incidents_is_reported(
    days: tuple[int, ...], cut_off: str | None, rows: tuple[int, ...], tmp_path: Path
) -> None:
    """Where incidents come daily, weeks without any are a warning, also before the cut-off; where few come, not."""
    start = pd.Timestamp("2023-12-31")
    lines = [f"I{n},2023-01-01,{start + pd.Timedelta(days=n):%Y-%m-%d},true" for n in days]
    more = {"yaml": f"cut_off: {cut_off}\n"} if cut_off else {}
    report = checked(tmp_path / "e", incidents="\n".join([INCIDENTS, *lines, ""]), involvements=LINK, **more)
    assert rows_of(report.warnings).get(("gap", "recorded_on"), ()) == rows


LINK = "incident_id,person_id,role\nI1,A1,suspect\n"


@pytest.mark.parametrize("other", ["a1", "0A1", "00a1"])
def test_identifiers_that_differ_in_capitals_or_zeros_alone_are_reported(other: str, tmp_path: Path) -> None:
    """One person may be under both; the first row of each is shown, and nothing is joined."""
    report = checked(tmp_path / "e", involvements=f"{LINK}I1,{other},victim\nI1,B2,victim\n")
    assert rows_of(report.warnings)["alike", "person_id"] == (2, 3)


@pytest.mark.parametrize("number", [Decimal("sNaN"), Decimal("1E+999999999"), Decimal("1E-999999999")])
@pytest.mark.parametrize("column", ["incident_id", "occurred_on"])
def test_a_number_of_any_size_given_inline_is_a_fault(number: Decimal, column: str) -> None:
    """None is written out digit by digit, and none ends in a traceback."""
    row = {"incident_id": "I1", "occurred_on": "2024-01-01", "recorded_on": "2024-01-02", "is_crime": True}
    with pytest.raises(RecordsError):
        Extract.from_tables({"incidents": [row | {column: number}]})


def test_inline_tables_of_another_shape_are_refused() -> None:
    """Columns of lists are no rows, and a data frame with a column twice says two things."""
    with pytest.raises(RecordsError, match="mappings of column to value"):
        Extract.from_tables({"incidents": {"incident_id": ["I1"]}})  # type: ignore[dict-item]
    row = ["I1", "2024-01-01", "2024-01-02", "true", "I2"]
    twice = pd.DataFrame([row], columns=[*INCIDENTS.split(","), "incident_id"])
    with pytest.raises(RecordsError, match="repeated_column"):
        Extract.from_tables({"incidents": twice})
