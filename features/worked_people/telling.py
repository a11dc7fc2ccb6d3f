"""How a made-up person is told: events counted in days before :data:`TODAY`, and the values that must come of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

TODAY = date(2026, 1, 1)
#: The index that the harm below is worked out with.
HARM_INDEX = "cchi-2026-medians"
#: The person whose features are worked out; everybody else has a name.
THEM = "them"

Row = dict[str, Any]
Tables = dict[str, list[Row]]
#: A value, or values by window: each holds for its window and longer ones, up to the next one named.
Value = float | None | Mapping[int, float | None]


class Offence(NamedTuple):
    """An offence code, in words, with its harm in days by :data:`HARM_INDEX`."""

    code: str
    words: str
    harm: float


WOUNDING = Offence("00806", "violence with injury", 365)
COMMON_ASSAULT = Offence("10501", "violence without injury", 10)
ARSON = Offence("05601", "arson", 185)
DAMAGE = Offence("05800", "criminal damage", 2)
STALKING = Offence("00867", "stalking or harassment", 10)
BREACH_OF_ORDER = Offence("06639", "breach of an order", 10)
NOT_IN_THE_INDEX = Offence("09999", "an offence that the index does not hold", 10)
#: What a reclassification turns a crime into when there was none after all.
NO_CRIME = None


@dataclass(frozen=True, slots=True)
class Victim:
    """Somebody an incident was done to. ``linked``: named only so many days ago; ``about``: by this suspect alone."""

    name: str
    is_a: str | None = None
    linked: int | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An incident, ``ago`` days before today, recorded ``recorded`` days before today."""

    ago: int
    offence: Offence | None
    victims: tuple[Victim, ...]
    by: tuple[str, ...] = (THEM,)
    recorded: int
    charged: int | None = None
    outcome: tuple[int, int] | None = None
    became: tuple[int, Offence | None] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Custody:
    """Days in custody: first and last as days before today (none while it lasts), and when that was recorded."""

    first: int
    last: int | None = None
    recorded: int | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """A made-up person.

    Attributes
    ----------
    name : str
    shows : str
        What a reader learns of them, in a sentence.
    events : tuple of Event or Custody
    values : mapping of str to number, None, or mapping
        What must come out, by feature, or by the name that features of several windows share (see :data:`Value`).
        Whatever is not named has its default: 0, or missing where the feature may be missing.
    like : str
        Another worked person whose values hold where none is given.
    same : mapping of str to str
        Identities that were found to be one: the name given up, and the name that stays.
    """

    name: str
    shows: str
    events: tuple[Event | Custody, ...]
    values: Mapping[str, Value]
    like: str = ""
    same: Mapping[str, str] = field(default_factory=dict)


def gives(**values: Value) -> Mapping[str, Value]:
    """The values of a worked person, named as keywords."""
    return values


def crime(ago: int, offence: Offence, *victims: Victim, by: str | tuple[str, ...] = THEM, **more: Any) -> Event:
    """An incident recorded as a crime; ``more`` are fields of :class:`Event` or columns of the incidents table."""
    return _event(ago, offence, victims, by, more)


def non_crime(ago: int, *victims: Victim, by: str | tuple[str, ...] = THEM, **more: Any) -> Event:
    """An incident that was not recorded as a crime."""
    return _event(ago, NO_CRIME, victims, by, more)


def _event(
    ago: int, offence: Offence | None, victims: tuple[Victim, ...], by: str | tuple[str, ...], more: dict[str, Any]
) -> Event:
    own = {name: more.pop(name) for name in ("charged", "outcome", "became") if name in more}
    recorded, who = more.pop("recorded", ago), (by,) if isinstance(by, str) else by
    return Event(ago=ago, offence=offence, victims=victims, by=who, recorded=recorded, facts=more, **own)


def tables_of(people: Iterable[Worked]) -> Tables:
    """The records of worked people, as tables of an extract; everybody's identifiers are their own."""
    tables: Tables = {
        name: [] for name in ("incidents", "involvements", "people", "reclassifications", "custody", "merges")
    }
    for person in people:
        names = dict.fromkeys([THEM])
        for number, event in enumerate(person.events):
            if isinstance(event, Custody):
                tables["custody"].append(_custody(person, event))
            else:
                names |= dict.fromkeys((*event.by, *(victim.name for victim in event.victims)))
                _add(tables, person, event, f"{person.name}-{number}")
        tables["people"] += [{"person_id": identity(person, name), "birth_date": day(12_000)} for name in names]
        tables["merges"] += [
            {"person_id": identity(person, gone), "merged_into": identity(person, stays)}
            for gone, stays in person.same.items()
        ]
    return tables


def identity(person: Worked, name: str = THEM) -> str:
    """The identifier of a person in a worked person's records."""
    return f"{person.name}:{name}"


def day(ago: int) -> date:
    """So many days before today."""
    return TODAY - timedelta(days=ago)


def _custody(person: Worked, spell: Custody) -> Row:
    last = None if spell.last is None else day(spell.last)
    recorded = None if spell.recorded is None else day(spell.recorded)
    return {"person_id": identity(person), "start_on": day(spell.first), "end_on": last, "recorded_on": recorded}


def _add(tables: Tables, person: Worked, event: Event, key: str) -> None:
    row: Row = {"incident_id": key, "occurred_on": day(event.ago), "recorded_on": day(event.recorded)}
    row |= {"is_crime": event.offence is not None, "offence_code": event.offence and event.offence.code, **event.facts}
    if event.outcome is not None:
        row |= {"outcome_code": event.outcome[0], "outcome_on": day(event.outcome[1])}
    tables["incidents"].append(row)
    link: Row = {"incident_id": key, "recorded_on": day(event.recorded)}
    tables["involvements"] += [link | {"person_id": identity(person, who), "role": "suspect"} for who in event.by]
    if event.charged is not None:
        charged = {"person_id": identity(person), "role": "offender", "recorded_on": day(event.charged)}
        tables["involvements"].append(link | charged)
    for victim in event.victims:
        theirs = link | {"person_id": identity(person, victim.name), "role": "victim", "relationship": victim.is_a}
        if victim.linked is not None:
            theirs["recorded_on"] = day(victim.linked)
        theirs["counterpart_id"] = victim.about and identity(person, victim.about)
        tables["involvements"].append(theirs)
    if event.became is not None:
        since, offence = event.became
        change: Row = {"incident_id": key, "reclassified_on": day(since), "is_crime": offence is not None}
        tables["reclassifications"].append(change | {"offence_code": offence and offence.code})
