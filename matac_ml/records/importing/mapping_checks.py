"""What a mapping names must be there: sources, columns, codes, forms of dates; every fault with its place."""

import codecs
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from matac_ml.records.importing import dateforms
from matac_ml.records.importing.crosswalk import Crosswalk, unusable
from matac_ml.records.importing.formats import ENDINGS, FORMATS, format_of
from matac_ml.records.importing.mapping import CellEntry, ImportMapping, LeaveOutEntry, SourceEntry, TableEntry
from matac_ml.vocabulary import ExtractTable, Kind
from matac_ml.yamltext import Where

Fault = tuple[Where, str]
_Tables = Mapping[str, ExtractTable]
#: Forms of files that a query can be asked of.
_QUERIED = {"parquet", "jsonl"}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def mapping_faults(
    mapping: ImportMapping, walks: Mapping[str, Crosswalk], tables: Iterable[ExtractTable]
) -> Iterator[Fault]:
    """Give every fault of a mapping to these tables that its own text and cross-walks can show."""
    known = {table.name: table for table in tables}
    if said := _zone_fault(mapping.time_zone):
        yield ("time_zone",), said
    if mapping.cut_off and not _DAY.fullmatch(mapping.cut_off):
        yield ("cut_off",), f"must be a day such as 2025-04-01, got {mapping.cut_off!r}"
    lower = [name.lower() for name in mapping.sources]
    for name, source in mapping.sources.items():
        if lower.count(name.lower()) > 1:
            yield ("sources", name), "must differ from every other source in more than capitals"
        for place, said in _source_faults(name, source):
            yield ("sources", name, *place), said
    for number, part in enumerate(mapping.tables):
        for place, said in _part_faults(part, mapping, walks, known):
            yield ("tables", number, *place), said
    for table in known.values():
        if table.required and table.name not in {part.table for part in mapping.tables}:
            yield (
                ("tables",),
                f"must say where the rows of {table.name} come from; add an item with table: {table.name}",
            )
    used = {part.source for part in mapping.tables} | {name for part in mapping.tables for name in part.join}
    for name in mapping.sources.keys() - used:
        yield ("sources", name), "is not used by any table; use it, or take it out"
    wanted = {cell.codes for part in mapping.tables for cell in part.columns.values()}
    for name in walks.keys() - wanted:
        yield ("codes", name), "is not used by any column; use it, or take it out"


def _near(name: str, known: Iterable[str]) -> str:
    known = sorted(known)
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else f"; known: {', '.join(known)}"


