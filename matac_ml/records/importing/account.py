"""What became of every row of every source, and the file that says so row by row."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from matac_ml.errors import InvariantError
from matac_ml.records import cells
from matac_ml.records.importing.batches import held_as
from matac_ml.records.importing.loading import LoadedSources
from matac_ml.records.importing.partsql import PartQuery
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.records.importing.settling import Settled

NOT_ASKED_FOR = "no row refers to it"
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class SourceShare:
    """What one table took of one source: used, merged, replaced and left out are all its rows.

    Attributes
    ----------
    item : int
        Place in the mapping's tables, from 1.
    looked_up : bool
        Whether rows are only looked up by those of another source.
    merged : int
        Rows that say the same as another, which stands for them.
    replaced : int
        Rows of a key of which a newer, or older, one was kept.
    left_out : tuple of (str, int)
        Reason and rows, in the order of the rules.
    """

    source: str
    table: str
    item: int
    looked_up: bool
    rows: int
    used: int
    merged: int
    replaced: int
    left_out: tuple[tuple[str, int], ...]

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for once."""
        return self.used + self.merged + self.replaced + sum(count for _, count in self.left_out) == self.rows


@dataclass(frozen=True)
class ImportAccount:
    """Every source with every table that it feeds, and the rows of each table.

    Attributes
    ----------
    tables : tuple of (str, int)
        Name and rows of each table that was written.
    files : tuple of (str, tuple of str, int)
        Name, files and rows of each source.
    unread : tuple of str
        Files of the folder that the mapping does not name.
    """

    shares: tuple[SourceShare, ...]
    tables: tuple[tuple[str, int], ...]
    files: tuple[tuple[str, tuple[str, ...], int], ...]
    unread: tuple[str, ...] = ()


def account_for(
    con: duckdb.DuckDBPyConnection, plan: ImportPlan, settled: Settled, loaded: LoadedSources
) -> ImportAccount:
    """Count what became of the rows, from ``work.account``, which is made here.

    Raises
    ------
    InvariantError
        When the counts of a source and table do not add up to the rows that its reader gave.
    """
    con.execute(f"CREATE VIEW work.account AS {' UNION ALL '.join(_selects(plan, settled, loaded))}")
    counted = con.execute(
        "SELECT item, source, looked_up, tbl, became, reason, count(*) FROM work.account "
        "GROUP BY ALL ORDER BY item, looked_up, source"
    ).fetchall()
    shares = []
    for item, source, looked_up, table in dict.fromkeys(row[:4] for row in _all_shares(settled)):
        rows = [row[4:] for row in counted if row[:4] == (item, source, looked_up, table)]
        total = {kind: sum(n for became, _, n in rows if became == kind) for kind in ("used", "merged", "replaced")}
        left = {reason: n for became, reason, n in rows if became == "left out"}
        order = [NOT_ASKED_FOR] if looked_up else [rule.reason for rule in plan.mapping.tables[item - 1].leave_out]
        left_out = tuple((reason, left.get(reason, 0)) for reason in dict.fromkeys(order))
        shares.append(SourceShare(source, table, item, looked_up, loaded.rows[source], **total, left_out=left_out))
    wrong = [share for share in shares if not share.adds_up]
    if wrong:
        raise InvariantError(f"the rows of {wrong[0].source} for {wrong[0].table} do not add up: {wrong[0]}")
    written = [(name, con.execute(f"SELECT count(*) FROM work.{name}").fetchall()[0][0]) for name in settled.tables]
    files = tuple((name, files, loaded.rows[name]) for name, files in loaded.files.items())
    return ImportAccount(tuple(shares), tuple(written), files, loaded.unread())


def _all_shares(settled: Settled) -> Iterator[tuple[int, str, bool, str]]:
    for query in sorted(settled.queries, key=lambda query: query.number):
        yield query.number + 1, query.entry.source, False, query.entry.table
        for name in query.entry.join:
            yield query.number + 1, name, True, query.entry.table


def _selects(plan: ImportPlan, settled: Settled, loaded: LoadedSources) -> Iterator[str]:
    for query in settled.queries:
        yield _own_rows(query, loaded)
        for place, name in enumerate(query.entry.join):
            yield _joined_rows(query, place, name, loaded)


def _head(query: PartQuery, source: str, loaded: LoadedSources, *, looked_up: bool) -> str:
    names = " ".join(f"WHEN {number} THEN {cells.text(file)}" for number, file in enumerate(loaded.files[source]))
    return (
        f"SELECT {query.number + 1} AS item, {cells.text(source)} AS source, {str(looked_up).lower()} AS looked_up, "
        f"CASE file {names} END AS file, row, {cells.text(query.entry.table)} AS tbl"
    )


def _own_rows(query: PartQuery, loaded: LoadedSources) -> str:
    table = query.entry.table
    reasons = " ".join(
        f"WHEN {place} THEN {cells.text(rule.reason)}" for place, rule in enumerate(query.entry.leave_out)
    )
    reason = f"CASE rule {reasons} END" if reasons else "NULL"
    return (
        f"{_head(query, query.entry.source, loaded, looked_up=False)}, CASE WHEN rule IS NOT NULL THEN 'left out' "
        "WHEN keeper = ord THEN 'used' WHEN replaced THEN 'replaced' ELSE 'merged' END AS became, "
        f"t.out AS output_row, {reason} AS reason "
        f"FROM work.part_{query.number} LEFT JOIN work.keeper_{table} USING (ord) "
        f"LEFT JOIN (SELECT ord AS keeper, out FROM work.out_{table}) t USING (keeper)"
    )


def _joined_rows(query: PartQuery, place: int, name: str, loaded: LoadedSources) -> str:
    join = query.entry.join[name]
    wanted = ", ".join(f"s.{held_as(ours)} AS {held_as(theirs)}" for ours, theirs in join.on.items())
    on = ", ".join(held_as(theirs) for theirs in join.on.values())
    asked = f"SELECT DISTINCT true AS asked, {wanted} FROM {query.source} WHERE ({query.left_out}) IS NULL"
    return (
        f"{_head(query, name, loaded, looked_up=True)}, CASE WHEN asked THEN 'used' ELSE 'left out' END AS became, "
        f"NULL AS output_row, CASE WHEN asked THEN NULL ELSE {cells.text(NOT_ASKED_FOR)} END AS reason "
        f"FROM clean.{cells.name(name)} LEFT JOIN ({asked}) USING ({on})"
    )


def write_origins(
    con: duckdb.DuckDBPyConnection, plan: ImportPlan, settled: Settled, loaded: LoadedSources, path: Path
) -> None:
    """Write one row for each row of a source and table: where it came from, and what became of it.

    One item of the mapping after another: together they would need their memory at once.
    """
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for select in _selects(plan, settled, loaded):
            rows = con.sql(
                f'SELECT source, file, row, tbl AS "table", became, output_row::BIGINT AS output_row, '
                f"reason::VARCHAR AS reason FROM ({select}) ORDER BY file, row"
            ).to_arrow_reader(_ROWS_AT_ONCE)
            writer = writer or stack.enter_context(pq.ParquetWriter(path, rows.schema, compression="zstd"))
            for batch in rows:
                writer.write_batch(batch)
