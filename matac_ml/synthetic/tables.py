"""One chunk of a made-up force as the tables of an extract, and the truth behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matac_ml.codes import SELF_DEFINED_ETHNICITY
from matac_ml.synthetic.people import OFFICER_CODES, RELATIONSHIPS, SEXES, Cast, relationship_on
from matac_ml.synthetic.process import Bools, Histories, Ints
from matac_ml.synthetic.recording import BREACHES, GRADES, INJURIES, OFFENCES, REPORTERS, Details

EPOCH = np.datetime64("1970-01-01", "D")
OUTCOMES_OF_AN_OFFENDER = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Everything known of one chunk before it becomes tables. Arrays named ``*_day`` count from ``first_day``.

    ``number`` orders incidents by the day they were recorded. ``known_day`` is the day the suspect was on the record
    (later than ``recorded_day`` when the link came late). ``in_record`` is false for what the plant keeps out.
    ``counter`` marks incidents with a planted counter-allegation. ``alias`` marks incidents recorded under a second
    identity of the suspect, found out on the suspect's ``merged_day``. ``unlinked`` are places in ``referrals`` whose
    person partners know under another identity, which nobody found out.
    """

    histories: Histories
    cast: Cast
    details: Details
    number: Ints
    recorded_day: Ints
    known_day: Ints
    in_record: Bools
    counter: Bools
    second_victim: Ints
    witness: Ints
    alias: Bools
    merged_day: Ints
    died_day: Ints
    referrals: Ints
    unlinked: Ints
    partner_incidents: Ints
    person_label: Ints
    incident_area: Ints


@dataclass(frozen=True, slots=True)
class Calendar:
    """First and last day of a force as numpy days; the last is the cut-off."""

    first_day: np.datetime64
    days: int

    @property
    def first_date(self) -> date:
        """The first day as a date."""
        return date.fromisoformat(str(self.first_day))

    @property
    def first_day_of_year(self) -> int:
        """Days from 1 January to the first day; 0 when it is 1 January."""
        return self.first_date.timetuple().tm_yday - 1

    def dates(self, day: Ints) -> pa.Array:
        """Arrow dates of day numbers; negative numbers below the first incident are dates too."""
        return pa.array((self.first_day + day.astype("timedelta64[D]")).astype("datetime64[D]"), type=pa.date32())

    def dates_or_empty(self, day: Ints) -> pa.Array:
        """Arrow dates, empty where the day is ``-1``."""
        return pc.if_else(pa.array(day >= 0), self.dates(day), pa.scalar(None, pa.date32()))


def words(code: Ints, names: Sequence[str]) -> pa.Array:
    """Names by their index; ``-1`` is empty."""
    indices = pa.array(code, type=pa.int32(), mask=code < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names))).cast(pa.string())


def identifiers(prefix: str, number: Ints) -> pa.Array:
    """``prefix`` and eight digits."""
    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), width=8, padding="0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, pa.scalar(""))


def extract_tables(chunk: Chunk, calendar: Calendar, *, areas: Sequence[str]) -> dict[str, pa.Table]:
    """The tables of an extract for one chunk, incidents in the order of recording."""
    order = np.argsort(chunk.number)
    order = order[chunk.in_record[order]]
    tables = {
        "incidents": _incidents(chunk, calendar, order, areas=areas),
        "involvements": _involvements(chunk, calendar, order),
        "people": _people(chunk, calendar, areas=areas),
        "reclassifications": _reclassifications(chunk, calendar, order),
    }
    return tables | _spells(chunk, calendar)


def _incidents(chunk: Chunk, calendar: Calendar, order: Ints, *, areas: Sequence[str]) -> pa.Table:
    details, histories = chunk.details, chunk.histories

    def flag(values: Bools) -> pa.Array:
        return pa.array(values[order])

    outcome = details.outcome[order]
    return pa.table(
        {
            "incident_id": identifiers("I", chunk.number[order]),
            "occurred_on": calendar.dates(histories.day[order]),
            "recorded_on": calendar.dates(chunk.recorded_day[order]),
            "is_crime": flag(histories.severity > 0),
            "offence_code": words(details.offence[order], OFFENCES),
            "outcome_code": pa.array(outcome, type=pa.int8(), mask=outcome < 0),
            "outcome_on": calendar.dates_or_empty(details.outcome_day[order]),
            "area": words(chunk.incident_area[order], areas),
            "report_source": words(details.reporter[order], REPORTERS),
            "injury_level": words(details.injury[order], INJURIES),
            "weapon_used": flag(details.weapon),
            "strangulation": flag(details.strangulation),
            "alcohol": flag(details.alcohol),
            "drugs": flag(details.drugs),
            "children_present": flag(details.children),
            "honour_based": flag(details.honour),
            "stalking": flag(details.stalking),
            "order_breach": words(details.breach[order], BREACHES),
            "dash_grade": words(details.grade[order], GRADES),
            "proactively_detected": flag(details.proactive),
        }
    )


