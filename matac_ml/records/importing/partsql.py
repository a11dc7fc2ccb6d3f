"""One item of a mapping as SQL: where its rows come from, which are left out, and the text of each of our columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from matac_ml.records import cells
from matac_ml.records.importing import dateforms
from matac_ml.records.importing.batches import held_as
from matac_ml.records.importing.crosswalk import Crosswalk, own_codes
from matac_ml.records.importing.mapping import CellEntry, LeaveOutEntry, TableEntry
from matac_ml.records.importing.mapping_checks import shared_key
from matac_ml.records.importing.plan import ImportPlan
from matac_ml.vocabulary import Column, Kind

#: The place of a row among all rows of a table: item of the mapping, file and row in one number, so nothing is sorted.
_PART_BITS, _ROW_BITS = 55, 40


@dataclass(frozen=True)
class CellCheck:
    """A cell that may hold what it must not: SQL for its text, and the condition under which it does.

    Attributes
    ----------
    walk : Crosswalk or None
        Of a code; None of a date.
    """

    column: str
    theirs: str
    text: str
    bad: str
    expected: str
    rule: str
    walk: Crosswalk | None = None


@dataclass
class PartQuery:
    """An item of a mapping in SQL.

    Attributes
    ----------
    origin : list of str
        The parts of FROM.
    walks : list of Crosswalk
        Those that the query joins, as ``work.NAME`` of :func:`walk_table`.
    left_out : str
        SQL for the number of the rule by which a row is left out; NULL of a row that is used.
    """

    number: int
    entry: TableEntry
    zone: str
    origin: list[str]
    values: dict[str, str] = field(default_factory=dict)
    checks: list[CellCheck] = field(default_factory=list)
    walks: list[Crosswalk] = field(default_factory=list)
    left_out: str = "NULL"
    age: str = "NULL"

    @property
    def source(self) -> str:
        """FROM, as text."""
        return " ".join(self.origin)

    @property
    def select(self) -> str:
        """The query: the place of each row among all, file, row, rule, age, and every column of ours that it gives.

        ``flawed`` says whether a row has a cell that :attr:`checks` are about.
        """
        given = ", ".join(f"{value} AS {cells.name(name)}" for name, value in self.values.items())
        flawed = " OR ".join(f"({check.bad})" for check in self.checks) or "false"
        place = f"({self.number}::BIGINT << {_PART_BITS}) + (s.file::BIGINT << {_ROW_BITS}) + s.row"
        return (
            f"SELECT {place} AS ord, {self.number} AS part, s.file, s.row, CAST({self.left_out} AS SMALLINT) AS rule, "
            f"({flawed}) AS flawed, CAST({self.age} AS TIMESTAMP) AS age, {given} FROM {self.source}"
        )


def walk_table(part: int, number: int) -> str:
    """Name of the table of a cross-walk that a part joins."""
    return f"work.walk_{part}_{number}"


def joined_table(part: int, number: int) -> str:
    """Name of the table of a source that a part looks up, one row a key."""
    return f"work.joined_{part}_{number}"


def part_query(plan: ImportPlan, number: int) -> PartQuery:
    """Write one item of the mapping as SQL over ``clean`` and what ``settling`` makes of the tables before it."""
    entry = plan.mapping.tables[number]
    query = PartQuery(number, entry, plan.mapping.time_zone, [f"clean.{cells.name(entry.source)} s"])
    for place, (name, join) in enumerate(entry.join.items()):
        on = " AND ".join(f"{_ref('s', ours)} = {_ref(f'j{place}', theirs)}" for ours, theirs in join.on.items())
        query.origin.append(f"LEFT JOIN {joined_table(number, place)} j{place} ON {on}")
        if join.unmatched == "refuse":
            ours = next(iter(join.on))
            found = " AND ".join(f"{_ref('s', name)} IS NOT NULL" for name in join.on)
            query.checks.append(CellCheck("", ours, _ref("s", ours), f"{found} AND j{place}.found IS NULL",
                                          f"must be found in {name}", "not_joined"))  # fmt: skip
    for name, cell in entry.columns.items():
        query.values[name] = _value(query, plan.table(entry.table).column(name), cell, plan.walks)
    rules = [f"WHEN {_condition(query, rule, plan)} THEN {place}" for place, rule in enumerate(entry.leave_out)]
    query.left_out = f"CASE {' '.join(rules)} END" if rules else "NULL"
    if entry.keep is not None and (kept := entry.keep.newest or entry.keep.oldest):
        text = _text(query, kept)
        query.age = _moment(text, kept, query.zone)
        expected = f"must be a date written as {' or '.join(kept.date)}"
        bad = f"{text} IS NOT NULL AND {query.age} IS NULL"
        query.checks.append(CellCheck("", kept.column, text, bad, expected, "not_date"))
    return query


def _ref(alias: str, column: str) -> str:
    return f"{alias}.{held_as(column)}"


def _alias(query: PartQuery, of: str) -> str:
    return f"j{[*query.entry.join].index(of)}" if of else "s"


def _text(query: PartQuery, cell: CellEntry) -> str:
    """SQL for the text that a cell is read from; several columns are one text, or nothing where one is nothing."""
    refs = [_ref(_alias(query, cell.of), name) for name in cell.names]
    return refs[0] if len(refs) == 1 else "(" + f" || {cells.text(cell.between)} || ".join(refs) + ")"


def _constant(value: object) -> str:
    return cells.text(str(value).lower() if isinstance(value, bool) else str(value))


def _value(query: PartQuery, column: Column, cell: CellEntry, walks: Mapping[str, Crosswalk]) -> str:
    if cell.constant is not None:
        return _constant(cell.constant)
    text = _text(query, cell)
    walk = walks[cell.codes] if cell.codes else own_codes(column)
    value = text
    if walk is not None:
        value = _coded(query, column, cell, text, walk)
    elif column.kind is Kind.DATE:
        value = _day(text, cell, query.zone)
        if dateforms.ISO not in cell.date:
            expected = f"must be a date written as {' or '.join(cell.date)}, from 1900 to 2199"
            bad = f"{text} IS NOT NULL AND {value} IS NULL"
            query.checks.append(CellCheck(column.name, _named(cell), text, bad, expected, "not_date"))
    if cell.empty is not None:
        value = f"CASE WHEN {text} IS NULL THEN {_constant(cell.empty)} ELSE {value} END"
    return value


def _named(cell: CellEntry) -> str:
    return cell.between.join(cell.names) if cell.columns else cell.column


def _coded(query: PartQuery, column: Column, cell: CellEntry, text: str, walk: Crosswalk) -> str:
    alias, place = f"w{len(query.walks)}", len(query.walks)
    query.walks.append(walk)
    query.origin.append(f"LEFT JOIN {walk_table(query.number, place)} {alias} ON {alias}.theirs = lower({text})")
    expected = f"must be a code of {cell.codes}" if cell.codes else f"must be {column.expectation}"
    bad = f"{text} IS NOT NULL AND {alias}.theirs IS NULL"
    query.checks.append(CellCheck(column.name, _named(cell), text, bad, expected, "unknown_code", walk))
    return f"{alias}.ours"


def _moments(text: str, forms: Iterator[str]) -> str:
    return f"try_strptime({text}, [{', '.join(cells.text(dateforms.strptime_form(form)) for form in forms)}])"


def _moment(text: str, cell: CellEntry, zone: str) -> str:
    """SQL for the moment that a text is, in the mapping's zone."""
    named = [form for form in cell.date if form not in (dateforms.ISO, dateforms.EXCEL)]
    found = []
    if named:
        moment = _moments(text, iter(named))
        if cell.zone and cell.zone != zone:
            moment = f"({moment} AT TIME ZONE {cells.text(cell.zone)} AT TIME ZONE {cells.text(zone)})"
        found.append(moment)
    if dateforms.EXCEL in cell.date:
        number = f"regexp_full_match({text}, '[0-9]{{1,6}}([.][0-9]+)?')"
        days = f"CAST(floor(CAST({text} AS DOUBLE)) AS INTEGER)"
        found.append(f"CASE WHEN {number} THEN TIMESTAMP '1899-12-30' + to_days({days}) END")
    if dateforms.ISO in cell.date:
        found.append(f"try_cast({text} AS TIMESTAMP)")
    return f"coalesce({', '.join(found)})"


