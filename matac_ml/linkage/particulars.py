"""Names, dates of birth and addresses, read by a mapping of their own; nothing else of the product ever sees them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from matac_ml.codes import Sex
from matac_ml.errors import RecordsError
from matac_ml.records import cells
from matac_ml.records.checking import faults_of
from matac_ml.records.extract import Database
from matac_ml.records.faults import LISTED, Finding
from matac_ml.records.importing.loading import LoadedSources, load_sources
from matac_ml.records.importing.plan import HELP, ImportPlan, read_plan
from matac_ml.records.importing.settling import Settled, by_file, settle
from matac_ml.vocabulary import PEOPLE, Column, ExtractTable, Kind

PARTICULARS = ExtractTable(
    "particulars",
    "One row a person: what tells people apart. It is kept apart from the extract and never enters it.",
    (
        Column("person_id", Kind.IDENTIFIER, "The person, as in the extract.", required=True),
        Column("surname", Kind.TEXT, "Surname."),
        Column("forename", Kind.TEXT, "First name."),
        Column("full_name", Kind.TEXT, "Surname and first name with a comma between them, where one column has both."),
        Column("birth_date", Kind.DATE, "Date of birth; 1 January where only the year is known."),
        Column("sex", Kind.CODE, "Sex as recorded.", codes=tuple(Sex), aliases=PEOPLE.column("sex").aliases),
        Column("postcode", Kind.TEXT, "Postcode of the home."),
        Column("address", Kind.TEXT, "First line of the address of the home."),
    ),
    required=True,
    key=("person_id",),
)
_REFUSED = "No pair was proposed: what tells people apart cannot be read with this mapping. Nothing was written."
_LONGEST = 200


@dataclass(frozen=True)
class Particulars:
    """What a mapping gave.

    Attributes
    ----------
    table : pyarrow.Table
        One row a person, every column of :data:`PARTICULARS` as text or nothing, by ``person_id``.
    mapping : str
        Name of the mapping file.
    """

    table: pa.Table
    mapping: str


def read_particulars(mapping: Path, source: Path) -> Particulars:
    """Read who is called what and when they were born.

    Raises
    ------
    RecordsError
        With every fault of the mapping, or else of the files, at once; no value of a cell is repeated.
    """
    plan = read_plan(mapping, (PARTICULARS,))
    _require_names(plan)
    database = Database(zone=plan.zone)  # lives as long as its connection is used
    con = database.connection
    loaded = load_sources(con, plan, source)
    _refuse(loaded.findings)
    settled = settle(con, plan, loaded)
    findings = [*settled.findings, *_bad_cells(con, plan, settled, loaded), *_repeated(con, plan, loaded)]
    _refuse([*findings, *loaded.changed()], settled.unknown)
    given = settled.tables[PARTICULARS.name]
    columns = ", ".join(_shown(column, given) for column in PARTICULARS.columns)
    table = con.sql(f"SELECT {columns} FROM work.particulars ORDER BY person_id").to_arrow_table()
    return Particulars(table, plan.name)


def _require_names(plan: ImportPlan) -> None:
    """Names and dates of birth must be mapped: without them any two people are alike."""
    mapped = {name for part in plan.mapping.tables for name in part.columns}
    faults = [] if mapped & {"surname", "full_name"} else ["must say where surname or full_name comes from"]
    if "birth_date" not in mapped:
        faults.append("must say where birth_date comes from")
    if faults:
        raise RecordsError(
            f"{plan.name} cannot be used to find people who stand in the records twice. {HELP}",
            faults=[f"{plan.name}, tables: {said}" for said in faults],
        )


def _refuse(findings: list[Finding], unknown: list[str] | None = None) -> None:
    if faults := [*(unknown or []), *faults_of(findings)]:
        raise RecordsError(_REFUSED, faults=faults)


def _typed(column: Column) -> str:
    """SQL for what is kept of a cell; a name may hold what joins its letters, so texts are cut and no more."""
    x = cells.name(column.name)
    return f"left({x}, {_LONGEST})" if column.kind is Kind.TEXT else f"CAST({cells.value(column, x)} AS VARCHAR)"


def _shown(column: Column, given: tuple[str, ...]) -> str:
    value = _typed(column) if column.name in given else "NULL::VARCHAR"
    return f"{value} AS {cells.name(column.name)}"


def _bad_cells(
    con: duckdb.DuckDBPyConnection, plan: ImportPlan, settled: Settled, loaded: LoadedSources
) -> Iterator[Finding]:
    """Cells that are not what their column says, with their place in the source."""
    for column in PARTICULARS.columns:
        if column.name not in settled.tables[PARTICULARS.name] or column.kind is Kind.TEXT:
            continue
        x = cells.name(column.name)
        bad = f"({_typed(column)}) IS NULL AND {x} IS NOT NULL"
        if column.required:
            bad = f"({_typed(column)}) IS NULL"
        rows = con.execute(
            f"SELECT part, file, row, {cells.kind_of(column, x)} FROM work.particulars WHERE {bad} "
            f"ORDER BY part, file, row LIMIT {LISTED}"
        ).fetchall()
        yield from _placed(rows, plan, loaded, column.name, "bad_cell", f"must be {column.expectation}")


def _repeated(con: duckdb.DuckDBPyConnection, plan: ImportPlan, loaded: LoadedSources) -> Iterator[Finding]:
    """Rows of one identifier that differ: they may be two people, and nobody has said which row holds."""
    rows = con.execute(
        "SELECT part, file, row, 'one of several that differ' FROM work.particulars WHERE person_id IS NOT NULL "
        "QUALIFY count(*) OVER (PARTITION BY person_id) > 1 "
        f"ORDER BY part, file, row LIMIT {LISTED}"
    ).fetchall()
    expected = "an identifier must stand for one person; say with keep: which of its rows holds, or correct them"
    yield from _placed(rows, plan, loaded, "person_id", "repeated_key", expected)


def _placed(
    rows: list[tuple[int, int, int, str]],
    plan: ImportPlan,
    loaded: LoadedSources,
    column: str,
    rule: str,
    expected: str,
) -> Iterator[Finding]:
    for number, entry in plan.parts(PARTICULARS.name):
        found = [(file, row, came) for part, file, row, came in rows if part == number]
        yield from by_file(found, loaded.files[entry.source], f"particulars.{column}", rule, expected)
