"""Cells of a publisher's workbook: read where they can mean one thing only, and otherwise a fault."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import column_index_from_string

from matac_ml.errors import PolicyError
from matac_ml.infile import bounded_memory, read_plain

MOST_DAYS = 100_000
#: A workbook unpacked; the official ones have a few megabytes and about twenty parts.
_MOST_BYTES, _MOST_PARTS = 32 << 20, 1000
#: A sheet is unfolded to its last cell: a file of one kilobyte can merge, or reach, one of 17 thousand million.
_MOST_CELLS = 2_000_000
_LAST = re.compile(rb"<(?:c\s[^>]*?\br|mergeCell\s[^>]*?\bref)=[\"'](?:[A-Z0-9]+:)?([A-Z]{1,3})([0-9]{1,7})[\"']")
#: Characters of a cell, as in Excel: one text of megabytes can stand in every cell, and each is looked at.
_LONGEST_TEXT = 32_767
#: Behind the other bounds.
_MOST_MEMORY = 2 << 30
_PLAIN = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]+(\.0+)?")
# What a spreadsheet makes of a code such as 8/06, also after it was copied as text; and a number with an exponent.
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]{1,2}[-/ .][0-9]{1,2}[-/ .][0-9]{2,4}.*"
    r"|[0-9]{1,2}[-/ ][A-Za-z]{3,9}([-/ ][0-9]{2,4})?|[A-Za-z]{3,9}[-/ ][0-9]{2,4}"
)
_EXPONENT = re.compile(r"[0-9.]+[eE][-+]?[0-9]+")


@dataclass(frozen=True)
class Cell:
    """A cell as it stands: its value, how it is shown, and whether it is part of something that hides its meaning."""

    value: object = None
    number_format: str = "General"
    uncounted: bool = False
    merged: bool = False

    @property
    def text(self) -> str:
        """The value as text; empty for an empty cell."""
        return "" if self.value is None else str(self.value).strip()


@dataclass(frozen=True)
class Sheet:
    """A sheet's rows, and the numbers of the hidden ones, counted from 1."""

    rows: Sequence[Sequence[Cell]]
    hidden: frozenset[int]


def read_sheet(path: Path, wanted: str) -> Sheet:
    """Read the first sheet whose name holds a text; nothing in it is run.

    Raises
    ------
    PolicyError
        When the file is no workbook, is too large unpacked, or has no such sheet.
    """
    try:
        held = read_plain(path, largest=_MOST_BYTES)
        _check_size(held, path.name)
        with bounded_memory(_MOST_MEMORY):
            return _found(held, path.name, wanted)
    except MemoryError:
        most = f"{_MOST_MEMORY >> 30} GiB of memory"
        raise PolicyError(f"{path.name} needs more than {most}; take out sheets and cells that are empty.") from None
    except PolicyError:
        raise
    except Exception as error:  # whatever the reader of workbooks comes upon in a file that is none
        raise PolicyError(f"{path.name} must be an Excel workbook (.xlsx) as it was downloaded.") from error


def _check_size(held: bytes, name: str) -> None:
    with ZipFile(BytesIO(held)) as packed:
        parts = packed.infolist()
        size = sum(part.file_size for part in parts)
        if size > _MOST_BYTES or len(parts) > _MOST_PARTS:
            raise PolicyError(
                f"{name} must have at most {_MOST_BYTES >> 20} MiB in {_MOST_PARTS:,} parts unpacked; "
                f"it has {size >> 20} in {len(parts):,}."
            )
        for part in parts:
            content = packed.read(part)
            # Office writes none; with one a few bytes can stand for any number.
            if b"<!DOCTYPE" in content:
                raise ValueError("a part has a document type")
            last = [(column_index_from_string(found[1].decode()), int(found[2])) for found in _LAST.finditer(content)]
            area = max((column for column, _ in last), default=0) * max((row for _, row in last), default=0)
            if area > _MOST_CELLS:
                raise PolicyError(
                    f"{name} must have at most {_MOST_CELLS:,} cells a sheet, to its last row and column, merged ones "
                    f"too; it has {area:,}. Delete rows and columns that hold nothing."
                )


