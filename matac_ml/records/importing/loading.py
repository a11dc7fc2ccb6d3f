"""The sources of a mapping into DuckDB as text: each row with its file and number, and no column that is not named."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from matac_ml.lineage import LineageDataset
from matac_ml.records import cells
from matac_ml.records.faults import Finding, whole_file
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, RefusedRows, UnreadableError, Wanted, held_as
from matac_ml.records.importing.formats import format_of
from matac_ml.records.importing.mapping import SourceEntry
from matac_ml.records.importing.plainrows import IrregularError, plain_batches
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.records.importing.queriedrows import queried_batches
from matac_ml.records.importing.storedrows import parquet_batches, sqlite_batches
from matac_ml.records.importing.textrows import csv_batches, json_batches
from matac_ml.written import escaped


def _sheet_batches(wanted: Wanted) -> Iterator[Batch]:
    # Its library is one of an extra.
    from matac_ml.records.importing.sheetrows import sheet_batches

    return sheet_batches(wanted)


READERS: Mapping[str, Callable[[Wanted], Iterator[Batch]]] = {
    "csv": csv_batches, "tsv": csv_batches, "jsonl": json_batches, "parquet": parquet_batches, "sqlite": sqlite_batches,
    "workbook": _sheet_batches,
}  # fmt: skip
#: Inode, bytes and time of the last change of a file.
_State = tuple[int, int, int]


@dataclass
class LoadedSources:
    """What was read.

    Attributes
    ----------
    files : mapping of str to tuple of str
        Files of each source, in the order of the numbers in ``source.NAME``.
    rows : mapping of str to int
        Rows that the readers gave, counted apart from the database.
    """

    folder: Path
    files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _states: dict[str, _State] = field(default_factory=dict)

    def note(self, file: str) -> None:
        """Remember how a file is before it is read."""
        self._states[file] = _state(self.folder / file)

    def unread(self) -> tuple[str, ...]:
        """Files at the top of the folder that no source names."""
        named = {file for files in self.files.values() for file in files} | self._states.keys()
        found = sorted(path.name for path in self.folder.iterdir() if path.is_file())
        return tuple(escaped(name) for name in found if name not in named)

    def lineage(self) -> tuple[LineageDataset, ...]:
        """The sources for a catalogue of data: files by their contents, what a database gave by its name."""
        files = [LineageDataset("source", sha256=_content(self.folder / file)) for file in self._states]
        others = [name for name, files in self.files.items() if not self._states.keys() & set(files)]
        return (*files, *(LineageDataset("source", name=name) for name in others))

    def changed(self) -> list[Finding]:
        """Files that are no longer as they were before they were read."""
        return [
            whole_file(file, "changed", "a file must not change while it is read", "one that did; import a copy of it")
            for file, state in self._states.items()
            if not (self.folder / file).is_file() or _state(self.folder / file) != state
        ]


def _content(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> _State:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def load_sources(
    con: duckdb.DuckDBPyConnection, plan: ImportPlan, folder: Path, *, most: Mapping[str, int] | None = None
) -> LoadedSources:
    """Read every source into ``source.NAME`` (file, row, the named columns) and show it cleaned as ``clean.NAME``.

    Parameters
    ----------
    most : mapping of str to int, optional
        Rows after which a source is not read further; for a preview.
    """
    loaded = LoadedSources(folder)
    con.execute("CREATE SCHEMA source; CREATE SCHEMA clean; CREATE SCHEMA work")
    with ExitStack() as stack:
        readers = dict(READERS)
        if any(entry.database for entry in plan.mapping.sources.values()):
            # Its library is one of an extra.
            from matac_ml.records.importing.databaserows import Databases

            readers["database"] = stack.enter_context(Databases(os.environ)).batches
        for name, entry in plan.mapping.sources.items():
            _load_source(con, loaded, (name, entry, plan.columns_of(name)), readers, (most or {}).get(name))
    return loaded


def _load_source(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedSources,
    source: tuple[str, SourceEntry, tuple[str, ...]],
    readers: Mapping[str, Callable[[Wanted], Iterator[Batch]]],
    limit: int | None,
) -> None:
    name, entry, columns = source
    loaded.files[name] = entry.names or (name,)
    loaded.rows[name] = 0
    _create(con, name, entry, columns)
    for number, label in enumerate(loaded.files[name]):
        read = readers["database" if entry.database else format_of(entry, label)]
        read = queried_batches if entry.query and read in (parquet_batches, json_batches) else read
        loaded.rows[name] += _load_file(con, loaded, _Target(name, number, label, entry, columns), read, limit)
    if entry.rows is not None and limit is None and loaded.rows[name] != entry.rows:
        expected = f"the mapping says that {name} has {entry.rows:,} rows"
        came = f"{loaded.rows[name]:,}; is a file cut off, or missing?"
        loaded.findings.append(whole_file(", ".join(loaded.files[name]), "row_count", expected, came))


@dataclass(frozen=True)
class _Target:
    name: str
    number: int
    label: str
    entry: SourceEntry
    columns: tuple[str, ...]


def _load_file(
    con: duckdb.DuckDBPyConnection,
    loaded: LoadedSources,
    target: _Target,
    read: Callable[[Wanted], Iterator[Batch]],
    limit: int | None,
) -> int:
    """Read one file; its rows. What is wrong with it is kept with the findings."""
    path, refused = loaded.folder / target.label, RefusedRows(target.label)
    rows = 0
    try:
        for file in (target.label, *target.entry.beside) if target.entry.names else ():
            _check_plain(loaded.folder, loaded.folder / file, file)
            loaded.note(file)
        wanted = Wanted(path, target.label, target.entry, target.columns, refused)
        rows = _read(con, target, wanted, read, limit)
    except UnreadableError as error:
        loaded.findings += error.findings
    except OSError as error:
        came = error.strerror or type(error).__name__
        loaded.findings.append(whole_file(target.label, "unreadable", "the file must be readable", came))
    loaded.findings += refused.findings()
    return rows


def _read(
    con: duckdb.DuckDBPyConnection,
    target: _Target,
    wanted: Wanted,
    read: Callable[[Wanted], Iterator[Batch]],
    limit: int | None,
) -> int:
    """Insert the rows of one file; a CSV file is first tried as a plain one."""
    if limit is None and read is csv_batches:
        try:
            return sum(_insert(con, target, batch, None) for batch in plain_batches(wanted))
        except IrregularError:
            con.execute(f"DELETE FROM source.{cells.name(target.name)} WHERE file = {target.number}")
    batches = islice(read(wanted), None if limit is None else -(-limit // ROWS_AT_ONCE))
    return sum(_insert(con, target, batch, limit) for batch in batches)


def _check_plain(folder: Path, path: Path, label: str) -> None:
    """Refuse what is no plain file inside the folder: a link out of it, a pipe, nothing."""
    try:
        real = path.resolve(strict=True)
        plain = real.is_relative_to(folder.resolve(strict=True)) and stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError):
        raise UnreadableError(
            whole_file(label, "missing_file", "the file must be there, in the folder of the source", "no file")
        ) from None
    if not plain:
        raise UnreadableError(
            whole_file(label, "unsafe_file", "it must be a plain file in the folder", "something else")
        )
    if path.stat().st_size == 0:
        raise UnreadableError(whole_file(label, "empty_file", "the file must hold rows", "a file of 0 bytes"))


def _create(con: duckdb.DuckDBPyConnection, name: str, entry: SourceEntry, columns: tuple[str, ...]) -> None:
    texts = ", ".join(f"{cells.name(f'c{number}')} VARCHAR" for number in range(len(columns)))
    con.execute(f"CREATE TABLE source.{cells.name(name)} (file SMALLINT, row BIGINT, {texts})")
    shown = ", ".join(_clean(f"c{number}", entry) + f" AS {held_as(column)}"
                      for number, column in enumerate(columns))  # fmt: skip
    con.execute(f"CREATE VIEW clean.{cells.name(name)} AS SELECT file, row, {shown} FROM source.{cells.name(name)}")


def _clean(x: str, entry: SourceEntry) -> str:
    """The text without blanks around it; nothing where a word stands that says so."""
    trimmed = f"nullif(trim({x}, ' \t\u00a0\r\n'), '')"
    if not entry.nothing:
        return trimmed
    words = ", ".join(cells.text(word.strip().lower()) for word in entry.nothing)
    return f"CASE WHEN lower({trimmed}) IN ({words}) THEN NULL ELSE {trimmed} END"


def _insert(con: duckdb.DuckDBPyConnection, target: _Target, batch: Batch, limit: int | None) -> int:
    numbers, texts = batch
    if not len(numbers):
        return 0
    given = numbers if isinstance(numbers, list) else np.arange(numbers[0], numbers[0] + len(numbers))
    columns = {"row": pa.array(given, pa.int64())}
    columns |= {
        f"c{place}": column if isinstance(column, pa.Array) else pa.array(column, pa.string())
        for place, column in enumerate(texts)
    }
    rows = pa.table(columns).slice(0, limit)
    con.register("batch", rows)
    con.execute(f"INSERT INTO source.{cells.name(target.name)} SELECT {target.number}, * FROM batch")
    con.unregister("batch")
    return int(rows.num_rows)
