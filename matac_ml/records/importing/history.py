"""Snapshots become history: the newest dump beside the extract of the one before, and what changed as it became known.

A force's system holds today's state. Two dumps of it say what changed in between: the extract that is written has every
row of the one before, unaltered for each day it covers, and what is new from the day on which it became known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from matac_ml.errors import RecordsError
from matac_ml.records import cells
from matac_ml.records.checking import read_settings
from matac_ml.records.extract import Database, Extract, read_extract
from matac_ml.records.importing.history_counts import KEPT, WRITTEN
from matac_ml.records.importing.history_sql import COMBINED, WORKED_OUT
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.records.loading import create_empty, load_source
from matac_ml.records.sources import find_sources
from matac_ml.vocabulary import TABLES

#: Beyond this share of the incidents, or of the links, that vanish at once something else than the records changed.
MOST_VANISHED = 0.5
_LINKS_AS_RECORDED = """
SELECT row_number() OVER () AS row, incident_id, recorded_as AS person_id, role, recorded_on, relationship,
    counterpart_as AS counterpart_id, withdrawn_on FROM typed.links
"""
_NOT_TOGETHER = "Nothing was imported: the files cannot follow the extract before. Nothing was written."


@dataclass(frozen=True)
class RecordHistory:
    """What a dump changed.

    Attributes
    ----------
    before, day : datetime.date
        The last day that the extract before covers, and the day of the dump.
    rows : int
        Rows of all tables of the extract.
    written : tuple of (str, int)
        Every kind of change with how often it was written.
    kept : tuple of (str, int)
        What differs from the extract before and stays as it was first seen, because an extract cannot date it.
    """

    before: date
    day: date
    rows: int
    written: tuple[tuple[str, int], ...]
    kept: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Succession:
    """The extract of the dump before, and the day of the newest one."""

    previous: Extract
    day: date


def read_previous(folder: Path, plan: ImportPlan) -> Succession:
    """Read the extract of the dump before.

    Raises
    ------
    RecordsError
        When it breaks a rule, is another force's or is not older than the mapping's ``cut_off``.
    """
    previous = read_extract(folder)
    day = date.fromisoformat(plan.mapping.cut_off) if plan.mapping.cut_off else None
    faults = []
    if previous.force.strip().casefold() != plan.mapping.force.strip().casefold():
        faults.append(f"{plan.name}: force must be that of the extract before; came another one")
    if day is None:
        faults.append(f"{plan.name}: cut_off must be there, the day on which the files were written; came nothing")
    elif day <= previous.cut_off:
        faults.append(f"{plan.name}: cut_off must be after the extract before, {previous.cut_off}; came {day}")
    if faults or day is None:
        raise RecordsError(_NOT_TOGETHER, faults=faults)
    return Succession(previous, day)


def write_history(between: Succession, folder: Path, dump: Path, *, vanishing: bool, most: int) -> RecordHistory:
    """Put the history in place of a dump.

    Parameters
    ----------
    folder : Path
        The dump as an extract without a fault; its tables are replaced.
    dump : Path
        A new folder, where the tables of the dump are kept: ``rows.parquet`` counts their rows.
    vanishing : bool
        Whether most rows may vanish at once.
    most : int
        Bytes of memory beyond which the scratch folder is used.

    Raises
    ------
    RecordsError
        When most rows vanish.
    """
    database = _typed(folder, most)
    con = database.connection
    previous, day = between.previous, between.day
    _schemas(con, previous, database.scratch)
    days = {"before": f"DATE '{previous.cut_off}'", "day": f"DATE '{day}'"}
    for name, select in WORKED_OUT.items():
        con.execute(f"CREATE TEMP TABLE {name} AS {select.format(**days)}")
    if not vanishing:
        _refuse_vanishing(con)
    given = {table.name for table in TABLES if (folder / f"{table.name}.parquet").exists()}
    written, kept = _counted(con, WRITTEN, days, given), _counted(con, KEPT, days, given)
    dump.mkdir(mode=0o700)
    for name in given:
        (folder / f"{name}.parquet").rename(dump / f"{name}.parquet")
    rows = 0
    for table in TABLES:
        # How an incident is classified stands in its own row, whether or not the files say when that changed.
        seen = table.name in given or table.name == "reclassifications"
        select = COMBINED[table.name] if seen else f"SELECT * EXCLUDE (row) FROM prev.{table.name}"
        rows += _write(con, select.format(**days), folder / f"{table.name}.parquet", always=table.required)
    return RecordHistory(previous.cut_off, day, rows, written, kept)


def _typed(folder: Path, most: int) -> Database:
    """The tables of a dump with their gaps: as an extract they would be filled with what an empty cell stands for."""
    sources = find_sources(folder)
    size = sum(source.path.stat().st_size for source in sources.sources)
    database = Database(size=size, zone=read_settings(sources.settings)[0].zone, most=most)
    con = database.connection
    for source in sources.sources:
        load_source(con, source, scratch=database.scratch)
    for table in TABLES:
        if table not in [source.table for source in sources.sources]:
            create_empty(con, table)
    return database


def _schemas(con: duckdb.DuckDBPyConnection, previous: Extract, scratch: Path) -> None:
    """Show the tables of both as ``prev`` and ``dump``, each with the number of a row."""
    con.execute("CREATE SCHEMA prev; CREATE SCHEMA dump")
    old = previous.connect()
    for table in TABLES:
        path = cells.text(str(scratch / f"{table.name}.previous"))
        select = _LINKS_AS_RECORDED if table.name == "involvements" else f"FROM typed.{table.name}"
        old.execute(f"COPY ({select}) TO {path} (FORMAT parquet)")
        con.execute(f"CREATE VIEW prev.{table.name} AS FROM read_parquet({path})")
        con.execute(f"CREATE VIEW dump.{table.name} AS FROM typed.{table.name}")


def _refuse_vanishing(con: duckdb.DuckDBPyConnection) -> None:
    faults = []
    for what, gone, held in (
        ("incidents", "vanished", "(SELECT DISTINCT incident_id FROM links_prev WHERE withdrawn_on IS NULL)"),
        ("links of people to incidents", "withdrawn", "(FROM links_prev WHERE withdrawn_on IS NULL)"),
    ):
        [(lost,)] = con.execute(f"SELECT count(*) FROM {gone}").fetchall()
        [(before,)] = con.execute(f"SELECT count(*) FROM {held}").fetchall()
        if lost > MOST_VANISHED * before:
            faults.append(f"{lost:,} of {before:,} {what} of the extract before are not in the files")
    if faults:
        advice = (
            "Were identifiers changed, or do the files reach less far back? "
            "If they are gone indeed, say so with --accept-vanished."
        )
        raise RecordsError(f"{_NOT_TOGETHER} {advice}", faults=faults)


def _counted(
    con: duckdb.DuckDBPyConnection, counts: Mapping[str, tuple[str, str]], days: Mapping[str, str], given: set[str]
) -> tuple[tuple[str, int], ...]:
    """The counts of the tables that the dump has."""
    return tuple(
        (what, int(con.execute(f"SELECT count(*) FROM ({select.format(**days)})").fetchall()[0][0]))
        for what, (name, select) in counts.items()
        if name in given
    )


def _write(con: duckdb.DuckDBPyConnection, select: str, path: Path, *, always: bool) -> int:
    [(rows,)] = con.execute(f"SELECT count(*) FROM ({select})").fetchall()
    if rows or always:
        con.execute(f"COPY ({select} ORDER BY ALL) TO {cells.text(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    return int(rows)
