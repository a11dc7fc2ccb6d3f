"""Files to typed tables in DuckDB: one pass over each file, cell faults found on the way, nothing held in Python.

What was read lies in ``loaded.NAME``; ``typed.NAME`` is a view of it with the number of each ``row``. A CSV file is
read by all cores at once, which a running count of rows would forbid: the view counts by the table's own row ids.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from matac_ml.records import cells
from matac_ml.records.declarations import Column, Kind, Table
from matac_ml.records.faults import LISTED, Finding, whole_file
from matac_ml.records.sources import Source, check_columns

#: A row of a CSV file longer than this is a fault, not a row.
LONGEST_ROW = 256 * 1024
#: Rows that are not CSV at all: more than these and the rest of the file is not looked at.
_REJECTS = 10_000
_SCALARS = re.compile(
    r"(VARCHAR|BOOLEAN|DATE|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*|TIMESTAMP.*|ENUM.*|UUID|\"NULL\")"
)
#: Types of a Parquet column that are what the values become.
_NATIVE = {Kind.DATE: ("DATE",), Kind.BOOLEAN: ("BOOLEAN",), Kind.INTEGER: ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")}
_REJECTED = {
    "MISSING COLUMNS": ("too_few_cells", "a row must have as many cells as the header", "fewer"),
    "TOO MANY COLUMNS": ("too_many_cells", "a row must have as many cells as the header", "more"),
    "UNQUOTED VALUE": ("bad_quotes", "a quote must be closed, and nothing may stand after it", "an unclosed quote"),
    "INVALID ENCODING": ("not_utf8", "a CSV file must be UTF-8 text", "bytes in another encoding"),
    "LINE SIZE OVER MAXIMUM": ("long_row", f"a row must be at most {LONGEST_ROW // 1024} KiB", "a longer row"),
}


def load_source(con: duckdb.DuckDBPyConnection, source: Source, *, scratch: Path) -> tuple[Finding, ...]:
    """Read one file into ``typed.NAME``; a file that cannot be read gives a finding and no table."""
    # A name that holds * or [ is a pattern to the reader: it gets a plain name that leads to the file.
    link = scratch / f"{source.table.name}.{source.format}"
    link.symlink_to(source.path.resolve())
    try:
        if source.format == "csv":
            return _load_csv(con, source, link)
        return _load_parquet(con, source, link)
    except (duckdb.Error, UnicodeDecodeError) as error:
        # The library's message quotes the row; the reader of ours gets its class alone.
        forget(con, source.table.name)
        kind = "Parquet with the types it names" if source.format == "parquet" else "CSV with one kind of line ends"
        came = f"a file that the reader refuses ({type(error).__name__})"
        return (whole_file(source.file, "unreadable", f"the file must be readable as {kind}", came),)
    finally:
        link.unlink()


def _load_csv(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> tuple[Finding, ...]:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(source.columns)))
    rejects = f"rejects_{source.table.name}"
    raw = (
        f"SELECT * FROM read_csv({cells.text(str(path))}, header=true, "
        f"""auto_detect=false, delim=',', quote='"', escape='"', columns={{{columns}}}, strict_mode=true, """
        f"store_rejects=true, rejects_table='{rejects}', rejects_scan='{rejects}_scan', rejects_limit={_REJECTS}, "
        f"max_line_size={LONGEST_ROW}, buffer_size={LONGEST_ROW * 32})"
    )
    known = {name: f"c{number}" for number, name in enumerate(source.columns)}
    _create(con, source.table, raw, known)
    refused = con.execute(f"SELECT line, min(error_type) FROM {rejects} GROUP BY line ORDER BY line").fetchall()
    row = _line(con, source.table, [line for line, _ in refused])
    return (*_rejected(source.file, refused), *_cell_faults(con, source.table, file=source.file, row=row))


def _rejected(file: str, refused: Iterable[tuple[int, str]]) -> Iterable[Finding]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for line, kind in refused:
        by_kind[str(kind)].append(int(line))
    for kind, lines in by_kind.items():
        rule, expected, came = _REJECTED.get(kind, ("not_csv", "a row must be CSV", "a row that is not"))
        shown = tuple(lines[:LISTED])
        yield Finding(file, None, rule, expected, (came,) * len(shown), shown, len(lines))


def _line(con: duckdb.DuckDBPyConnection, table: Table, refused: Sequence[int]) -> str:
    """The number of a row's line, from 2 after the header; refused lines count, so that a spreadsheet shows it too."""
    if not refused:
        return "rowid + 2"
    before = [line - number for number, line in enumerate(refused)]
    con.execute(f"ALTER TABLE loaded.{table.name} ADD COLUMN row BIGINT")
    con.execute(
        f"UPDATE loaded.{table.name} SET row = rowid + 2 + len(list_filter(?::BIGINT[], lambda l: l <= rowid + 2))",
        [before],
    )
    return "row"


