"""What the files of a source look like: their form, their columns and the forms of dates that fit every value read."""

import csv
import gzip
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from matac_ml.errors import UsageError
from matac_ml.records.importing.batches import RefusedRows, UnreadableError, Wanted
from matac_ml.records.importing.dateforms import EXCEL, ISO, strptime_form
from matac_ml.records.importing.formats import FORMATS, format_of, is_packed
from matac_ml.records.importing.loading import READERS
from matac_ml.records.importing.mapping import SourceEntry

_HEAD = 1 << 18
#: Batches of rows that are looked at, of the size in :mod:`matac_ml.records.importing.batches`.
_BATCHES = 1
_MOST_VALUES = 5_000
_DAYS = ("DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "DD.MM.YYYY", "DD-MON-YYYY", "DD MON YYYY",
         "D MONTH YYYY", "YYYYMMDD", "YYYY/MM/DD", "YYYY-MM-DD")  # fmt: skip
_TIMES = ("", " hh:mm", " hh:mm:ss")


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a source.

    Attributes
    ----------
    filled, distinct : int
        Rows with a value, and different values, among the rows that were read.
    values : tuple of (str, int)
        The most frequent values.
    dates : tuple of str
        Every form of date that fits all values; several where the values cannot tell them apart.
    """

    name: str
    filled: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    dates: tuple[str, ...]

    @property
    def few(self) -> bool:
        """Whether the values can be codes: few, and each in several rows."""
        return 0 < self.distinct <= 40 and self.distinct * 2 <= self.filled


@dataclass(frozen=True)
class SourceProfile:
    """One file, sheet or table of a source; ``notes`` is what a person must look at."""

    name: str
    entry: SourceEntry
    rows: int
    columns: tuple[ColumnProfile, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Form:
    """How a file is to be read, as far as its first bytes tell."""

    entry: SourceEntry
    header: list[str]
    notes: list[str] = field(default_factory=list)


def profile_source(folder: Path) -> Iterator[SourceProfile]:
    """Look at every file of a folder that can be read, at its first rows alone.

    Raises
    ------
    UsageError
        When it is no folder.
    """
    if not folder.is_dir():
        raise UsageError(f"SOURCE must be a folder of files, and {folder.name} is none.")
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.is_symlink() or format_of(SourceEntry(), path.name) not in FORMATS:
            continue
        try:
            for form in _forms(path):
                yield _profile(path, form)
        except (UnreadableError, OSError, ValueError, EOFError, sqlite3.Error, csv.Error) as error:
            yield SourceProfile(
                path.name, SourceEntry(file=path.name), 0, (), (f"it cannot be read ({type(error).__name__})",)
            )


def _forms(path: Path) -> Iterator[_Form]:
    kind = format_of(SourceEntry(), path.name)
    if kind in ("csv", "tsv"):
        yield _text_form(path)
    elif kind == "jsonl":
        keys = [key for line in _head(path)[0].splitlines()[:200] for key in _keys(line)]
        yield _Form(SourceEntry(file=path.name), list(dict.fromkeys(keys)))
    elif kind == "parquet":
        yield _Form(SourceEntry(file=path.name), [name.strip() for name in pq.read_schema(path).names])
    elif kind == "sqlite":
        yield from _tables(path)
    else:
        yield from _sheets(path)


def _keys(line: str) -> list[str]:
    try:
        found = json.loads(line)
    except ValueError:
        return []
    return list(found) if isinstance(found, dict) else []


def _tables(path: Path) -> Iterator[_Form]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            quoted = name.replace('"', '""')
            found = connection.execute(f'SELECT * FROM "{quoted}" LIMIT 0')
            yield _Form(SourceEntry(file=path.name, table=name), [column for column, *_ in found.description])


def _sheets(path: Path) -> Iterator[_Form]:
    # Its library is one of an extra.
    from matac_ml.records.importing.sheetrows import sheet_heads

    for name, skip, header in sheet_heads(path):
        yield _Form(SourceEntry(file=path.name, sheet=name, skip=skip), header)


def _head(path: Path) -> tuple[str, str, list[str]]:
    """The first part of a text, its encoding, and what a person must look at."""
    with gzip.open(path) if is_packed(path.name) else path.open("rb") as file:
        held = file.read(_HEAD)
    if held.startswith((b"\xff\xfe", b"\xfe\xff")):
        return held.decode("utf-16", "ignore"), "utf-16", []
    try:
        cut = held[: held.rfind(b"\n") + 1] if len(held) == _HEAD else held
        return cut.decode("utf-8-sig"), "utf-8", []
    except UnicodeDecodeError:
        return held.decode("cp1252", "replace"), "windows-1252", ["it is not UTF-8; windows-1252 is a guess"]


def _text_form(path: Path) -> _Form:
    text, encoding, notes = _head(path)
    lines = [line for line in text.splitlines()[:60] if line.strip()] or [""]
    delimiter = max(",;\t|", key=lambda mark: (sum(line.count(mark) > 0 for line in lines), lines[-1].count(mark)))
    widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
    usual = Counter(widths).most_common(1)[0][0]
    first = next(place for place, width in enumerate(widths) if width == usual)
    skip = text.splitlines().index(lines[first]) if text else 0
    if skip:
        notes.append(f"{skip} line(s) above the heads are passed over")
    given = {"encoding": encoding} if encoding != "utf-8" else {}
    usual_mark = "\t" if format_of(SourceEntry(), path.name) == "tsv" else ","
    if delimiter != usual_mark:
        given["delimiter"] = "tab" if delimiter == "\t" else delimiter
    header = next(csv.reader([lines[first]], delimiter=delimiter))
    return _Form(SourceEntry(file=path.name, skip=skip, **given), [name.strip() for name in header], notes)


def _profile(path: Path, form: _Form) -> SourceProfile:
    unique = tuple(name for name in form.header if name and form.header.count(name) == 1)
    wanted = Wanted(path, path.name, form.entry, unique, RefusedRows(path.name))
    texts: list[list[str]] = [[] for _ in unique]
    rows = 0
    for numbers, columns in islice(READERS[format_of(form.entry, path.name)](wanted), _BATCHES):
        rows += len(numbers)
        for held, column in zip(texts, columns, strict=True):
            held += [text.strip() for text in column if text and text.strip()]
    notes = list(form.notes)
    if wanted.refused.count:
        notes.append(f"{wanted.refused.count:,} rows are not rows of a table")
    name = form.entry.sheet or form.entry.table or path.name.partition(".")[0]
    found = tuple(_column(name, values) for name, values in zip(unique, texts, strict=True))
    return SourceProfile(name, form.entry, rows, found, tuple(notes))


def _column(name: str, values: Sequence[str]) -> ColumnProfile:
    counted = Counter(values)
    several = list(islice(counted, _MOST_VALUES))
    return ColumnProfile(name, len(values), len(counted), tuple(counted.most_common(40)), tuple(_dates(several)))


def _dates(values: Sequence[str]) -> Iterator[str]:
    if not values:
        return
    for day in _DAYS:
        for time in _TIMES:
            form = strptime_form(day + time)
            if all(_fits(value, form) for value in values):
                yield ISO if day == "YYYY-MM-DD" else day + time
    if all(value.partition(".")[0].isdigit() and 20_000 < float(value) < 60_000 for value in values if value):
        yield EXCEL


def _fits(value: str, form: str) -> bool:
    try:
        return 1900 <= datetime.strptime(value, form).year < 2200
    except ValueError:
        return False