def _day(text: str, cell: CellEntry, zone: str) -> str:
    """SQL for the text of a day; a date that is written as our own passes as it is, and is checked with the rest."""
    named = cell.model_copy(update={"date": tuple(form for form in cell.date if form != dateforms.ISO)})
    iso = f"CASE WHEN {text} LIKE '____-__-__%' THEN {text} END" if named.date else text
    if not named.date:
        return text
    moment = _moment(text, named, zone)
    first, last = f"DATE '{cells.FIRST_DAY}'", f"DATE '{cells.LAST_DAY}'"
    day = f"CAST({moment} AS DATE)"
    value = f"CASE WHEN {day} BETWEEN {first} AND {last} THEN CAST({day} AS VARCHAR) END"
    return f"coalesce({value}, {iso})" if dateforms.ISO in cell.date else value


def _condition(query: PartQuery, rule: LeaveOutEntry, plan: ImportPlan) -> str:
    if rule.not_in:
        key = shared_key(plan.table(rule.not_in), query.entry)
        value = query.values[str(key)]
        other = f"(SELECT {cells.name(str(key))} FROM work.{rule.not_in} WHERE {cells.name(str(key))} IS NOT NULL)"
        return f"({value} IS NOT NULL AND {value} NOT IN {other})"
    text = _ref(_alias(query, rule.of), rule.column)
    if rule.empty:
        return f"{text} IS NULL"
    among = ", ".join(cells.text(word.strip().lower()) for word in rule.among or rule.not_among)
    return f"coalesce(lower({text}), '') {'IN' if rule.among else 'NOT IN'} ({among})"