def _zone_fault(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"must be a time zone such as Europe/London or UTC, got {zone!r}"
    return ""


def _source_faults(name: str, source: SourceEntry) -> Iterator[Fault]:
    if not _PLAIN_NAME.fullmatch(name):
        yield (), "must have a name of letters, digits, _ and -, beginning with a letter"
    if bool(source.names) == bool(source.database):
        yield (), "must name a file, files or a database, and one of them alone"
    if source.database and not _ENVIRONMENT.fullmatch(source.database):
        yield ("database",), "must name an environment variable in capitals, which holds the address of the database"
    if len(set(source.names)) < len(source.names):
        yield ("files",), "must name each file once: rows that are read twice would count twice"
    for file in source.names:
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or "\\" in file:
            yield ("file",), f"must be a file inside the folder of the source, with / between folders, got {file!r}"
        elif format_of(source, file) not in FORMATS:
            yield (
                ("file",),
                f"must end with one of {', '.join(ENDINGS)}, or have a format:, got {path.suffix or file!r}",
            )
    formats = {format_of(source, file) for file in source.names} | ({"database"} if source.database else set())
    if formats & {"sqlite", "database"} and bool(source.table) == bool(source.query):
        yield (), "must name a table or a query, and one of them alone"
    if source.table and not formats & {"sqlite", "database"}:
        yield ("table",), "is for a database; take it out"
    if source.query and not formats <= {*_QUERIED, "sqlite", "database"}:
        yield ("query",), "is for a database, or files of Parquet or JSON lines; take it out"
    yield from _beside_faults(source, formats)
    if source.delimiter and len(source.delimiter) != 1 and source.delimiter != "tab":
        yield ("delimiter",), f"must be one character, or tab, got {source.delimiter!r}"
    try:
        codecs.lookup(source.encoding)
    except LookupError:
        yield ("encoding",), f"must be an encoding such as utf-8 or windows-1252, got {source.encoding!r}"


def _beside_faults(source: SourceEntry, formats: set[str]) -> Iterator[Fault]:
    """Files that a query reads besides: of a form that it can be asked of, each a table of a name of its own."""
    asked = source.query and formats <= _QUERIED
    if asked and len(source.names) > 1:
        yield ("query",), "is asked of one file; name the others under beside"
    if source.beside and not asked:
        yield ("beside",), "is for a query of Parquet or JSON lines; take it out"
    tables = [PurePosixPath(file).stem.lower() for file in (*source.names, *source.beside)]
    for file in source.beside:
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or "\\" in file or format_of(source, file) not in _QUERIED:
            yield ("beside",), f"must be Parquet or JSON lines inside the folder of the source, got {file!r}"
        elif tables.count(path.stem.lower()) > 1:
            yield ("beside",), "must name each file once, and no two of one name in different folders"


def _part_faults(
    part: TableEntry, mapping: ImportMapping, walks: Mapping[str, Crosswalk], tables: _Tables
) -> Iterator[Fault]:
    for name in (part.source, *part.join):
        if name not in mapping.sources:
            yield ("from",), f"{name!r} is not one of the sources{_near(name, mapping.sources)}"
    for name, join in part.join.items():
        if len(set(join.on.values())) < len(join.on):
            yield ("join", name), "must name each column of the source that is looked up once"
    table = tables.get(part.table)
    if table is None:
        yield ("table",), f"must be one of our tables, got {part.table!r}{_near(part.table, tables)}"
        return
    declared = {column.name for column in table.columns}
    for column in table.columns:
        if column.required and column.name not in part.columns:
            yield ("columns",), f"must say where {column.name} comes from: {column.sentence}"
    for name, cell in part.columns.items():
        if name not in declared:
            yield ("columns", name), f"is no column of {part.table}{_near(name, declared)}"
        else:
            for said in _cell_faults(name, cell, table, part, walks):
                yield ("columns", name), said
    filled = {entry.table for entry in mapping.tables}
    named = [*tables]
    earlier = [tables[name] for name in named[: named.index(table.name)] if name in filled]
    for number, rule in enumerate(part.leave_out):
        for said in _rule_faults(rule, part, earlier):
            yield ("leave_out", number), said
    if part.keep is not None:
        for said in _keep_faults(part, table):
            yield ("keep",), said


def _cell_faults(
    name: str, cell: CellEntry, table: ExtractTable, part: TableEntry, walks: Mapping[str, Crosswalk]
) -> Iterator[str]:
    column = table.column(name)
    if bool(cell.names) == (cell.constant is not None) or (cell.column and cell.columns):
        yield "must name one of column, columns and constant"
    if cell.of and cell.of not in part.join:
        yield f"{cell.of!r} is not joined here; add it under join"
    if column.kind is Kind.DATE and cell.names and not cell.date:
        yield "is a date: name how it is written, such as date: DD/MM/YYYY"
    if cell.date and column.kind is not Kind.DATE:
        yield "is no date; take date: out"
    yield from _date_faults(cell)
    if cell.codes and cell.codes not in walks:
        yield f"{cell.codes!r} is not one of the codes{_near(cell.codes, walks)}"
    elif cell.codes and column.kind in (Kind.DATE, Kind.IDENTIFIER):
        yield "takes no codes; take codes: out"
    elif cell.codes:
        yield from unusable(walks[cell.codes], column)
    for value in (cell.constant, cell.empty):
        if value is not None:
            said = str(value).lower() if isinstance(value, bool) else str(value)
            yield from unusable(Crosswalk("", {"": said}), column)


def _date_faults(cell: CellEntry) -> Iterator[str]:
    good = True
    for form in cell.date:
        try:
            _ = form in (dateforms.ISO, dateforms.EXCEL) or dateforms.strptime_form(form)
        except ValueError as error:
            good = False
            yield f"date {error}"
    if good and dateforms.clashing(cell.date):
        yield "must not name a form twice, nor day before month and month before day: one text would be two days"
    if cell.zone and (said := _zone_fault(cell.zone)):
        yield f"zone {said}"
    if cell.zone and not dateforms.has_time(cell.date):
        yield "names a zone, which only a form with hh has"


def _rule_faults(rule: LeaveOutEntry, part: TableEntry, earlier: Iterable[ExtractTable]) -> Iterator[str]:
    said = [bool(rule.among), bool(rule.not_among), rule.empty, bool(rule.not_in)]
    if said.count(True) != 1 or bool(rule.not_in) == bool(rule.column):
        yield "must name a column with one of is, is_not and empty: true, or not_in with one of our tables"
    if rule.of and rule.of not in part.join:
        yield f"{rule.of!r} is not joined here; add it under join"
    if rule.not_in:
        usable = [table.name for table in earlier if shared_key(table, part)]
        if rule.not_in not in usable:
            yield f"not_in must be a table that {part.table} has a key of: {', '.join(usable or ['none'])}"


def shared_key(other: ExtractTable, part: TableEntry) -> str | None:
    """The column by which rows of a part belong to rows of another of our tables."""
    named = ["incident_id", "person_id", "referral_id"]
    columns = {column.name for column in other.columns}
    return next((name for name in named if name in columns and name in part.columns), None)


def _keep_faults(part: TableEntry, table: ExtractTable) -> Iterator[str]:
    keep = part.keep
    if not table.key:
        yield f"{table.name} has no key: rows of it may stand beside each other"
    if keep is None or (keep.newest is None) == (keep.oldest is None):
        yield "must name newest or oldest"
        return
    cell = keep.newest or keep.oldest
    if cell is None or not cell.column or not cell.date:
        yield "must name a column and how its date is written, such as newest: {column: UPDATED, date: DD/MM/YYYY}"
    else:
        yield from _date_faults(cell)
