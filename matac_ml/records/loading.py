"""Files to typed tables in DuckDB: one pass over each file, bad cells found on the way, nothing held in Python.

What was read lies in ``loaded.NAME``; ``typed.NAME`` is a view of it with the number of each ``row``. A clean CSV file
is read by all cores at once, which a running count of rows would forbid: the view counts by the table's own row ids.
Any other is read row by row first (:mod:`matac_ml.records.csvrows`), and each row brings the number of its line.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from matac_ml.records import cells
from matac_ml.records.csvrows import LONGEST_ROW, copy_rows
from matac_ml.records.faults import LISTED, Finding, whole_file
from matac_ml.records.inline import Rows, as_text, columns_of, rows_of
from matac_ml.records.parquet import shape_of
from matac_ml.records.sources import Source, check_columns
from matac_ml.vocabulary import Column, ExtractTable


@dataclass(frozen=True)
class _Texts:
    """A query, and SQL over it for the text of each column that is there; ``row`` is the number of a row.

    ``native`` are columns that are held in the very type.
    """

    query: str
    columns: Mapping[str, str]
    native: Mapping[str, str] = field(default_factory=dict)

    @property
    def numbered(self) -> bool:
        """Whether the query itself gives the number of each row."""
        return "row" in self.columns


def load_source(con: duckdb.DuckDBPyConnection, source: Source, *, scratch: Path) -> tuple[Finding, ...]:
    """Read one file into ``typed.NAME``; a file that cannot be read gives a finding and no table."""
    # A name that holds * or [ is a pattern to the reader: it gets a plain name that leads to the file.
    link = scratch / f"{source.table.name}.{source.format}"
    link.symlink_to(source.path.resolve())
    try:
        if source.format == "csv":
            return _load_csv(con, source, link)
        return _load_parquet(con, source, link)
    except (duckdb.Error, ValueError) as error:
        # The library's message quotes the row; the reader of ours gets its class alone.
        forget(con, source.table.name)
        kind = "Parquet with the types it names" if source.format == "parquet" else "CSV"
        came = f"a file that the reader refuses ({type(error).__name__})"
        return (whole_file(source.file, "unreadable", f"the file must be readable as {kind}", came),)
    finally:
        link.unlink()


def _load_csv(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> tuple[Finding, ...]:
    known = {name: f"c{number}" for number, name in enumerate(source.columns)}
    if source.form.lines is not None:
        with contextlib.suppress(duckdb.Error):
            _create(con, source.table, _Texts(_csv_query(path, list(known.values()), header=True), known))
            # As many rows as lines: none was lost, and none goes on over two lines.
            if _count(con, source.table) == (source.form.lines - 1, 0):
                _show(con, source.table, "rowid + 2")
                return ()
    copy = path.with_name(f"{source.table.name}.rows")
    try:
        rows, refused = copy_rows(path, copy, cells=len(known), ending=source.form.ending)
        query = _csv_query(copy, ["line", *known.values()], header=False)
        texts = _Texts(query, known | {"row": "CAST(line AS BIGINT)"})
        _create(con, source.table, texts)
        if _count(con, source.table)[0] != rows:
            raise duckdb.InvalidInputException("rows were lost")
        return (*refused.findings(source.file), *_cell_faults(con, source.table, texts, file=source.file))
    finally:
        copy.unlink(missing_ok=True)


def _csv_query(path: Path, names: Sequence[str], *, header: bool) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    return (
        f"SELECT * FROM read_csv({cells.text(str(path))}, header={str(header).lower()}, "
        f"""auto_detect=false, delim=',', quote='"', escape='"', columns={{{columns}}}, strict_mode=true, """
        f"max_line_size={LONGEST_ROW + 64}, buffer_size={LONGEST_ROW * 32})"
    )


def _load_parquet(con: duckdb.DuckDBPyConnection, source: Source, path: Path) -> tuple[Finding, ...]:
    shape, findings = shape_of(con, source, path)
    if shape is None:
        return tuple(findings)
    texts = _Texts(shape.read, shape.texts, shape.native)
    _create(con, source.table, texts)
    return (*findings, *_cell_faults(con, source.table, texts, file=source.file))


def load_rows(con: duckdb.DuckDBPyConnection, table: ExtractTable, given: Rows) -> tuple[tuple[Finding, ...], pa.Table]:
    """Read inline rows into ``typed.NAME`` under the same rules as a file; row 1 is the first.

    Returns
    -------
    findings : tuple of Finding
    texts : pyarrow.Table
        What was read, as text, for the hash.
    """
    rows = rows_of(given)
    label = f"{table.name} (inline)"
    names = columns_of(given, rows)
    findings = check_columns(label, table, names) if rows else []
    known = [c for c in table.columns if c.name in names]
    texts = pa.table({c.name: pa.array([as_text(row.get(c.name), c.kind) for row in rows], pa.string()) for c in known})
    if any(f.rule in ("missing_column", "repeated_column") for f in findings):
        return tuple(findings), texts
    if not rows:
        create_empty(con, table)
        return (), texts
    con.register("inline_rows", texts.append_column("row", pa.array(range(1, len(rows) + 1), pa.int64())))
    query = _Texts("SELECT * FROM inline_rows", {n: cells.name(n) for n in (*texts.column_names, "row")})
    _create(con, table, query)
    found = _cell_faults(con, table, query, file=label)
    con.unregister("inline_rows")
    return (*findings, *found), texts


def create_empty(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """Make ``typed.NAME`` without rows."""
    columns = ", ".join(f"{cells.name(c.name)} {c.kind.sql_type}" for c in table.columns)
    con.execute(f"CREATE OR REPLACE TABLE loaded.{table.name} ({columns})")
    _show(con, table, "rowid")


def forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop ``typed.NAME`` and what it shows."""
    con.execute(f"DROP VIEW IF EXISTS typed.{name}")
    con.execute(f"DROP TABLE IF EXISTS loaded.{name}")


