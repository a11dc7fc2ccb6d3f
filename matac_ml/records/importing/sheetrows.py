"""Rows of a sheet of a workbook, .xlsx or .xls: dates as ISO writes them, whole numbers without a fraction."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from matac_ml.infile import bounded_memory
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, RefusedRows, Wanted, columns_of
from matac_ml.records.importing.mapping import SourceEntry
from matac_ml.records.importing.storedrows import text_of

#: A workbook is held in memory as a whole, unlike every other source.
_LARGEST, _MOST_MEMORY = 256 << 20, 4 << 30
_FREE_BYTES, _MOST_EXPANSION = 256 << 20, 64


def sheet_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of the sheet that the mapping names, or of the only one; each has its number in the sheet."""
    _check_size(wanted)
    try:
        with bounded_memory(_MOST_MEMORY):
            workbook = CalamineWorkbook.from_path(str(wanted.path))
            sheet = workbook.get_sheet_by_name(_sheet(wanted, workbook.sheet_names))
            yield from _rows(wanted, sheet.iter_rows())
    except (CalamineError, OSError, ValueError, MemoryError) as error:
        came = f"one that the reader refuses ({type(error).__name__}); open it and save it again, or as CSV"
        raise wanted.fault("not_workbook", "the file must be a workbook without a password", came) from None


def sheet_heads(path: Path) -> Iterator[tuple[str, int, list[str]]]:
    """Name of every sheet, the rows above its heads, and its heads: the first row with as many cells as any below."""
    _check_size(Wanted(path, path.name, SourceEntry(file=path.name), (), RefusedRows(path.name)))
    workbook = CalamineWorkbook.from_path(str(path))
    for name in workbook.sheet_names:
        rows = [[_text(cell) or "" for cell in row] for row in islice(workbook.get_sheet_by_name(name).iter_rows(), 60)]
        widths = [sum(map(bool, row)) for row in rows]
        if any(widths):
            first = next(place for place, width in enumerate(widths) if width >= max(widths) / 2)
            yield name, first, [head.strip() for head in rows[first] if head.strip()]


def _check_size(wanted: Wanted) -> None:
    size = wanted.path.stat().st_size
    if size > _LARGEST:
        raise wanted.fault("too_large", f"a workbook has at most {_LARGEST >> 20} MiB", "more; save its sheets as CSV")
    if zipfile.is_zipfile(wanted.path):
        with zipfile.ZipFile(wanted.path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > (most := _FREE_BYTES + _MOST_EXPANSION * size):
            raise wanted.fault(
                "too_large", f"a workbook of this size unpacks to at most {most:,} bytes", f"{unpacked:,}"
            )


def _sheet(wanted: Wanted, names: Sequence[str]) -> str:
    if not wanted.entry.sheet and len(names) == 1:
        return names[0]
    if wanted.entry.sheet not in names:
        came = "none of that name" if wanted.entry.sheet else f"{len(names)} sheets; name one with sheet:"
        raise wanted.fault("no_such_sheet", f"there must be a sheet {wanted.entry.sheet}".rstrip(), came)
    return wanted.entry.sheet


def _rows(wanted: Wanted, found: Iterator[list[object]]) -> Iterator[Batch]:
    places: list[int] | None = None
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    for number, cells in enumerate(found, 1):
        if number <= wanted.entry.skip or all(cell in ("", None) for cell in cells):
            continue
        texts = [_text(cell) for cell in cells]
        if places is None:
            places = wanted.places([text or "" for text in texts])
            continue
        numbers.append(number)
        rows.append(texts)
        if len(rows) == ROWS_AT_ONCE:
            yield numbers, columns_of(rows, places)
            numbers, rows = [], []
    if places is None:
        wanted.places([])
    elif rows:
        yield numbers, columns_of(rows, places)


def _text(cell: object) -> str | None:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return text_of(cell)