def _involvements(chunk: Chunk, calendar: Calendar, order: Ints) -> pa.Table:
    """One row a person, incident and role; a victim's row names the suspect it is about."""
    cast, histories, details = chunk.cast, chunk.histories, chunk.details
    suspect = person_numbers(chunk)
    victim = chunk.person_label[cast.dyad_victim[cast.dyad]]

    tie = relationship_on(cast, cast.dyad, histories.day)
    charged = order[np.isin(details.outcome[order], OUTCOMES_OF_AN_OFFENDER)]
    second = order[chunk.second_victim[order] >= 0]
    other = chunk.second_victim[second]
    seen = order[chunk.witness[order] >= 0]
    counter = order[chunk.counter[order]]
    none = np.int64(-1)
    parts = [
        _rows(chunk, order, person=suspect, role=0, day=chunk.known_day),
        _rows(chunk, charged, person=suspect, role=1, day=np.maximum(details.outcome_day, chunk.known_day)),
        _rows(chunk, order, person=victim, role=2, day=chunk.recorded_day, tie=tie, about=suspect),
        (chunk.number[second], chunk.person_label[cast.dyad_victim[other]], np.full(len(second), 2),
         chunk.recorded_day[second], relationship_on(cast, other, histories.day[second]), suspect[second]),
        (chunk.number[seen], chunk.person_label[chunk.witness[seen]], np.full(len(seen), 3), chunk.recorded_day[seen],
         np.full(len(seen), none), np.full(len(seen), none)),
        _rows(chunk, counter, person=victim, role=0, day=chunk.known_day),
        _rows(chunk, counter, person=suspect, role=2, day=chunk.known_day, tie=mirrored(tie), about=victim),
    ]  # fmt: skip
    number, person, role, day, relationship, about = (np.concatenate(c) for c in zip(*parts, strict=True))
    sort = np.lexsort((person, role, number))
    return pa.table(
        {
            "incident_id": identifiers("I", number[sort]),
            "person_id": identifiers("P", person[sort]),
            "role": words(role[sort], ("suspect", "offender", "victim", "witness")),
            "recorded_on": calendar.dates(day[sort]),
            "relationship": words(relationship[sort], RELATIONSHIPS),
            "counterpart_id": pc.if_else(
                pa.array(about[sort] >= 0), identifiers("P", np.maximum(about[sort], 0)), None
            ),
        }
    )


_Rows = tuple[Ints, Ints, Ints, Ints, Ints, Ints]


def _rows(
    chunk: Chunk, which: Ints, *, person: Ints, role: int, day: Ints, tie: Ints | None = None, about: Ints | None = None
) -> _Rows:
    empty = np.full(len(which), -1, np.int64)
    return (
        chunk.number[which],
        person[which],
        np.full(len(which), role),
        day[which],
        empty if tie is None else tie[which],
        empty if about is None else about[which],
    )


def mirrored(tie: Ints) -> Ints:
    """What the suspect is to the victim: parent and child change places, grandparent becomes another relative."""
    return np.select([tie == 6, tie == 8, tie == 9], [8, 6, 12], tie)


def person_numbers(chunk: Chunk) -> Ints:
    """Number of the suspect of each incident as recorded: the second identity where one was used."""
    number = chunk.person_label[chunk.histories.person]
    return np.where(chunk.alias, chunk.person_label[alias_index(chunk)[chunk.histories.person]], number)


def alias_index(chunk: Chunk) -> Ints:
    """Index of each person's second identity, counted after everybody; the person's own where there is none."""
    index = np.arange(chunk.cast.people)
    doubled = np.flatnonzero(chunk.merged_day >= 0)
    index[doubled] = chunk.cast.people + np.arange(len(doubled))
    return index


def _people(chunk: Chunk, calendar: Calendar, *, areas: Sequence[str]) -> pa.Table:
    cast = chunk.cast
    doubled = np.flatnonzero(chunk.merged_day >= 0)
    everyone = np.concatenate([np.arange(cast.people), doubled, chunk.referrals[chunk.unlinked, 1]])
    label = chunk.person_label
    sort = np.argsort(label)
    who = everyone[sort]
    return pa.table(
        {
            "person_id": identifiers("P", label[sort]),
            "birth_date": calendar.dates(cast.born[who]),
            "sex": words(cast.sex[who], SEXES),
            "self_defined_ethnicity": words(cast.self_defined[who], SELF_DEFINED_ETHNICITY),
            "officer_defined_ethnicity": words(cast.officer_defined[who], OFFICER_CODES),
            "deprivation_decile": pa.array(cast.decile[who], type=pa.int8()),
            "home_area": words(cast.area[who], areas),
            "deceased_on": calendar.dates_or_empty(chunk.died_day[who]),
        }
    )


def _reclassifications(chunk: Chunk, calendar: Calendar, order: Ints) -> pa.Table:
    which = order[chunk.details.reclassified_day[order] >= 0]
    crime = chunk.details.reclassified_crime[which]
    return pa.table(
        {
            "incident_id": identifiers("I", chunk.number[which]),
            "reclassified_on": calendar.dates(chunk.details.reclassified_day[which]),
            "is_crime": pa.array(crime),
            "offence_code": words(np.where(crime, OFFENCES.index("10501"), -1), OFFENCES),
        }
    )


def _spells(chunk: Chunk, calendar: Calendar) -> dict[str, pa.Table]:
    """Custody, management and merges."""
    custody, managed = chunk.histories.custody, chunk.histories.managed
    managed = managed[managed[:, 1] < calendar.days]
    doubled = np.flatnonzero(chunk.merged_day >= 0)
    label = chunk.person_label

    def who(column: Ints) -> pa.Array:
        return identifiers("P", label[column])

    def until(day: Ints) -> pa.Array:
        return calendar.dates_or_empty(np.where(day < calendar.days, day, -1))

    custody = custody[custody[:, 1] < calendar.days]
    return {
        "custody": pa.table(
            {
                "person_id": who(custody[:, 0]),
                "start_on": calendar.dates(custody[:, 1]),
                "end_on": until(custody[:, 2]),
                "recorded_on": calendar.dates(custody[:, 1]),
            }
        ),
        "management": pa.table(
            {"person_id": who(managed[:, 0]), "start_on": calendar.dates(managed[:, 1]), "end_on": until(managed[:, 2])}
        ),
        "merges": pa.table(
            {
                "person_id": identifiers("P", label[alias_index(chunk)[doubled]]),
                "merged_into": who(doubled),
                "merged_on": calendar.dates(chunk.merged_day[doubled]),
            }
        ),
    }
