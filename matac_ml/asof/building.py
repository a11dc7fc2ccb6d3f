"""One person's file from rows of records: the same links, pairs and classifications as the SQL of the engines."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from matac_ml.asof.person_file import (
    Classification,
    PairRow,
    PersonFile,
    RecordedIncident,
    Spell,
    Suspected,
    SuspectRow,
    VictimRow,
)
from matac_ml.records import Identities
from matac_ml.vocabulary import FIXED, LATER, Column, Kind, Value

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

_LATER_UNKNOWN: dict[str, Value | None] = dict.fromkeys(column.name for column in LATER)
#: A victim of an incident: day known, relationship, victim, suspect it is about or None.
_Link = tuple[date, str | None, str, str | None]


def person_file_from_records(tables: Tables, person_id: str) -> PersonFile:
    """Make one person's file from inline records.

    Parameters
    ----------
    tables : mapping of table name to rows
        Rows are mappings of column to value, already validated: dates are dates, flags booleans, codes text. Tables and
        columns that are left out are empty. Rows about incidents the person has no part in are passed over.
    person_id : str

    Returns
    -------
    PersonFile
        Without any row when the records do not name the person.

    Raises
    ------
    RecordsError
        When a chain of merges comes back to its start, or somebody's identities change on too many days.
    """
    merges = Identities(tables.get("merges", ()))
    merges.require_resolvable()
    made = _file(tables, merges, person_id, date.max)
    withdrawn = any(row.get("withdrawn_on") for row in tables.get("involvements", ()))
    if not withdrawn and not any(spell.held_until < date.max for spell in merges.spells()):
        return made
    return replace(made, earlier=lambda t: _file(tables, merges, person_id, t))


def _file(recorded: Tables, merges: Identities, asked: str, t: date) -> PersonFile:
    """The file of whoever an identity belongs to, by the merges and the links that hold on one day."""
    stays = merges.at(t)
    believed = [row for row in recorded.get("involvements", ()) if (row.get("withdrawn_on") or date.max) >= t]
    tables = {**recorded, "involvements": believed}
    who = stays.get(asked, asked)
    links = _Links(tables, stays, who)
    incidents = {
        row["incident_id"]: _incident(row, links.reclassifications[row["incident_id"]])
        for row in tables.get("incidents", ())
        if row["incident_id"] in links.mine
    }
    suspect = _suspect_rows(links, incidents, who)
    pairs = _pair_rows(links, incidents, suspect)
    people = [row for row in tables.get("people", ()) if stays.get(row["person_id"], row["person_id"]) == who]
    people.sort(key=lambda row: row["person_id"] != who)
    own = {
        name: next((row[name] for row in people if row.get(name)), None)
        for name in ("birth_date", "deceased_on", "at_risk_from")
    }
    return PersonFile(
        person_id=who,
        as_suspect=tuple(suspect.values()),
        pairs=pairs,
        as_victim=_victim_rows(links, incidents, pairs),
        custody=_spells(tables.get("custody", ()), stays, who),
        management=_spells(tables.get("management", ()), stays, who),
        **own,
    )


class _Links:
    """Involvements of the incidents a person has a part in, with identities that stay and days that are filled."""

    def __init__(self, tables: Tables, stays: Mapping[str, str], who: str) -> None:
        recorded = {row["incident_id"]: row["recorded_on"] for row in tables.get("incidents", ())}
        self.mine = {
            row["incident_id"]
            for row in tables.get("involvements", ())
            if stays.get(row["person_id"], row["person_id"]) == who and row["incident_id"] in recorded
        }
        #: incident -> person -> first day known as suspect or offender
        self.suspects: dict[str, dict[str, date]] = defaultdict(dict)
        #: incident -> person -> first day known as offender
        self.offenders: dict[str, dict[str, date]] = defaultdict(dict)
        self.victims: dict[str, list[_Link]] = defaultdict(list)
        self.reclassifications: dict[str, list[Row]] = defaultdict(list)
        for row in tables.get("involvements", ()):
            if row["incident_id"] in self.mine:
                self._add(row, stays, recorded[row["incident_id"]])
        for row in tables.get("reclassifications", ()):
            self.reclassifications[row["incident_id"]].append(row)
        self.who = who

    def _add(self, row: Row, stays: Mapping[str, str], recorded_on: date) -> None:
        incident, person = row["incident_id"], stays.get(row["person_id"], row["person_id"])
        known = max(row.get("recorded_on") or recorded_on, recorded_on)
        if row["role"] in ("suspect", "offender"):
            _earliest(self.suspects[incident], person, known)
        if row["role"] == "offender":
            _earliest(self.offenders[incident], person, known)
        if row["role"] == "victim":
            about = row.get("counterpart_id")
            relationship = _text(row.get("relationship"))
            self.victims[incident].append((known, relationship, person, stays.get(about, about) if about else None))


def _earliest(days: dict[str, date], person: str, day: date) -> None:
    days[person] = min(days.get(person, day), day)


def _text(value: object) -> str | None:
    """A code as plain text, whether it came as text or as a member of an enumeration."""
    return None if value is None or value == "" else str(value)


def _incident(row: Row, changes: Iterable[Row]) -> RecordedIncident:
    later = {
        column.name: (since, value)
        for column in LATER
        if (since := row.get(column.known_on)) is not None and (value := _value(column, row)) is not None
    }
    return RecordedIncident(
        incident_id=row["incident_id"],
        occurred_on=row["occurred_on"],
        recorded_on=row["recorded_on"],
        classifications=_classifications(row, changes),
        fixed={column.name: _value(column, row) for column in FIXED} | _LATER_UNKNOWN,
        later=later,
    )


def _value(column: Column, row: Row) -> Value | None:
    """A cell in the one form of an extract: a code as plain text, also where it came as a member of an enumeration."""
    value: Value | None = row.get(column.name)
    if value is None or value == "":
        return column.default
    if column.kind is Kind.BOOLEAN:
        return value
    return int(value) if column.kind is Kind.INTEGER else str(value)


def _classifications(row: Row, changes: Iterable[Row]) -> tuple[Classification, ...]:
    """Oldest first; a change on or before the day of recording counts from that day; an empty code stays as before."""
    first = row["recorded_on"]
    ordered = sorted(
        (max(c["reclassified_on"], first), c["reclassified_on"], c["is_crime"], _text(c.get("offence_code")) or "")
        for c in changes
    )
    made = [Classification(first, row["is_crime"], _text(row.get("offence_code")))]
    for since, _, is_crime, code in ordered:
        made.append(Classification(since, is_crime, code or made[-1].offence_code))
    return tuple(made)


def _order(incident: RecordedIncident) -> tuple[date, str]:
    return incident.occurred_on, incident.incident_id


def _suspect_rows(links: _Links, incidents: Mapping[str, RecordedIncident], who: str) -> dict[str, SuspectRow]:
    rows = [
        SuspectRow(incident, links.suspects[key][who], links.offenders[key].get(who))
        for key, incident in incidents.items()
        if who in links.suspects[key]
    ]
    return {row.incident.incident_id: row for row in sorted(rows, key=lambda row: _order(row.incident))}


def _pair_rows(
    links: _Links, incidents: Mapping[str, RecordedIncident], suspect: Mapping[str, SuspectRow]
) -> tuple[PairRow, ...]:
    pairs = []
    for key, row in suspect.items():
        named: dict[str, tuple[date, str | None]] = {}
        for known, relationship, victim, about in sorted(links.victims[key], key=_first_known):
            if victim != links.who and about in (None, links.who):
                named.setdefault(victim, (known, relationship))
        for victim, (known, relationship) in sorted(named.items()):
            since = max(known, row.known_from)
            pairs.append(PairRow(incidents[key], since, victim, relationship, row.offender_from))
    return tuple(pairs)


def _first_known(link: _Link) -> tuple[date, bool, str]:
    """The order in which links of one victim count: first known, then by relationship, empty last."""
    return link[0], link[1] is None, link[1] or ""


def _victim_rows(
    links: _Links, incidents: Mapping[str, RecordedIncident], pairs: Sequence[PairRow]
) -> tuple[VictimRow, ...]:
    own_victims: dict[str, date] = {}
    for pair in pairs:
        if pair.incident.domestic:
            _earliest(own_victims, pair.victim_id, pair.known_from)
    rows = []
    for key, incident in incidents.items():
        mine = sorted((link for link in links.victims[key] if link[2] == links.who), key=_first_known)
        if mine:
            suspects = _suspected(links, key, mine)
            counter = [
                max(suspect.known_from, own_victims[suspect.person_id])
                for suspect in suspects
                if suspect.person_id in own_victims
            ]
            rows.append(VictimRow(incident, mine[0][0], mine[0][1], min(counter, default=None), suspects))
    return tuple(sorted(rows, key=lambda row: _order(row.incident)))


def _suspected(links: _Links, key: str, mine: Sequence[_Link]) -> tuple[Suspected, ...]:
    """Whom the person's links as victim are about: the suspect that a link names, everybody where it names none."""
    suspects = []
    for suspect, since in sorted(links.suspects[key].items()):
        about = [link for link in mine if link[3] in (None, suspect) and suspect != links.who]
        if about:
            suspects.append(Suspected(suspect, max(about[0][0], since), about[0][1]))
    return tuple(suspects)


def _spells(rows: Iterable[Row], stays: Mapping[str, str], who: str) -> tuple[Spell, ...]:
    spells = (
        Spell(row["start_on"], row.get("end_on"), row.get("recorded_on") or row["start_on"])
        for row in rows
        if stays.get(row["person_id"], row["person_id"]) == who
    )
    return tuple(sorted(spells, key=lambda s: (s.start_on, s.end_on or date.max, s.known_from)))
