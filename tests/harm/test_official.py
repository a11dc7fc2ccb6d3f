"""A publisher's workbook becomes an index as it was downloaded; a layout not understood is said, not guessed."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import xlsxwriter

from matac_ml.asof.weights import HarmTable
from matac_ml.cli import main
from matac_ml.errors import PolicyError
from matac_ml.harm import load_harm_index
from matac_ml.harm.official import Columns, Several, import_workbook

CCHI_HEAD = ("SUB_GROUP", "HO Class", "FULL_OFFENCE_TITLE", "CCHI value")
CCHI = (
    ("Violence with injury", "8/06", "Made-up offence A", 20),
    ("Violence with injury", "8/06", "Made-up offence A, aggravated", 41.5),
    ("Violence with injury", "00501", "Made-up offence B", "1460"),
    ("Residential burglary", "28/01", "Made-up offence C (EXPIRED)", 1),
    ("Homicide", 101, "Made-up offence D", 5475),
    ("Public order", "66/01", "Made-up offence E", None),
)


def workbook(path: Path, sheet: str, rows: tuple[tuple[object, ...], ...]) -> Path:
    """An .xlsx file with a sheet of notes before the one that matters."""
    book = openpyxl.Workbook()
    book.active.title = "Read me"  # type: ignore[union-attr]
    values = book.create_sheet(sheet)
    for row in rows:
        values.append(row)
    book.save(path)
    return path


@pytest.fixture
def cchi(tmp_path: Path) -> Path:
    """A small workbook laid out as the Cambridge index is: a title above the heads."""
    return workbook(tmp_path / "cchi.xlsx", "CCHI 2026 values sheet", (("An index",), (), CCHI_HEAD, *CCHI))


def read(path: Path, several: Several = Several.MEDIAN, columns: Columns = Columns()):  # type: ignore[no-untyped-def]
    """Read it as the Cambridge index."""
    return import_workbook(path, "cchi", version="2026", non_crime_days=Decimal(1), several=several, columns=columns)


def test_a_cambridge_workbook_is_read_row_by_row(cchi: Path) -> None:
    """Every code has its days however it is written; what was left out is counted and named."""
    found = read(cchi)
    assert found.index.days == {"00101": 5475, "00501": 1460, "00806": Decimal("30.75")}
    assert (found.rows, found.expired, found.several) == (6, 1, 1)
    assert found.without_days == ("Made-up offence E",)
    assert {group.name for group in found.index.groups} == {
        "Homicide (5475 days)", "Violence with injury (1460 days)", "Violence with injury (30.75 days)",
    }  # fmt: skip


def test_several_days_follow_the_choice(cchi: Path) -> None:
    """A code with two numbers of days gets the lowest, the median or the highest, as was asked."""
    days = [read(cchi, several).index.days["00806"] for several in (Several.LOWEST, Several.MEDIAN, Several.HIGHEST)]
    assert days == [20, Decimal("30.75"), Decimal("41.5")]


def test_a_severity_tool_with_titles_alone_takes_a_code_list(tmp_path: Path) -> None:
    """Weights by offence name reach codes through the user's list; a name it lacks is reported."""
    path = workbook(
        tmp_path / "ons.xlsx",
        "List of weights",
        (("Offence", "Weight"), ("Offence One", 12.994), ("Offence two", 39.64), ("Offence three", 9.16)),
    )
    found = import_workbook(
        path, "ons", version="2025", non_crime_days=Decimal(0),
        code_list={"offence one": ["10501", "10401"], "OFFENCE TWO": ["125/12"]},
    )  # fmt: skip
    assert found.index.days == {"10401": Decimal("12.99"), "10501": Decimal("12.99"), "12512": Decimal("39.64")}
    assert found.without_code == ("Offence three",)