def _show(con: duckdb.DuckDBPyConnection, table: ExtractTable, row: str) -> None:
    """Make the view ``typed.NAME``, with the number of each row by an expression."""
    declared = ", ".join(cells.name(c.name) for c in table.columns)
    con.execute(
        f"CREATE OR REPLACE VIEW typed.{table.name} AS SELECT {row} AS row, {declared} FROM loaded.{table.name}"
    )


def _create(con: duckdb.DuckDBPyConnection, table: ExtractTable, texts: _Texts) -> None:
    """Create ``loaded.NAME`` from a query of texts, with a column that holds two bits for the flaw of each cell."""
    con.execute(f"CREATE OR REPLACE TABLE loaded.{table.name} AS {_typing(table, texts)}")


def _count(con: duckdb.DuckDBPyConnection, table: ExtractTable) -> tuple[int, int]:
    """Rows, and rows with a bad cell."""
    # All is fetched: a relation cannot be taken away while a result is open.
    [(rows, bad)] = con.execute(f"SELECT count(*), count(flaws) FROM loaded.{table.name}").fetchall()
    return int(rows), int(bad)


def _typing(table: ExtractTable, texts: _Texts) -> str:
    """SQL that types and checks every cell of a table in one pass."""
    cells_, values, flaws, bad = [], [], [], []
    for number, column in enumerate(table.columns):
        x, value = cells.name(f"text {column.name}"), cells.name(column.name)
        if column.name not in texts.columns:
            values.append(f"NULL::{column.kind.sql_type} AS {value}")
            continue
        held = cells.name(f"held {column.name}") if column.name in texts.native else ""
        cells_.append(f"{texts.columns[column.name]} AS {x}")
        cells_ += [f"{texts.native[column.name]} AS {held}"] if held else []
        values.append(f"CAST({cells.value(column, x, held)} AS {column.kind.sql_type}) AS {value}")
        flaws.append(f"{4**number}::BIGINT * {cells.flaw(column, x, value)}")
        bad.append(cells.may_be_bad(column, x, value))
    declared = ", ".join(cells.name(c.name) for c in table.columns)
    row = f"{texts.columns['row']} AS row, " if texts.numbered else ""
    return (
        f"WITH raw AS ({texts.query}), texts AS (SELECT {row}{', '.join(cells_)} FROM raw), "
        f"vals AS (SELECT *, {', '.join(values)} FROM texts) SELECT {'row, ' if row else ''}{declared}, "
        f"CASE WHEN {' OR '.join(bad)} THEN nullif({' + '.join(flaws)}, 0) END AS flaws FROM vals"
    )


def _cell_faults(
    con: duckdb.DuckDBPyConnection, table: ExtractTable, texts: _Texts, *, file: str
) -> tuple[Finding, ...]:
    """Report every cell that is not what its column says, and show the table, whose rows are numbered."""
    _show(con, table, "row")
    if not _count(con, table)[1]:
        return ()
    flaws = [(column, flaw, f"flaws // {4**n}::BIGINT % 4 = {flaw}")
             for n, column in enumerate(table.columns) for flaw in (1, 2)]  # fmt: skip
    counted = ", ".join(f"count(*) FILTER ({test})" for _, _, test in flaws)
    [counts] = con.execute(f"SELECT {counted} FROM loaded.{table.name} WHERE flaws IS NOT NULL").fetchall()
    found = [(column, flaw, _listed(con, table, test), int(count))
             for (column, flaw, test), count in zip(flaws, counts, strict=True) if count]  # fmt: skip
    kinds = _kinds(con, texts, {column: rows for column, flaw, rows, _ in found if flaw == 1})
    findings = [
        Finding(
            file, column.name, cells.rule_of(column, flaw), _expected(column, flaw),
            tuple(kinds[column.name, row] if flaw == 1 else "nothing" for row in rows), rows, count,
        )
        for column, flaw, rows, count in found
    ]  # fmt: skip
    return tuple(sorted(findings, key=lambda finding: (finding.column or "", finding.rule)))


def _listed(con: duckdb.DuckDBPyConnection, table: ExtractTable, test: str) -> tuple[int, ...]:
    query = f"SELECT row FROM loaded.{table.name} WHERE {test} ORDER BY row LIMIT {LISTED}"
    return tuple(int(row) for (row,) in con.execute(query).fetchall())


def _kinds(
    con: duckdb.DuckDBPyConnection, texts: _Texts, bad: Mapping[Column, Sequence[int]]
) -> dict[tuple[str, int], str]:
    """What came in the bad cells of these rows, by column and row: they are read once more for it."""
    if not bad:
        return {}
    read = ", ".join(f"{texts.columns[column.name]} AS x{number}" for number, column in enumerate(bad))
    kinds = ", ".join(cells.kind_of(column, cells.trimmed(f"x{number}")) for number, column in enumerate(bad))
    query = (
        f"SELECT row, {kinds} FROM (SELECT {texts.columns['row']} AS row, {read} FROM ({texts.query})) "
        "WHERE row IN (SELECT unnest(?::BIGINT[]))"
    )
    wanted = sorted({row for rows in bad.values() for row in rows})
    return {
        (column.name, row): str(kind)
        for row, *said in con.execute(query, [wanted]).fetchall()
        for column, kind in zip(bad, said, strict=True)
    }


def _expected(column: Column, flaw: int) -> str:
    return "a value must be there" if flaw == 2 else f"must be {column.expectation}"