def _load_parquet(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> tuple[Finding, ...]:
    read = f"read_parquet({cells.text(str(path))}, file_row_number=true)"
    described = con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
    types = {str(name).strip().lower(): (str(name), str(kind)) for name, kind, *_ in described}
    types.pop("file_row_number", None)
    findings = check_columns(source.file, source.table, tuple(types))
    for column in source.table.columns:
        kind = types.get(column.name, ("", "VARCHAR"))[1]
        if not _SCALARS.fullmatch(kind):
            findings.append(
                whole_file(source.file, "nested_column", "a column must hold single values",
                           f"a column of type {kind.split('(')[0]}", column.name)
            )  # fmt: skip
    if any(f.rule in ("missing_column", "nested_column") for f in findings):
        return tuple(findings)
    known = {name: f"CAST({cells.name(real)} AS VARCHAR)" for name, (real, _) in types.items()}
    native = {
        column.name: cells.name(types[column.name][0])
        for column in source.table.columns
        if types.get(column.name, ("", ""))[1] in _NATIVE.get(column.kind, ())
    }
    _create(con, source.table, f"SELECT * FROM {read}", known | {"row": "file_row_number + 2"}, native)
    return (*findings, *_cell_faults(con, source.table, file=source.file, row="row"))


def load_rows(
    con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Finding, ...], pa.Table]:
    """Read inline rows into ``typed.NAME`` under the same rules as a file; row 1 is the first.

    Returns
    -------
    findings : tuple of Finding
    texts : pyarrow.Table
        What was read, as text, for the hash.
    """
    label = f"{table.name} (inline)"
    names = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    findings = check_columns(label, table, names) if rows else []
    known = [c.name for c in table.columns if c.name in names]
    texts = pa.table({n: pa.array([_as_text(row.get(n)) for row in rows], pa.string()) for n in known})
    if any(f.rule == "missing_column" for f in findings):
        return tuple(findings), texts
    if not rows:
        create_empty(con, table)
        return (), texts
    con.register("inline_rows", texts)
    _create(con, table, "SELECT * FROM inline_rows", {n: cells.name(n) for n in known})
    con.unregister("inline_rows")
    return (*findings, *_cell_faults(con, table, file=label, row="rowid + 1")), texts


def _as_text(value: object) -> str | None:
    """A Python value as the text that a file would hold; anything else is text that no rule accepts."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return f"\x00{type(value).__name__}"


def create_empty(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make ``typed.NAME`` without rows."""
    columns = ", ".join(f"{cells.name(c.name)} {c.kind.sql_type}" for c in table.columns)
    con.execute(f"CREATE OR REPLACE TABLE loaded.{table.name} ({columns})")
    _show(con, table, "rowid")


def forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop ``typed.NAME`` and what it shows."""
    con.execute(f"DROP VIEW IF EXISTS typed.{name}")
    con.execute(f"DROP TABLE IF EXISTS loaded.{name}")


def _show(con: duckdb.DuckDBPyConnection, table: Table, row: str, *, and_faults: bool = False) -> None:
    """Make the view ``typed.NAME``, with the number of each row by an expression."""
    declared = ", ".join(cells.name(c.name) for c in table.columns) + (", faults" if and_faults else "")
    con.execute(
        f"CREATE OR REPLACE VIEW typed.{table.name} AS SELECT {row} AS row, {declared} FROM loaded.{table.name}"
    )


def _create(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    raw: str,
    known: Mapping[str, str],
    native: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Create ``loaded.NAME`` from a query of texts, with a column that holds each row's faults."""
    con.execute(f"CREATE OR REPLACE TABLE loaded.{table.name} AS {_typing(table, raw, known, native)}")