def _found(held: bytes, name: str, wanted: str) -> Sheet:
    written = openpyxl.load_workbook(BytesIO(held))
    counted = openpyxl.load_workbook(BytesIO(held), data_only=True)
    names = [title for title in written.sheetnames if wanted.lower() in title.lower()]
    if not names:
        there = ", ".join(map(repr, written.sheetnames))
        raise PolicyError(
            f"{name} must have a sheet whose name holds {wanted.lower()!r}; it has {there}. Name it with --sheet."
        )
    return _sheet(written[names[0]], counted[names[0]])


def _sheet(written: Any, counted: Any) -> Sheet:
    merged = {at for ranged in written.merged_cells.ranges for at in ranged.cells}

    def read(cell: Any, value: object) -> Cell:
        if any(isinstance(text, str) and len(text) > _LONGEST_TEXT for text in (value, cell.value, cell.number_format)):
            raise PolicyError(f"A cell must have at most {_LONGEST_TEXT:,} characters; {cell.coordinate} has more.")
        uncounted = cell.data_type == "f" and value is None
        return Cell(value, cell.number_format or "General", uncounted, (cell.row, cell.column) in merged)

    pairs = zip(written.iter_rows(), counted.iter_rows(values_only=True), strict=True)
    rows = [[read(cell, value) for cell, value in zip(row, values, strict=True)] for row, values in pairs]
    hidden = frozenset(number for number, row in written.row_dimensions.items() if row.hidden)
    return Sheet(rows, hidden)


def days_of(cell: Cell) -> Decimal | str:
    """Days of an offence, or what is wrong with the cell."""
    if said := _hides(cell):
        return f"days {said}"
    value = cell.value
    if isinstance(value, bool | datetime | date | time | timedelta) or "%" in cell.number_format:
        kind = "a percentage" if "%" in cell.number_format else type(value).__name__
        return f"days must be a number from 0 to {MOST_DAYS:,}, got {kind}; write the number of days"
    if isinstance(value, int | float):
        days = Decimal(repr(value))
        return days if days.is_finite() and 0 <= days <= MOST_DAYS else _no_days(cell.text)
    if not _PLAIN.fullmatch(cell.text) or Decimal(cell.text) > MOST_DAYS:
        return _no_days(cell.text)
    return Decimal(cell.text)


def _no_days(text: str) -> str:
    return (
        f"days must be a number from 0 to {MOST_DAYS:,} without separators, with a point and at most two decimals, "
        f"got {text[:20]!r}"
    )


def code_of(cell: Cell) -> tuple[str, str]:
    """An offence code, and what is wrong with the cell; one of the two is empty."""
    if said := _hides(cell):
        return "", f"the code {said}"
    value, as_text = cell.value, "format the column as text and write the code again"
    if isinstance(value, bool | datetime | date | time | timedelta):
        return "", f"the code must be text, got {type(value).__name__}; {as_text}"
    if isinstance(value, float) and not value.is_integer():
        return "", f"the code must be text: the number {value!r} cannot be told from one with more zeros; {as_text}"
    if "%" in cell.number_format and isinstance(value, int | float):
        return "", f"the code must be text, got a percentage; {as_text}"
    return text_code(str(int(value)) if isinstance(value, float) else cell.text)


def text_code(text: str) -> tuple[str, str]:
    """A code written as text, and what is wrong with it; one of the two is empty."""
    if _DATE.fullmatch(text) or _EXPONENT.fullmatch(text):
        kind = "a date" if _DATE.fullmatch(text) else "a number with an exponent"
        return "", f"the code looks like {kind} that a spreadsheet made of it, got {text[:20]!r}; write the code again"
    return text, ""


def _hides(cell: Cell) -> str:
    if cell.uncounted:
        return "is a formula without a value; open the workbook in a spreadsheet and save it"
    return "is in merged cells; unmerge them and fill in each row" if cell.merged else ""
