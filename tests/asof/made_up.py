"""Small made-up extracts with what is awkward: late records, ties, corrections, counter-allegations, merges."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from matac_ml.records import Extract
from matac_ml.spec import (
    Aggregate,
    Condition,
    Family,
    Feature,
    View,
    among,
    at_least,
    at_most,
    is_false,
    is_true,
    not_among,
)

Tables = dict[str, list[dict[str, Any]]]

START = date(2023, 1, 1)
CODES = ("10501", "00806", "00877", "12512", None)
_DAYS = {"10501": Decimal(1), "00806": Decimal("10.5"), "00877": Decimal(365)}
RELATIONSHIPS = ("spouse", "ex_partner", "partner", "parent", "sibling", None)


@dataclass(frozen=True)
class Harm:
    """A harm index of four offences, one unknown."""

    days: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType(_DAYS))
    non_crime_days: Decimal = Decimal("0.5")
    count_proactive: bool = False
    unmapped_days: Decimal | None = None


HARM = Harm()


def some_tables(seed: int, *, incidents: int = 60, people: int = 8, days: int = 500) -> Tables:
    """Tables of a small extract; the same seed gives the same."""
    rng = random.Random(seed)
    persons = [f"P{n:02d}" for n in range(people)]
    tables: Tables = {name: [] for name in ("incidents", "involvements", "people", "reclassifications", "custody")}
    tables["people"] = [{"person_id": p, "birth_date": START - timedelta(days=9000), "sex": "unknown"} for p in persons]
    for n, row in enumerate(tables["people"]):  # on the as-of day, before it, after it, never
        row["at_risk_from"] = None if n == 3 else START + timedelta(days=(n * 97 - 200) if n % 3 else 280)
    for n in range(incidents):
        _incident(tables, rng, f"I{n:03d}", persons, days)
    for person in persons:
        for _ in range(rng.choice((0, 0, 1, 2))):
            start = START + timedelta(days=rng.randrange(days))
            end = None if rng.random() < 0.2 else start + timedelta(days=rng.randrange(90))
            known = start + timedelta(days=rng.choice((0, 0, 20)))
            tables["custody"].append({"person_id": person, "start_on": start, "end_on": end, "recorded_on": known})
    if rng.random() < 0.5:
        tables["merges"] = [{"person_id": persons[-1], "merged_into": persons[0], "merged_on": START}]
    return tables


def _incident(tables: Tables, rng: random.Random, key: str, persons: Sequence[str], days: int) -> None:
    occurred = START + timedelta(days=rng.randrange(days))
    recorded = occurred + timedelta(days=rng.choice((0, 0, 0, 1, 5, 60)))
    crime = rng.random() < 0.6
    outcome = rng.choice((None, None, 1, 3, 15, 16))
    tables["incidents"].append(
        {
            "incident_id": key,
            "occurred_on": occurred,
            "recorded_on": recorded,
            "is_crime": crime,
            "offence_code": rng.choice(CODES),
            "outcome_code": outcome,
            "outcome_on": None if outcome is None else recorded + timedelta(days=rng.randrange(60)),
            "strangulation": rng.choice((True, False, None)),
            "alcohol": rng.choice((True, False)),
            "injury_level": rng.choice(("none", "minor", "serious", None)),
            "order_breach": rng.choice((None, None, "nmo", "bail")),
            "proactively_detected": rng.random() < 0.1,
            "domestic": rng.choice((True, True, True, None, False)),
        }
    )
    suspects = rng.sample(persons[:5], rng.choice((1, 1, 1, 2)))
    for person in suspects:
        later = recorded + timedelta(days=rng.choice((0, 0, 0, 40)))
        tables["involvements"].append(_link(key, person, "suspect", later))
        if rng.random() < 0.2:
            tables["involvements"].append(_link(key, person, "offender", later + timedelta(days=30)))
    for person in rng.sample(persons, rng.choice((0, 1, 1, 2))):
        for _ in range(rng.choice((1, 1, 2))):
            about = rng.choice((None, rng.choice(suspects)))
            if about == person or (person in suspects and about is None and len(suspects) == 1):
                continue
            link = _link(key, person, "victim", recorded + timedelta(days=rng.choice((0, 0, 30))))
            tables["involvements"].append(link | {"relationship": rng.choice(RELATIONSHIPS), "counterpart_id": about})
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        tables["reclassifications"].append(
            {
                "incident_id": key,
                "reclassified_on": recorded + timedelta(days=rng.choice((0, 10, 10, 90))),
                "is_crime": rng.random() < 0.5,
                "offence_code": rng.choice(CODES),
            }
        )


def _link(incident: str, person: str, role: str, recorded_on: date) -> dict[str, Any]:
    return {"incident_id": incident, "person_id": person, "role": role, "recorded_on": recorded_on}


def some_extract(seed: int, **size: int) -> tuple[Tables, Extract]:
    """Tables and the extract made of them."""
    tables = some_tables(seed, **size)
    return tables, Extract.from_tables(tables)


_STATIC: tuple[tuple[Condition, ...], ...] = (
    (),
    (is_true("strangulation"),),
    (is_false("alcohol"),),
    (among("injury_level", "minor", "serious"), is_true("alcohol")),
    (not_among("injury_level", "none"),),
)
_CHANGING: tuple[tuple[Condition, ...], ...] = (
    (is_true("is_crime"),),
    (at_least("harm_days", 10),),
    (at_most("harm_days", 1), is_true("alcohol")),
    (among("outcome_code", 1, 16),),
    (among("offence_code", "00806", "00877"),),
    (is_true("domestic"), is_true("is_crime")),
)
_OF_VIEW: dict[View, tuple[tuple[Condition, ...], ...]] = {
    View.SUSPECT: ((among("role", "offender"),), (is_true("charged"),), (is_false("charged"), is_true("is_crime"))),
    View.PAIR: ((among("relationship", "spouse", "ex_partner"),), (among("role", "suspect"),), (is_true("charged"),)),
    View.VICTIM: ((is_true("counter_allegation"),), (is_false("counter_allegation"),)),
}
_NOT_DOMESTIC = (is_false("domestic"),)
_PAIR_ONLY = (Aggregate.NEW, Aggregate.MOST_PER_VICTIM, Aggregate.CONCURRENT)
_ON_HARM = (Aggregate.TOTAL, Aggregate.MAXIMUM, Aggregate.MEAN, Aggregate.TREND)


def every_kind_of_feature(*, other: bool = False) -> tuple[Feature, ...]:
    """Every aggregate in every view it may look at, with every kind of condition, in a long and a short window.

    With ``other``, some look at incidents that are not domestic.
    """
    made: list[Feature] = []
    for view in View:
        wheres = (*_STATIC, *_CHANGING, *_OF_VIEW[view], *((_NOT_DOMESTIC,) if other else ()))
        for aggregate in Aggregate:
            if aggregate in _PAIR_ONLY and view is not View.PAIR:
                continue
            for n, where in enumerate(wheres):
                for window in (60, 300):
                    made += _made(f"{view}_{aggregate}_{n}_{window}", view, aggregate, where, window)
    return tuple(made)


def _made(name: str, view: View, aggregate: Aggregate, where: tuple[Condition, ...], window: int) -> list[Feature]:
    settings: dict[str, Any] = {"where": where}
    if aggregate in _ON_HARM:
        settings["column"] = "harm_days"
    if aggregate is Aggregate.DISTINCT:
        settings["column"] = "victim_id" if view is View.PAIR else "offence_code"
    if aggregate is Aggregate.RATIO:
        settings["against_days"] = window * 2 if window < 200 else 365
    if aggregate in (Aggregate.CUSTODY_DAYS, Aggregate.DAYS_AT_RISK):
        settings["where"] = ()
    if aggregate is Aggregate.SHARE:
        if not where:
            return []
        settings["of"] = (is_true("alcohol"),)
    if aggregate is Aggregate.NEW and where not in (*_STATIC, _OF_VIEW[View.PAIR][0], _NOT_DOMESTIC):
        return []
    return [
        Feature(
            name=name, family=Family.CONTEXT, view=view, aggregate=aggregate,
            window_days=None if aggregate is Aggregate.DAYS_AT_RISK else window, direction=0,
            allowed_because="Made up.", source="Made up.", **settings,
        )
    ]  # fmt: skip
