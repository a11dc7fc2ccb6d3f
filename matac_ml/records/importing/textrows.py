"""Rows of text files: CSV and its relatives in any declared encoding, and JSON lines; packed or not."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, TextIO, cast

from matac_ml.records.importing.batches import LONGEST_CELL, ROWS_AT_ONCE, Batch, Wanted, columns_of
from matac_ml.records.importing.formats import delimiter_of, is_packed

_LONGEST_LINE = 4 << 20
_MOST_COLUMNS = 1000
#: A packed file may hold so many bytes, and so many for each of its own.
_FREE_BYTES, _MOST_EXPANSION = 256 << 20, 64
_CELLS = "a row must have as many cells as the header"


@contextmanager
def _opened(wanted: Wanted) -> Iterator[TextIO]:
    """Open a file as text, its own line ends kept; what is wrong with its bytes becomes a fault of the file."""
    encoding = "utf-8-sig" if wanted.entry.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else (
        wanted.entry.encoding)  # fmt: skip
    try:
        with wanted.path.open("rb") as file:
            raw = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_packed(wanted.label) else file
            with io.TextIOWrapper(raw, encoding, newline="") as text:
                yield text
    except UnicodeError as error:
        came = f"bytes that are not; name its encoding, such as windows-1252 ({type(error).__name__})"
        raise wanted.fault("encoding", f"the file must be text in {wanted.entry.encoding}", came) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        came = f"one that ends too early or is damaged ({type(error).__name__}); ask for it again"
        raise wanted.fault("not_whole", "a packed file must be whole", came) from None


def _lines(text: TextIO, wanted: Wanted) -> Iterator[str]:
    most = _FREE_BYTES + _MOST_EXPANSION * wanted.path.stat().st_size if is_packed(wanted.label) else None
    read = 0
    while line := text.readline(_LONGEST_LINE):
        read += len(line)
        if most is not None and read > most:
            raise wanted.fault("too_large", f"a packed file of this size must unpack to at most {most:,} bytes", "more")
        if len(line) == _LONGEST_LINE:
            raise wanted.fault("long_line", f"a line must have fewer than {_LONGEST_LINE:,} characters", "a longer one")
        if "\0" in line:
            raise wanted.fault("not_text", "the file must be text", "bytes that are none, such as a spreadsheet's")
        yield line


def csv_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of a CSV file or of one with another delimiter; each has the number of the line on which it begins."""
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        with _opened(wanted) as text:
            lines = _lines(text, wanted)
            for _ in range(wanted.entry.skip):
                next(lines, "")
            yield from _csv_rows(
                csv.reader(lines, delimiter=delimiter_of(wanted.entry, wanted.label), strict=True), wanted
            )
    finally:
        csv.field_size_limit(limit)


def _csv_rows(reader: Any, wanted: Wanted) -> Iterator[Batch]:
    skipped = wanted.entry.skip
    try:
        header: list[str] = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error:
        raise wanted.fault("bad_header", "the first row must be a header", "a quote that is not closed") from None
    if len(header) > _MOST_COLUMNS:
        raise wanted.fault("bad_header", f"there must be at most {_MOST_COLUMNS:,} columns", f"{len(header):,}")
    places, width = wanted.places(header), len(header)
    numbers: list[int] = []
    rows: list[list[str]] = []
    while True:
        before = reader.line_num
        try:
            for row in reader:
                number, before = before + 1 + skipped, reader.line_num
                if len(row) == width:
                    numbers.append(number)
                    rows.append(row)
                    if len(rows) == ROWS_AT_ONCE:
                        yield numbers, columns_of(rows, places)
                        numbers, rows = [], []
                elif row:
                    came = "fewer: is it cut off?" if len(row) < width else "more: is a delimiter not quoted?"
                    wanted.refused.add(number, "cells", _CELLS, came)
            break
        except csv.Error:
            came = "a quote that is not closed, or text behind it"
            wanted.refused.add(before + 1 + skipped, "bad_quotes", "a quoted cell must end with a quote", came)
    if rows:
        yield numbers, columns_of(rows, places)


def json_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of a file with one JSON object a line; a key that an object lacks is nothing."""
    numbers: list[int] = []
    rows: list[Sequence[str | None]] = []
    seen: set[str] = set()
    with _opened(wanted) as text:
        for number, line in enumerate(_lines(text, wanted), 1):
            if not line.strip():
                continue
            found = _object(line)
            if isinstance(found, str):
                wanted.refused.add(number, "not_json", "a line must be one JSON object of single values", found)
                continue
            seen |= found.keys()
            numbers.append(number)
            rows.append([found.get(column) for column in wanted.columns])
            if len(rows) == ROWS_AT_ONCE:
                yield numbers, columns_of(rows, range(len(wanted.columns)))
                numbers, rows = [], []
    if rows:
        yield numbers, columns_of(rows, range(len(wanted.columns)))
    if not wanted.refused.count:
        wanted.places([*seen])


def _object(line: str) -> dict[str, str | None] | str:
    """The texts of one line, or what came instead. Numbers keep their digits."""
    try:
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "a line that is none: is it cut off?"
    if not isinstance(found, dict):
        return "something else than an object"
    texts: dict[str, str | None] = {}
    for key, value in found.items():
        if isinstance(value, dict | list):
            return "an object with a list or an object inside"
        texts[key] = str(value).lower() if isinstance(value, bool) else value
    return texts


def _refuse(constant: str) -> str:
    raise ValueError(constant)
