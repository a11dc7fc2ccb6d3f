"""Parquet files: bounded by their metadata before a row is read; every value as the text that a CSV file would hold."""

import mmap
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from matac_ml.parquetfooter import MOST_METADATA
from matac_ml.parquetpages import ColumnChunk, unpacked_bytes
from matac_ml.records import cells
from matac_ml.records.faults import Finding, whole_file
from matac_ml.records.sources import MOST_COLUMNS, Source, check_columns
from matac_ml.vocabulary import Column, Kind

#: Every row has dates and identifiers of its own, so a file holds about three bytes a row at least. A file that names
#: more rows than it has bytes, beyond this many, was made to exhaust memory.
FREE_ROWS = 100_000
#: Bytes that the columns we read may have when decompressed: so many, and so many for each byte of the file.
FREE_BYTES, MOST_EXPANSION = 256 * 1024 * 1024, 64

#: A value of more bytes than this is not read: a file of 3 KB can hold one of a million bytes 100,000 times.
LONGEST_VALUE = 10_000

_SCALARS = re.compile(
    r"(VARCHAR|BOOLEAN|DATE|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|TIMESTAMP.*|ENUM.*|UUID|\"NULL\")"
)
#: Types of a column that are what the values become.
_NATIVE = {Kind.DATE: ("DATE",), Kind.BOOLEAN: ("BOOLEAN",), Kind.INTEGER: ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")}
#: Whole numbers from here on may have lost digits. Spreadsheets keep 15.
_KEPT = {"DOUBLE": "1e15", "FLOAT": "16777216"}
#: More bytes than any value of a kind can have.
_MOST_BYTES = {Kind.IDENTIFIER: 320, Kind.OFFENCE: 240, Kind.TEXT: 800}


@dataclass(frozen=True)
class Shape:
    """The columns of a file that are read.

    Attributes
    ----------
    texts : mapping of column name to SQL
        The text of each, and ``row``, its number as a spreadsheet would show it.
    native : mapping of column name to SQL
        Those whose type in the file is what the values become.
    """

    read: str
    texts: Mapping[str, str]
    native: Mapping[str, str]


def shape_of(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> tuple[Shape | None, list[Finding]]:
    """Look at a file's metadata; no shape when a fault of the whole file stops it from being read.

    Raises
    ------
    duckdb.Error, ValueError
        When the metadata or the pages are not Parquet's.
    """
    if fault := _unbounded(con, source, path):
        return None, [fault]
    read = f"read_parquet({cells.text(str(path))}, file_row_number=true)"
    described = con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {read}").fetchall()
    types = {str(name).strip().lower(): (str(name), str(kind)) for name, kind, *_ in reversed(described)}
    findings = check_columns(source.file, source.table, tuple(_names(con, path)))
    findings += _nested(source, types)
    if any(f.rule in ("missing_column", "nested_column", "repeated_column") for f in findings):
        return None, findings
    if fault := _long_values(con, source, read, types):
        return None, [fault]
    columns = [(column, *types[column.name]) for column in source.table.columns if column.name in types]
    texts = {column.name: _text(column, cells.name(real), kind) for column, real, kind in columns}
    native = {column.name: cells.name(real) for column, real, kind in columns if kind in _NATIVE.get(column.kind, ())}
    return Shape(f"SELECT * FROM {read}", texts | {"row": "file_row_number + 2"}, native), findings


def _unbounded(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> Finding | None:
    """A fault when reading would take more memory or time than a file of this size has a reason to."""

    def fault(expected: str, came: str) -> Finding:
        return whole_file(source.file, "too_large", expected, came)

    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 8, 0))
        (metadata,) = struct.unpack("<I", file.read(8)[:4])
    if metadata > MOST_METADATA:
        return fault(f"the metadata must be at most {MOST_METADATA // 2**20} MiB", f"{metadata:,} bytes")
    where = cells.text(str(path))
    (columns,) = con.execute(f"SELECT count(*) FROM parquet_schema({where})").fetchone() or (0,)
    if columns > MOST_COLUMNS:
        return fault(f"there must be at most {MOST_COLUMNS:,} columns", f"{columns:,}")
    (rows,) = con.execute(f"SELECT max(num_rows) FROM parquet_file_metadata({where})").fetchone() or (0,)
    declared = ", ".join(cells.text(column.name) for column in source.table.columns)
    grouped, expanded = con.execute(
        "SELECT coalesce(sum(rows), 0), coalesce(sum(bytes), 0) FROM (SELECT max(row_group_num_rows) AS rows, "
        f"sum(greatest(total_uncompressed_size, 0)) FILTER (lower(trim(path_in_schema)) IN ({declared})) AS bytes "
        f"FROM parquet_metadata({where}) GROUP BY row_group_id)"
    ).fetchone() or (0, 0)
    rows = max(rows, grouped)
    if rows > max(FREE_ROWS, size):
        return fault(f"a file of {size:,} bytes holds at most {max(FREE_ROWS, size):,} rows", f"{rows:,}")
    most = FREE_BYTES + MOST_EXPANSION * size
    if rows and expanded <= most:
        expanded = _pages(con, path, declared, most)
    if expanded > most:
        return fault(f"a file of {size:,} bytes holds at most {most:,} bytes decompressed", f"{expanded:,}")
    return None


def _pages(con: duckdb.DuckDBPyConnection, path: Path, declared: str, most: int) -> int:
    """Bytes that the pages of the columns we read unpack to, whatever the footer claims."""
    places = con.execute(
        "SELECT least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset)), "
        "total_compressed_size, greatest(num_values, row_group_num_rows) "
        f"FROM parquet_metadata({cells.text(str(path))}) WHERE lower(trim(path_in_schema)) IN ({declared})"
    )
    chunks = [ColumnChunk(*place) for place in places.fetchall()]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        return unpacked_bytes(held, chunks, most=most)


def _long_values(
    con: duckdb.DuckDBPyConnection, source: Source, read: str, types: Mapping[str, tuple[str, str]]
) -> Finding | None:
    """A fault when a text is longer than any could be; of a dictionary this looks at each text once."""
    declared = [types[column.name] for column in source.table.columns if column.name in types]
    longest = ", ".join(f"max(strlen({cells.name(real)}))" for real, kind in declared if kind == "VARCHAR")
    found = con.execute(f"SELECT {longest} FROM {read}").fetchall() if longest else [(0,)]
    most = max(size or 0 for size in found[0])
    if most <= LONGEST_VALUE:
        return None
    return whole_file(source.file, "too_large", f"a value has at most {LONGEST_VALUE:,} bytes", f"one of {most:,}")


def _names(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[str]:
    """Names of the columns as they stand in the file: DuckDB would rename the second of two that are alike."""
    schema = con.execute(f"SELECT name, num_children FROM parquet_schema({cells.text(str(path))})").fetchall()
    inside = 0  # parts of a nested column that are still to come
    for name, children in schema[1:]:
        if not inside:
            yield str(name).strip().lower()
        inside = max(inside - 1, 0) + (children or 0)


def _nested(source: Source, types: Mapping[str, tuple[str, str]]) -> Iterator[Finding]:
    for column in source.table.columns:
        kind = types.get(column.name, ("", "VARCHAR"))[1]
        if not _SCALARS.fullmatch(kind):
            came = f"a column of type {kind.split('(')[0]}"
            yield whole_file(source.file, "nested_column", "a column must hold single values", came, column.name)


def _text(column: Column, x: str, kind: str) -> str:
    """SQL for the text of a value; what its type says that it cannot be comes as :data:`cells.NONE` and what it is."""
    plain, key = f"CAST({x} AS VARCHAR)", column.kind is Kind.IDENTIFIER
    if kind in _KEPT:
        if key:
            plain = f"CASE WHEN abs({x}) < {_KEPT[kind]} THEN {_whole(x)} ELSE {_none('a number that lost digits')} END"
        return f"CASE WHEN NOT isnan({x}) THEN {plain} END"
    if key and kind.startswith("DECIMAL"):
        return _whole(x)
    if key and kind == "BOOLEAN":
        return f"CASE WHEN {x} IS NOT NULL THEN {_none('true or false')} END"
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        most = _MOST_BYTES.get(column.kind, 80)
        return f"CASE WHEN strlen({plain}) <= {most} THEN {plain} ELSE {_longer(plain, most)} END"
    return plain


def _longer(x: str, most: int) -> str:
    return f"CASE WHEN {x} IS NOT NULL THEN {_none(f'text of more than {most} bytes')} END"


def _whole(x: str) -> str:
    return (
        f"CASE WHEN {x} = trunc({x}) THEN CAST(try_cast({x} AS HUGEINT) AS VARCHAR) "
        f"WHEN {x} IS NOT NULL THEN {_none('a number with a fraction')} END"
    )


def _none(came: str) -> str:
    return f"chr(0) || {cells.text(came)}"
