"""The worked people of docs/features.md: their events in words, and a few of them beside every feature."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from features import CATALOGUE
from features.worked_people import HARM_INDEX, TODAY, WORKED_PEOPLE, Worked
from features.worked_people.expecting import equal, given_values
from features.worked_people.telling import THEM, Custody, Event, Offence, Value, Victim
from matac_ml.spec import Feature

#: Worked examples shown beside a feature.
SHOWN = 2


@cache
def examples() -> Mapping[str, str]:
    """For every feature a cell with one or two people, those with different values and shown least elsewhere first."""
    used: Counter[str] = Counter()
    cells = {}
    told = {person.name: given_values(person.values, CATALOGUE)[0] for person in WORKED_PEOPLE}
    for feature in CATALOGUE:
        chosen: list[str] = []
        left = [name for name, values in told.items() if values.get(feature.name)]
        while left and len(chosen) < SHOWN:
            taken = min(left, key=lambda name: (used[name], left.index(name)))
            value = told[taken][feature.name]
            chosen.append(f"{plain(value)}: [{taken}](#{taken})")
            used[taken] += 1
            left = [name for name in left if not equal(told[name][feature.name], value)]
        cells[feature.name] = "; ".join(chosen)
    return cells


def example_cell(feature: Feature) -> str:
    """One or two worked people with what the feature gives for them."""
    return examples()[feature.name]


def plain(value: float | None) -> str:
    """A value as it is given: four decimals at most."""
    return "missing" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def worked_section() -> Iterator[str]:
    """The section."""
    yield f"""## Worked people

Made up, and told in days before {TODAY:%-d %B %Y}, the day as of which everything is worked out. The tests hold every
engine to the value of every feature for each of them. A value that is not listed is 0, or missing where the feature may
be missing; `incidents` 1 from 28 days, 3 from 365 means 1 in every window of 28 days or more, and 3 in those of 365
or more. Harm is by `{HARM_INDEX}`. To add one: [features/worked_people/](../features/worked_people).
"""
    for person in WORKED_PEOPLE:
        yield f"### {person.name}\n\n{person.shows}\n"
        yield from (f"- {_words(event)}" for event in person.events)
        yield from (f"- {gone} was found to be {_who(stays)}" for gone, stays in person.same.items())
        yield ("\n" if person.events else "") + _values(person) + "\n"


def _values(person: Worked) -> str:
    listed = "; ".join(f"`{name}` {_given(given)}" for name, given in person.values.items())
    if person.like:
        return f"All as [{person.like}](#{person.like})" + (f", except: {listed}." if listed else ".")
    return f"{listed}." if listed else "Everything 0 or missing."


def _given(given: Value) -> str:
    if not isinstance(given, Mapping):
        return plain(given)
    days = [f"{plain(value)} from {window:,}" for window, value in given.items()]
    return ", ".join([f"{days[0]} days", *days[1:]])


def _words(event: Event | Custody) -> str:
    if isinstance(event, Custody):
        last = "on, not ended" if event.last is None else f"to {event.last} days before, both included"
        return f"In custody from {event.first} days before {last}{_recorded(event.recorded, event.first)}"
    by = "" if event.by == (THEM,) else f", by {' and '.join(_who(name) for name in event.by)}"
    parts = [f"{event.ago} days before{_recorded(event.recorded, event.ago)}: {_offence(event.offence)}{by}"]
    parts += [f"victim {_victim(victim)}" for victim in event.victims] or ["no victim on record"]
    if event.became is not None:
        parts.append(f"reclassified {_when(event.became[0])} as {_offence(event.became[1])}")
    if event.outcome is not None:
        parts.append(f"outcome {event.outcome[0]} given {_when(event.outcome[1])}")
    if event.charged is not None:
        parts.append(f"charged {_when(event.charged)}")
    parts += [_fact(name, value) for name, value in event.facts.items()]
    return "; ".join(parts)


def _fact(name: str, value: object) -> str:
    words = name.replace("_", " ")
    return f"{words}: {value.replace('_', ' ') if isinstance(value, str) else 'yes' if value else 'no'}"


def _recorded(recorded: int | None, happened: int) -> str:
    return "" if recorded in (None, happened) else f", recorded {_when(recorded or 0)}"


def _when(ago: int) -> str:
    return {0: "today", 1: "yesterday"}.get(ago, f"{ago} days before")


def _offence(offence: Offence | None) -> str:
    return "no crime" if offence is None else f"{offence.words} ({offence.code}, {plain(offence.harm)} days of harm)"


def _victim(victim: Victim) -> str:
    said = _who(victim.name) + (f", {victim.is_a.replace('_', ' ')}" if victim.is_a else "")
    said += f", named {_when(victim.linked)}" if victim.linked is not None else ""
    return said + (f", of {_who(victim.about)} alone" if victim.about else "")


def _who(name: str) -> str:
    return "this person" if name == THEM else name
