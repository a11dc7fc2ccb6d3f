"""Versions of an audit that differ by one person, and an attack that tries to find out who it was."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.facts import AttributeFacts, AuditFacts, Estimate, GroupFacts, InstrumentFacts, RunFacts

#: attribute -> its groups, as large as each other, so that guessing the commonest gains nothing
GROUPS = {
    "sex": ("female", "male"),
    "ethnicity": ("Asian", "Black", "Mixed", "Other", "White"),
    "age": ("25 to 34", "35 to 44", "45 to 54", "55 and over", "under 25"),
    "deprivation": tuple(f"decile {i}" for i in range(1, 11)),
    "area": ("Area A", "Area B", "Area C", "Area D", "Area E"),
}
LISTS = 4
Person = Mapping[str, int]


def people(number: int, seed: int) -> list[dict[str, int]]:
    """Made-up people: a group of each attribute, the lists after which an outcome was recorded, and places held."""
    rng = np.random.default_rng(seed)
    drawn = [{name: int(rng.integers(len(groups))) for name, groups in GROUPS.items()} for _ in range(number)]
    for person in drawn:
        person["outcomes"] = LISTS * int(rng.random() < 0.3)
        person["selected"] = LISTS * int(rng.random() < 0.1)
    return drawn


def audit_of(some: Sequence[Person]) -> AuditFacts:
    """The audit of these people by one instrument, on lists of many places."""
    attributes = tuple(_attribute(name, some) for name in GROUPS)
    one = InstrumentFacts(name="model", label="Model", rule="first 100 of each list", attributes=attributes)
    rows = LISTS * len(some)
    return AuditFacts(
        k=100, rows=rows, people=len(some), resamples=0, permutations=0, seed=0, instruments=(one,)
    )  # fmt: skip


def _attribute(name: str, some: Sequence[Person]) -> AttributeFacts:
    groups = tuple(_group(group, [p for p in some if p[name] == i]) for i, group in enumerate(GROUPS[name]))
    return AttributeFacts(attribute=name, title=name, groups=groups, gaps=())


def _group(name: str, some: Sequence[Person]) -> GroupFacts:
    rows = LISTS * len(some)
    outcomes, selected = (sum(p[what] for p in some) for what in ("outcomes", "selected"))
    hits = sum(min(p["outcomes"], p["selected"]) for p in some)
    parts = {
        "base_rate": (outcomes, rows), "selected_share": (selected, rows), "precision": (hits, selected),
        "false_negative_rate": (outcomes - hits, outcomes), "false_positive_rate": (selected - hits, rows - outcomes),
    }  # fmt: skip
    measures = {what: Estimate(value=part / whole if whole else None) for what, (part, whole) in parts.items()}
    return GroupFacts(group=name, rows=rows, people=len(some), outcomes=outcomes, selected=selected, measures=measures)


#: attribute and group -> published people, people with the outcome, and people on the list; None where not printed
Read = dict[tuple[str, str], tuple[float | None, float | None, float | None]]


def read(text: str) -> Read:
    """What a reader works out of the table for publication: rates times denominators give counts back."""
    found: Read = {}
    for row in csv.DictReader(text.splitlines()):
        size, rate, share = (_number(row[name]) for name in ("people", "outcome_recorded", "on_the_lists"))
        with_it, on_list = (None if part is None or size is None else part * size for part in (rate, share))
        found[row["attribute"], row["group"]] = (size, with_it, on_list)
    return found


def _number(cell: str) -> float | None:
    return float(cell) if cell[:1].isdigit() else None


@dataclass(frozen=True)
class Guess:
    """What an attack says of one attribute: the group most likely to have lost somebody, and whether it is sure."""

    group: str
    sure: bool


def attack(before: Read, after: Read, attribute: str) -> Guess:
    """Subtract one version from the other.

    The group whose figures fell most is the guess; the attack is sure where the figures of no other group changed.
    """
    groups = GROUPS[attribute]
    falls = [sum(_fall(before, after, (attribute, group), i) for i in range(3)) for group in groups]
    changed = [before.get((attribute, group)) != after.get((attribute, group)) for group in groups]
    most = int(np.argmax(falls))
    return Guess(groups[most], sure=sum(changed) == 1 and changed[most])


def _fall(before: Read, after: Read, key: tuple[str, str], place: int) -> float:
    nothing = (None, None, None)
    old, new = before.get(key, nothing)[place], after.get(key, nothing)[place]
    return (old or 0.0) - (new or 0.0)


def change_of_total(before: Read, after: Read, place: int) -> float:
    """How much a total fell, taken as the mean over all attributes that each add up to it."""
    falls = [_fall(before, after, (name, group), place) for name, groups in GROUPS.items() for group in groups]
    return sum(falls) / len(GROUPS)


def without(facts: RunFacts, groups: Mapping[str, str], *, outcomes: int = 0, people: int = 1) -> RunFacts:
    """A run from which so many people of these groups are gone; ``data_hash`` is another, as it would be."""
    audit = facts.audit
    assert audit is not None
    lists = len(facts.split.test)

    def fewer(one: InstrumentFacts) -> InstrumentFacts:
        attributes = []
        for a in one.attributes:
            gone = groups.get(a.attribute, a.groups[0].group)
            attributes.append(a.model_copy(update={"groups": tuple(
                _fewer(g, people, people * lists, outcomes) if g.group == gone else g for g in a.groups
            )}))  # fmt: skip
        return one.model_copy(update={"attributes": tuple(attributes)})

    new = audit.model_copy(
        update={
            "people": audit.people - people,
            "rows": audit.rows - people * lists,
            "instruments": tuple(map(fewer, audit.instruments)),
            "other_cuts": tuple(map(fewer, audit.other_cuts)),
        }
    )
    data = facts.data.model_copy(update={"data_hash": facts.data.data_hash[::-1], "people": facts.data.people - people})
    return facts.model_copy(update={"audit": new, "data": data})


def _fewer(group: GroupFacts, people: int, rows: int, outcomes: int) -> GroupFacts:
    counts = {"people": group.people - people, "rows": group.rows - rows, "outcomes": group.outcomes - outcomes}
    hits = (group.measures["precision"].value or 0.0) * group.selected
    quiet = counts["rows"] - counts["outcomes"]
    again = {
        "base_rate": (counts["outcomes"], counts["rows"]),
        "selected_share": (group.selected, counts["rows"]),
        "false_negative_rate": (counts["outcomes"] - hits, counts["outcomes"]),
        "false_positive_rate": (group.selected - hits, quiet),
    }
    measures = {
        name: measure.model_copy(update={"value": again[name][0] / again[name][1]})
        if name in again and again[name][1] and measure.value is not None else measure
        for name, measure in group.measures.items()
    }  # fmt: skip
    return group.model_copy(update=counts | {"measures": measures})