def test_what_is_not_understood_is_said(cchi: Path, tmp_path: Path) -> None:
    """Another sheet, other heads, days that are no number, and no workbook at all: each says what came."""
    with pytest.raises(PolicyError, match="'Read me', 'CCHI 2026 values sheet'"):
        read(cchi, columns=Columns(sheet="weights"))
    with pytest.raises(PolicyError, match="the fullest row has SUB_GROUP, HO Class, FULL_OFFENCE_TITLE, CCHI value"):
        read(cchi, columns=Columns(days="Months"))
    bad = workbook(
        tmp_path / "bad.xlsx", "values", (CCHI_HEAD, ("g", "101", "t", "many"), ("g", "102", "t", -1), CCHI[0])
    )
    with pytest.raises(PolicyError) as caught:
        read(bad)
    assert "row 2: days must be" in str(caught.value)
    assert "row 3: days must be" in str(caught.value)
    (tmp_path / "no.xlsx").write_text("not a workbook")
    with pytest.raises(PolicyError, match="must be an Excel workbook"):
        read(tmp_path / "no.xlsx")


def test_the_command_writes_an_index_that_loads(cchi: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``matac-ml harm import`` writes a file that a policy can name, and never writes over one."""
    out = tmp_path / "cchi-2026.yaml"
    arguments = ["harm", "import", str(cchi), str(out), "--layout", "cchi", "--edition", "2026"]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "1 expired offences were left out; 1 codes had several days" in capsys.readouterr().out
    assert load_harm_index(out) == read(cchi).index
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_police_found_offences_count_only_where_the_index_says_so(cchi: Path, tmp_path: Path) -> None:
    """An offence found by police work has no harm, unless the index's own switch counts it."""
    out = tmp_path / "own.yaml"
    out.write_text(read(cchi).index.to_yaml().replace("count_proactive: false", "count_proactive: true"))
    left, counted = HarmTable(read(cchi).index), HarmTable(load_harm_index(out))
    assert left.of("00501", is_crime=True, proactive=True) == 0
    assert counted.of("00501", is_crime=True, proactive=True) == 146_000


BAD_DAYS: tuple[object, ...] = (
    "10,5", "1.825,5", "1,460", "1 460", "1'460", "1.4605", "5e2", "many", "-3", -3, "10 days", "\u0661\u0660", "#N/A",
    "100001", 1e9, True, date(2024, 6, 8), datetime(2024, 6, 8, 1), time(1, 30),
)  # fmt: skip
BAD_CODES: tuple[object, ...] = (
    4.1, 8.06, date(2024, 6, 8), datetime(2024, 6, 8), True, "2024-06-08", "2024-06-08 00:00:00", "08-Jun", "Jun-08",
    "8/6/2024", "1.05E+04",
)  # fmt: skip


def test_every_cell_that_can_be_read_in_two_ways_is_named_with_its_row(tmp_path: Path) -> None:
    """Decimal commas, separators, dates, truth values and codes that lost a zero are all said at once."""
    days = [("g", "101", "t", cell) for cell in BAD_DAYS]
    codes = [("g", cell, "t", 10) for cell in BAD_CODES]
    path = workbook(tmp_path / "bad.xlsx", "values", (CCHI_HEAD, *days, *codes, ("", "", "", 7), CCHI[0]))
    with pytest.raises(PolicyError) as caught:
        read(path)
    named = {int(fault.split(":")[0].removeprefix("row ")) for fault in caught.value.faults}
    assert named == set(range(2, 2 + len(BAD_DAYS) + len(BAD_CODES) + 1))


@pytest.mark.parametrize("kind", ["merged", "hidden", "formula", "formula as code", "percent", "percent code"])
def test_what_a_sheet_hides_is_a_fault_of_its_row(kind: str, tmp_path: Path) -> None:
    """Merged cells, hidden rows, formulas that were never worked out and percentages are not guessed at."""
    path = workbook(tmp_path / "bad.xlsx", "values", (CCHI_HEAD, CCHI[0], ("g", 102, "t", 10), ("g", "103", "t", 10)))
    book = openpyxl.load_workbook(path)
    sheet = book["values"]
    if kind == "merged":
        sheet.merge_cells("D3:D4")
    elif kind == "hidden":
        sheet.row_dimensions[3].hidden = True
    elif kind.startswith("formula"):
        sheet["B3" if "code" in kind else "D3"] = "=D2*2"
    else:
        sheet["B3" if "code" in kind else "D3"].number_format = "0%"
    book.save(path)
    with pytest.raises(PolicyError) as caught:
        read(path)
    assert {fault.split(":")[0] for fault in caught.value.faults} == (
        {"row 3", "row 4"} if kind == "merged" else {"row 3"}
    )


@pytest.mark.parametrize(
    ("cell", "days"), [(0, "0"), (10.5, "10.5"), ("10.5", "10.5"), (993.554, "993.55"), ("007", "7")]
)
def test_days_that_can_be_read_in_one_way_are_read(cell: object, days: str, tmp_path: Path) -> None:
    """Numbers, and text with a point, give these days."""
    path = workbook(tmp_path / "good.xlsx", "values", (CCHI_HEAD, ("g", 8.0, "t", cell)))
    assert read(path).index.days == {"00008": Decimal(days)}


@pytest.mark.parametrize(
    "line", ["offence one,2024-06-08", "offence one,", ",10501", "offence one,08-Jun", "a,1.05E+04"]
)
def test_a_code_list_that_a_spreadsheet_spoilt_is_refused(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is named, and no index is written."""
    path = workbook(tmp_path / "ons.xlsx", "List of weights", (("Offence", "Weight"), ("Offence One", 12.994)))
    (tmp_path / "codes.csv").write_text(f"title,offence_code\noffence two,10501\n{line}\n", encoding="utf-8")
    out = tmp_path / "own.yaml"
    with pytest.raises(SystemExit) as ended:
        main(["harm", "import", str(path), str(out), "--layout", "ons", "--edition", "2025",
              "--code-list", str(tmp_path / "codes.csv")])  # fmt: skip
    assert ended.value.code == 2
    assert "line 3:" in capsys.readouterr().err
    assert not out.exists()


def _changed(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with another text in its sheets."""
    with ZipFile(path) as before:
        parts = {part.filename: before.read(part) for part in before.infolist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as after:
        for name, held in parts.items():
            after.writestr(name, held.replace(old, new) if "worksheets" in name else held)
    return path


_END = b"</sheetData>"
_ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (_END, _END + b'<mergeCells><mergeCell ref="A9:XFD1048576"/></mergeCells>', "cells a sheet"),
        (_END, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + _END, "cells a sheet"),
        (_END, b'<row r="9">' + b"<c/>" * 300_000 + b"</row>" + _END, "at most 1 MiB in"),
        (b"<worksheet", _ENTITIES, "must be an Excel workbook"),
        (_END, _END + b"<a>" * 10_000, "must be an Excel workbook"),
    ],
)
def test_a_small_workbook_that_stands_for_a_huge_one_is_refused(
    old: bytes, new: bytes, said: str, cchi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merged cells, a last cell far away, cells packed into nothing and entities: bounded before they are unfolded."""
    monkeypatch.setattr("matac_ml.harm.cells._MOST_BYTES", 1 << 20)
    with pytest.raises(PolicyError, match=said):
        read(_changed(cchi, old, new))


def test_a_workbook_of_too_many_parts_is_refused(cchi: Path) -> None:
    """Each costs a few bytes in the file and a record in memory."""
    with ZipFile(cchi, "a") as book:
        for place in range(1_001):
            book.writestr(f"part{place}", b"")
    with pytest.raises(PolicyError, match="in 1,000 parts"):
        read(cchi)


@pytest.mark.parametrize("place", range(4))
def test_a_text_that_no_cell_can_hold_is_refused_at_once(place: int, tmp_path: Path) -> None:
    """A workbook of kilobytes can name one text of megabytes in every row; to look at each would take hours."""
    rows = [["Violence", "8/06", f"Offence {number}", "20"] for number in range(50)]
    for row in rows:
        row[place] = "MARK"
    # Its strings are held once each, as Excel does; openpyxl writes each where it stands.
    with xlsxwriter.Workbook(tmp_path / "w.xlsx") as book:
        sheet = book.add_worksheet("CCHI 2026 values sheet")
        for number, row in enumerate([list(CCHI_HEAD), *rows]):
            sheet.write_row(number, 0, row)
    with ZipFile(tmp_path / "w.xlsx") as packed, ZipFile(tmp_path / "long.xlsx", "w", ZIP_DEFLATED) as long:
        for name in packed.namelist():
            long.writestr(name, packed.read(name).replace(b"MARK", b"A" * 3_000_000))
    assert (tmp_path / "long.xlsx").stat().st_size < 200_000
    with pytest.raises(PolicyError, match="at most 32,767 characters"):
        read(tmp_path / "long.xlsx")