def _cell_faults(con: duckdb.DuckDBPyConnection, table: Table, *, file: str, row: str) -> tuple[Finding, ...]:
    """Report every cell that is not what its column says, drop the column of faults, and show the table."""
    _show(con, table, row, and_faults=True)
    part = [f"split_part(fault, '{cells.PART}', {n})" for n in (1, 2)]
    listed = con.execute(
        f"WITH found AS (SELECT row, unnest(string_split(faults, '{cells.NEXT}')) AS fault FROM typed.{table.name} "
        f"WHERE faults IS NOT NULL) SELECT row, fault FROM found QUALIFY row_number() OVER (PARTITION BY {part[0]}, "
        f"{part[1]} ORDER BY row) <= {LISTED} ORDER BY row"
    )
    findings = _collected(file, table, listed.fetchall(), _counts(con, table))
    con.execute(f"ALTER TABLE loaded.{table.name} DROP COLUMN faults")
    _show(con, table, row)
    return findings


def _counts(con: duckdb.DuckDBPyConnection, table: Table) -> dict[tuple[str, str], int]:
    counted = con.execute(
        f"SELECT string_split(fault, '{cells.PART}')[1], string_split(fault, '{cells.PART}')[2], count(*) FROM "
        f"(SELECT unnest(string_split(faults, '{cells.NEXT}')) AS fault FROM typed.{table.name} "
        "WHERE faults IS NOT NULL) GROUP BY ALL"
    )
    return {(str(column), str(rule)): int(count) for column, rule, count in counted.fetchall()}


def _typing(table: Table, raw: str, known: Mapping[str, str], native: Mapping[str, str]) -> str:
    """SQL that types and checks every cell of a table in one pass."""
    cells_, values, faults, bad = [], [], [], []
    for column in table.columns:
        x, value = cells.name(f"text {column.name}"), cells.name(column.name)
        if column.name not in known:
            values.append(f"NULL::{column.kind.sql_type} AS {value}")
            continue
        held = cells.name(f"held {column.name}") if column.name in native else ""
        cells_.append(f"{known[column.name]} AS {x}" + (f", {native[column.name]} AS {held}" if held else ""))
        values.append(f"CAST({cells.value(column, x, held)} AS {column.kind.sql_type}) AS {value}")
        faults.append(cells.fault(column, x, value))
        bad.append(cells.may_be_bad(column, x, value))
    declared = ", ".join(cells.name(c.name) for c in table.columns)
    row = f"{known['row']} AS row, " if "row" in known else ""
    return (
        f"WITH raw AS ({raw}), texts AS (SELECT {row}{', '.join(cells_)} FROM raw), "
        f"vals AS (SELECT *, {', '.join(values)} FROM texts) "
        f"SELECT {'row, ' if row else ''}{declared}, CASE WHEN {' OR '.join(bad)} "
        f"THEN nullif(concat_ws('{cells.NEXT}', {', '.join(faults)}), '') END AS faults FROM vals"
    )


def _collected(
    file: str, table: Table, listed: Sequence[tuple[int, str]], counts: Mapping[tuple[str, str], int]
) -> tuple[Finding, ...]:
    rows: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row, fault in listed:
        column, rule, came = fault.split(cells.PART)
        if len(rows[column, rule]) < LISTED:
            rows[column, rule].append((row, came))
    return tuple(
        Finding(
            file, column, rule, _expected(table.column(column), rule),
            tuple(came for _, came in rows[column, rule]), tuple(row for row, _ in rows[column, rule]), count,
        )
        for (column, rule), count in sorted(counts.items())
    )  # fmt: skip


def _expected(column: Column, rule: str) -> str:
    return "a value must be there" if rule == "empty" else f"must be {column.expectation}"
