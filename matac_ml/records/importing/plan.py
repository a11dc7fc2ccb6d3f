"""A mapping read and checked: every fault of it at once, before a row is looked at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from matac_ml.errors import RecordsError
from matac_ml.records.importing.crosswalk import Crosswalk, made, read_crosswalk
from matac_ml.records.importing.mapping import CodesEntry, ImportMapping, TableEntry, written_out
from matac_ml.records.importing.mapping_checks import mapping_faults
from matac_ml.vocabulary import TABLES, ExtractTable
from matac_ml.yamlfile import read_yaml

#: Where a reader goes on from a fault.
HELP = "docs/importing.md explains a mapping; `matac-ml import suggest` proposes one."


#: Stands in a proposal wherever a person must decide, in a value or in the reason behind it.
DECIDE = "DECIDE"
_UNDECIDED = re.compile(rf"\b{DECIDE}\b")


@dataclass(frozen=True)
class ImportPlan:
    """A mapping that names nothing that is not there.

    Attributes
    ----------
    name : str
        Name of the file.
    text : str
        The file as it stands, for the record of the import.
    walks : mapping of str to Crosswalk
        By the name under which the mapping declares it.
    tables : tuple of ExtractTable
        What it may fill: the tables of an extract, unless :mod:`matac_ml.linkage` asks for particulars of people.
    """

    name: str
    text: str
    mapping: ImportMapping
    walks: Mapping[str, Crosswalk]
    tables: tuple[ExtractTable, ...] = TABLES

    def table(self, name: str) -> ExtractTable:
        """Return the table of that name."""
        return next(table for table in self.tables if table.name == name)

    @property
    def zone(self) -> ZoneInfo:
        """Where a time is made a day."""
        return ZoneInfo(self.mapping.time_zone)

    def parts(self, table: str) -> tuple[tuple[int, TableEntry], ...]:
        """What the mapping says of one table, each with its place in the file."""
        return tuple((n, part) for n, part in enumerate(self.mapping.tables) if part.table == table)

    def columns_of(self, source: str) -> tuple[str, ...]:
        """Every column of a source that is read, in order and once; no other column comes in."""
        found: dict[str, None] = {}
        for part in self.mapping.tables:
            keep = part.keep
            cells = [*part.columns.values(), *([keep.newest or keep.oldest] if keep else [])]
            named = [(cell.of or part.source, name) for cell in cells if cell for name in cell.names]
            named += [(rule.of or part.source, rule.column) for rule in part.leave_out if rule.column]
            for joined, join in part.join.items():
                named += [(part.source, ours) for ours in join.on]
                named += [(joined, theirs) for theirs in join.on.values()]
            found |= dict.fromkeys(name for of, name in named if of == source)
        return tuple(found)


def read_plan(path: Path, tables: tuple[ExtractTable, ...] = TABLES) -> ImportPlan:
    """Read a mapping file with its cross-walks.

    Parameters
    ----------
    tables : tuple of ExtractTable
        What the mapping may fill.

    Raises
    ------
    RecordsError
        With every fault of the file: its line, what was expected, what came.
    """
    written = read_yaml(path, refuse=RecordsError)
    if undecided := [n for n, line in enumerate(written.text.splitlines(), 1) if _UNDECIDED.search(line)]:
        waiting = [f"{path.name}, line {n}: must be decided by a person; then take {DECIDE} out" for n in undecided]
        raise RecordsError(f"{path.name} is a proposal in which not everything is decided. {HELP}", faults=waiting)
    full = replace(written, data=written_out(written.data))
    mapping: ImportMapping = full.validated(ImportMapping, what="a mapping", refuse=RecordsError)
    walks: dict[str, Crosswalk] = {}
    faults: list[str] = []
    for name, entry in mapping.codes.items():
        walks[name], found = _walk(name, entry, path.parent)
        faults += [full.fault(("codes", name), said) for said in found]
    faults += [full.fault(where, said) for where, said in mapping_faults(mapping, walks, tables)]
    if faults:
        raise RecordsError(f"{path.name} cannot be used as a mapping. {HELP}", faults=faults)
    return ImportPlan(path.name, written.text, mapping, walks, tables)


def _walk(name: str, entry: CodesEntry, folder: Path) -> tuple[Crosswalk, list[str]]:
    if entry.file:
        return read_crosswalk(name, folder / entry.file)
    if not entry.entries:
        return Crosswalk(name, {}), ["must name a file, or hold entries such as 'THEIRS: ours'"]
    return made(name, ((theirs, _said(ours)) for theirs, ours in entry.entries.items()))


def _said(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
