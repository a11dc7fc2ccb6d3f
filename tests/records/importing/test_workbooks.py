"""Sheets of a workbook: values by their own type, whatever the sheet shows; the sheet is named, never guessed."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from matac_ml.records import read_extract
from tests.records.importing.sources import MAPPING, imported, refusal

pytest.importorskip("python_calamine")
_SHEET = MAPPING.replace('{file: crimes.csv, delimiter: ";"}', "{file: book.xlsx, sheet: Crimes, skip: 2}").replace(
    "DD/MM/YYYY", "ISO"
)


def _book(folder: Path) -> bytes:
    """A workbook with a title above the heads, real dates, a time, a number for an identifier and an empty row."""
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    sheet = book.create_sheet("Crimes")
    for row in (
        ["Made up"], [], ["Ref", "Type", "Happened", "Reported", "Status"],
        [17, "CRIME", date(2024, 2, 1), datetime(2024, 2, 2, 23, 30), "OPEN"], [],
        [18, "NON", date(2024, 2, 3), date(2024, 2, 4), None],
    ):  # fmt: skip
        sheet.append(row)
    book.save(folder / "made.xlsx")
    return (folder / "made.xlsx").read_bytes()


def test_a_sheet_is_a_source_like_any_other(tmp_path: Path) -> None:
    """17 is not 17.0, a date is a date, and a row has the number that the spreadsheet shows."""
    (tmp_path / "case").mkdir()
    links = "Ref,Person,Role\n17,N1,SUSP\n17,N2,VIC\n18,N1,SUSP\n"
    imported(tmp_path / "case", mapping=_SHEET, links_csv=links, **{"book.xlsx": _book(tmp_path)})
    extract = read_extract(tmp_path / "case/out")
    found = (
        extract.connect().execute("SELECT incident_id, occurred_on, recorded_on FROM incidents ORDER BY 1").fetchall()
    )
    assert found == [("17", date(2024, 2, 1), date(2024, 2, 2)), ("18", date(2024, 2, 3), date(2024, 2, 4))]


def test_rows_have_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    """Rows above the heads and empty rows count."""
    (tmp_path / "case").mkdir()
    mapping = _SHEET.replace("NON: false", "NOT: false")
    links = "Ref,Person,Role\n17,N1,SUSP\n"
    said = refusal(tmp_path / "case", mapping=mapping, links_csv=links, **{"book.xlsx": _book(tmp_path)})
    assert "'NON' in 1 row, first in book.xlsx, row 6" in said


@pytest.mark.parametrize(
    ("sheet", "said"),
    [("sheet: Crimes,", "crimes"), ("", "2 sheets; name one with sheet:"), ("sheet: Crime,", "none of that name")],
)
def test_which_sheet_must_be_said(tmp_path: Path, sheet: str, said: str) -> None:
    """A workbook with several sheets is not searched for the one that fits."""
    (tmp_path / "case").mkdir()
    mapping = _SHEET.replace("sheet: Crimes,", sheet)
    if said == "crimes":
        imported(tmp_path / "case", mapping=mapping, links_csv="Ref,Person,Role\n17,N1,SUSP\n",
                 **{"book.xlsx": _book(tmp_path)})  # fmt: skip
    else:
        assert said in refusal(tmp_path / "case", mapping=mapping, **{"book.xlsx": _book(tmp_path)})


def test_what_is_no_workbook(tmp_path: Path) -> None:
    """One cut off, and one that is something else."""
    (tmp_path / "case").mkdir()
    whole = _book(tmp_path)
    for content in (whole[:-200], b"Ref;Type\n"):
        assert "must be a workbook" in refusal(tmp_path / "case", mapping=_SHEET, **{"book.xlsx": content})
