"""From what the mapping says to our tables: rows left out, looked up, merged and numbered; none without its account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from matac_ml.records import cells
from matac_ml.records.faults import LISTED, Finding
from matac_ml.records.importing.batches import held_as
from matac_ml.records.importing.loading import LoadedSources
from matac_ml.records.importing.partsql import PartQuery, joined_table, part_query, walk_table
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.records.importing.unknown import unknown_codes
from matac_ml.vocabulary import Column, ExtractTable, Kind

#: A text whose kind is to be told.
_TEXT = Column("text", Kind.DATE, "")


@dataclass
class Settled:
    """The tables that came out, their columns, and what cannot be used.

    Attributes
    ----------
    tables : mapping of str to tuple of str
        Columns of each table, as ``work.NAME`` has them beside ``out``, the number of the row as ``check`` shows it.
    findings : list of Finding
        Bad cells and keys, with the rows of the source.
    unknown : list of str
        One line a code that no cross-walk has.
    spoilt : set of (str, str)
        Tables and columns that have such a cell.
    """

    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    queries: list[PartQuery] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    spoilt: set[tuple[str, str]] = field(default_factory=set)


def settle(con: duckdb.DuckDBPyConnection, plan: ImportPlan, loaded: LoadedSources) -> Settled:
    """Make ``work.NAME`` of every table that the mapping names, in the order in which they refer to each other."""
    settled = Settled()
    for table in plan.tables:
        queries = [part_query(plan, number) for number, _ in plan.parts(table.name)]
        for query in queries:
            _look_up(con, query, loaded, settled)
            con.execute(f"CREATE TABLE work.part_{query.number} AS {query.select}")
            _check_cells(con, query, loaded, settled)
        if queries:
            settled.queries += queries
            settled.tables[table.name] = _merge(con, table, queries)
    return settled


def _look_up(con: duckdb.DuckDBPyConnection, query: PartQuery, loaded: LoadedSources, settled: Settled) -> None:
    """Make the tables that a part joins: of each source one row a key, and of each cross-walk one row a code."""
    for place, (name, join) in enumerate(query.entry.join.items()):
        keys = [held_as(theirs) for theirs in join.on.values()]
        wanted = [column for cell in query.entry.columns.values() if cell.of == name for column in cell.names]
        wanted += [rule.column for rule in query.entry.leave_out if rule.of == name]
        columns = list(dict.fromkeys([*keys, *(held_as(column) for column in wanted)]))
        made = joined_table(query.number, place)
        there = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        con.execute(f"CREATE TABLE {made} AS SELECT DISTINCT true AS found, {', '.join(columns)} "
                    f"FROM clean.{cells.name(name)} WHERE {there}")  # fmt: skip
        on = ", ".join(keys)
        repeated = con.execute(
            f"SELECT file, row FROM clean.{cells.name(name)} SEMI JOIN (SELECT {on} FROM {made} GROUP BY {on} "
            f"HAVING count(*) > 1) USING ({on}) ORDER BY file, row LIMIT {LISTED}"
        ).fetchall()
        named = ", ".join(join.on.values())
        expected = f"a row that is looked up must be there once for each {named}"
        rows = [(file, row, "one of several that differ") for file, row in repeated]
        settled.findings += by_file(rows, loaded.files[name], named, "repeated_key", expected)
    for place, walk in enumerate(query.walks):
        con.execute(f"CREATE TABLE {walk_table(query.number, place)} (theirs VARCHAR, ours VARCHAR)")
        con.executemany(f"INSERT INTO {walk_table(query.number, place)} VALUES (?, ?)", [*walk.ours.items()])


def by_file(
    rows: Sequence[tuple[int, int, str]], files: Sequence[str], column: str, rule: str, expected: str, *, more: int = 0
) -> Iterator[Finding]:
    """Findings of one rule, one a file, from (number of the file, row, what came); ``more`` rows are not listed."""
    for number, file in enumerate(files):
        found = [(row, came) for at, row, came in rows if at == number]
        if found:
            yield Finding(file, column or None, rule, expected, tuple(came for _, came in found),
                          tuple(row for row, _ in found), len(found) + more)  # fmt: skip
            more = 0


def _check_cells(con: duckdb.DuckDBPyConnection, query: PartQuery, loaded: LoadedSources, settled: Settled) -> None:
    """Look for dates in another form and codes that are not known, in the rows that are used."""
    flawed = con.execute(f"SELECT count(*) FROM work.part_{query.number} WHERE rule IS NULL AND flawed").fetchall()
    if flawed == [(0,)]:
        return
    used = f"({query.left_out}) IS NULL"
    asked = ", ".join(f"count(*) FILTER ({used} AND {check.bad})" for check in query.checks)
    [counts] = con.execute(f"SELECT {asked} FROM {query.source}").fetchall()
    files = loaded.files[query.entry.source]
    for check, count in zip(query.checks, counts, strict=True):
        if not count:
            continue
        settled.spoilt.add((query.entry.table, check.column))
        where = f"FROM {query.source} WHERE {used} AND {check.bad}"
        if check.walk is not None:
            found = con.execute(
                f"SELECT {check.text} AS said, count(*) AS n, arg_min(s.file, (s.file, s.row)), "
                f"arg_min(s.row, (s.file, s.row)) {where} GROUP BY said ORDER BY n DESC, said"
            ).fetchall()
            settled.unknown += unknown_codes(found, files, check)
            continue
        kind = "'one that is not there'" if check.rule == "not_joined" else cells.kind_of(_TEXT, check.text)
        rows = con.execute(f"SELECT s.file, s.row, {kind} {where} ORDER BY s.file, s.row LIMIT {LISTED}").fetchall()
        named = f"{check.theirs} ({query.entry.table}.{check.column})" if check.column else check.theirs
        settled.findings += by_file(rows, files, named, check.rule, check.expected, more=count - len(rows))


def _merge(con: duckdb.DuckDBPyConnection, table: ExtractTable, queries: Sequence[PartQuery]) -> tuple[str, ...]:
    """Show ``work.NAME`` and return its columns.

    ``work.keeper_NAME`` says which row stands for each one of the source, and whether another of its key replaced it;
    ``work.out_NAME`` is the number of each row that stands, as ``check`` shows it.
    """
    given = [column.name for column in table.columns if any(column.name in query.values for query in queries)]
    columns = ", ".join(map(cells.name, given))
    parts = " UNION ALL BY NAME ".join(
        f"SELECT * EXCLUDE (rule, flawed) FROM work.part_{query.number} WHERE rule IS NULL" for query in queries
    )
    name = table.name
    con.execute(f"CREATE VIEW work.all_{name} AS {parts}")
    kept = " UNION ALL ".join(filter(None, (_kept(table, query) for query in queries)))
    won = f"ord AS winner FROM work.all_{name} a"
    if kept:
        won = f"coalesce(k.winner, a.ord) AS winner FROM work.all_{name} a LEFT JOIN ({kept}) k USING (ord)"
    con.execute(f"CREATE TABLE work.won_{name} AS SELECT a.ord, hash({columns}) AS h, {won}")
    con.execute(
        # Few rows share a hash: only those are compared.
        f"CREATE TABLE work.keeper_{name} AS WITH "
        f"alike AS (SELECT h FROM work.won_{name} WHERE winner = ord GROUP BY h HAVING count(*) > 1), "
        f"same AS (SELECT ord, min(ord) OVER (PARTITION BY {columns}) AS first FROM work.all_{name} "
        f"WHERE ord IN (SELECT ord FROM work.won_{name} WHERE winner = ord AND h IN (FROM alike))) "
        "SELECT won.ord, coalesce(same.first, won.winner) AS keeper, winner <> won.ord AS replaced "
        f"FROM work.won_{name} won LEFT JOIN same ON same.ord = won.winner"
    )
    con.execute(f"DROP TABLE work.won_{name}")
    con.execute(
        f"CREATE TABLE work.out_{name} AS SELECT ord, row_number() OVER (ORDER BY ord) + 1 AS out "
        f"FROM work.keeper_{name} WHERE keeper = ord"
    )
    con.execute(f"CREATE VIEW work.{name} AS SELECT * FROM work.all_{name} JOIN work.out_{name} USING (ord)")
    return tuple(given)


def _kept(table: ExtractTable, query: PartQuery) -> str:
    """SQL for which row of a part stays for its key; rows of one day that differ all stay, and are a fault later."""
    keep = query.entry.keep
    if keep is None:
        return ""
    key = ", ".join(map(cells.name, table.key))
    order = f"age {'ASC' if keep.oldest else 'DESC'} NULLS LAST, ord"
    best = f"OVER (PARTITION BY {key} ORDER BY {order})"
    return (
        f"SELECT ord, CASE WHEN age IS NOT DISTINCT FROM first_value(age) {best} THEN ord "
        f"ELSE first_value(ord) {best} END AS winner FROM work.all_{table.name} "
        f"WHERE part = {query.number} AND {cells.name(table.key[0])} IS NOT NULL"
    )
