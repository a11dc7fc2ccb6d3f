"""Some rows before and after, so that a person sees what a mapping does before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from matac_ml.records import cells
from matac_ml.records.checking import faults_of
from matac_ml.records.extract import Database
from matac_ml.records.importing.batches import held_as
from matac_ml.records.importing.loading import LoadedSources, load_sources
from matac_ml.records.importing.mapping import CellEntry
from matac_ml.records.importing.partsql import PartQuery
from matac_ml.records.importing.plan import read_plan
from matac_ml.records.importing.settling import settle

#: Rows of a source that are read for a preview; those of a source that is looked up are all read.
ROWS_READ = 2_000
ROWS_SHOWN = 10


@dataclass(frozen=True)
class RowPreview:
    """One row of a source and what comes of it.

    Attributes
    ----------
    cells : tuple of (str, str, str, str)
        Our column, theirs, the text there, and what it becomes; nothing is the empty text.
    """

    table: str
    file: str
    row: int
    cells: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class ImportPreview:
    """The first rows of every item of a mapping, and the faults of the rows that were read."""

    rows: tuple[RowPreview, ...]
    faults: tuple[str, ...]


def preview_import(mapping: Path, source: Path) -> ImportPreview:
    """Read the first rows of each source and show what the mapping makes of them; nothing is written.

    Raises
    ------
    RecordsError
        When the mapping has faults.
    """
    plan = read_plan(mapping)
    database = Database(zone=plan.zone)
    con = database.connection
    looked_up = {name for part in plan.mapping.tables for name in part.join}
    loaded = load_sources(con, plan, source, most=dict.fromkeys(plan.mapping.sources.keys() - looked_up, ROWS_READ))
    if faults := faults_of(loaded.findings):
        return ImportPreview((), faults)
    settled = settle(con, plan, loaded)
    rows = [row for query in settled.queries for row in _rows(con, query, loaded)]
    return ImportPreview(tuple(rows), (*settled.unknown, *faults_of(settled.findings)))


def _rows(con: duckdb.DuckDBPyConnection, query: PartQuery, loaded: LoadedSources) -> Iterator[RowPreview]:
    entry = query.entry
    shown = [(name, cell, column) for name, cell in entry.columns.items() for column in cell.names or ("",)]
    before = ", ".join(_before(query, cell, column) for _, cell, column in shown)
    after = ", ".join(f"p.{cells.name(name)}" for name, _, _ in shown)
    found = con.execute(
        f"SELECT p.file, p.row, {before}, {after} FROM work.part_{query.number} p "
        f"JOIN (SELECT s.file, s.row, {_named(query)} FROM {query.source}) s USING (file, row) "
        f"WHERE p.rule IS NULL ORDER BY p.file, p.row LIMIT {ROWS_SHOWN}"
    ).fetchall()
    for file, row, *texts in found:
        pairs = zip(shown, texts[: len(shown)], texts[len(shown) :], strict=True)
        yield RowPreview(
            entry.table,
            loaded.files[entry.source][file],
            row,
            tuple((name, column, text or "", value or "") for (name, _, column), text, value in pairs),
        )


def _label(cell: CellEntry, column: str) -> str:
    return cells.name(f"{cell.of}: {held_as(column)}")


def _before(query: PartQuery, cell: CellEntry, column: str) -> str:
    return f"s.{_label(cell, column)}" if column else "NULL"


def _named(query: PartQuery) -> str:
    """SQL for the texts that the cells of a part are read from, each under a name of its own."""
    found = {
        _label(cell, column): f"{'s' if not cell.of else f'j{[*query.entry.join].index(cell.of)}'}."
        f"{held_as(column)} AS {_label(cell, column)}"
        for cell in query.entry.columns.values()
        for column in cell.names
    }
    return ", ".join(found.values()) or "NULL AS nothing"
