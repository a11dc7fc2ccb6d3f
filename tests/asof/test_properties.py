"""Laws of as-of features, over records that Hypothesis makes up: they hold for the whole catalogue."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from features import CATALOGUE
from matac_ml.asof import evidence, feature_table, person_features, person_file_from_records
from matac_ml.asof.person import evidence_key
from matac_ml.records import Extract
from matac_ml.spec import Aggregate, Feature
from tests.asof.made_up import CODES, HARM, RELATIONSHIPS, Tables

TODAY = date(2024, 6, 1)
ME = "ME"
OTHERS = ("A", "B", "C", "D")
#: The same examples on every machine; shrinking and all.
steady = settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None
)
few = settings(steady, max_examples=6)

days_ago = st.integers(0, 1200) | st.sampled_from([0, 1, 27, 28, 29, 90, 91, 365, 366, 1095, 1096])
lag = st.sampled_from([0, 0, 0, 1, 30, 400])
maybe = st.sampled_from([None, True, False])


@st.composite
def incident(draw: st.DrawFn, *, least_known: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Rows of one incident; with ``least_known`` nothing of it is recorded before so many days after today."""
    occurred = TODAY - timedelta(days=draw(days_ago))
    recorded = occurred + timedelta(days=draw(lag))
    if least_known is not None:
        recorded = max(recorded, TODAY + timedelta(days=least_known))
    outcome = draw(st.sampled_from([None, 1, 14, 16]))
    key = f"I{draw(st.integers(0, 10**9))}"
    row = {
        "incident_id": key,
        "occurred_on": occurred,
        "recorded_on": recorded,
        "is_crime": draw(st.booleans()),
        "offence_code": draw(st.sampled_from(CODES)),
        "outcome_code": outcome,
        "outcome_on": None if outcome is None else recorded + timedelta(days=draw(lag)),
        "injury_level": draw(st.sampled_from(["none", "minor", "serious", None])),
        "order_breach": draw(st.sampled_from([None, None, "nmo", "bail"])),
        "strangulation": draw(maybe),
        "weapon_used": draw(maybe),
        "alcohol": draw(maybe),
        "children_present": draw(maybe),
        "stalking": draw(maybe),
        "report_source": draw(st.sampled_from(["victim", "third_party", None])),
        "domestic": draw(st.sampled_from([True, True, True, None, False])),
    }
    mine_is_victim = draw(st.booleans()) and draw(st.booleans())
    suspect, victims = (draw(st.sampled_from(OTHERS)), [ME]) if mine_is_victim else (ME, draw(_some_others))
    links = [_link(key, suspect, draw(st.sampled_from(["suspect", "suspect", "offender"])), recorded + _days(draw))]
    links += [
        _link(key, victim, "victim", recorded + _days(draw))
        | {
            "relationship": draw(st.sampled_from(RELATIONSHIPS)),
            "counterpart_id": draw(st.sampled_from([None, suspect])),
        }
        for victim in victims
        if victim != suspect
    ]
    changes = [
        {
            "incident_id": key,
            "reclassified_on": recorded + timedelta(days=draw(lag)),
            "is_crime": draw(st.booleans()),
            "offence_code": draw(st.sampled_from(CODES)),
        }
        for _ in range(draw(st.sampled_from([0, 0, 0, 1])))
    ]
    return {"incidents": [row], "involvements": links, "reclassifications": changes}


_some_others = st.lists(st.sampled_from(OTHERS), max_size=2, unique=True)


def _days(draw: st.DrawFn) -> timedelta:
    return timedelta(days=draw(st.sampled_from([0, 0, 0, 30])))


def _link(key: str, person: str, role: str, recorded: date) -> dict[str, Any]:
    return {"incident_id": key, "person_id": person, "role": role, "recorded_on": recorded}


def tables_of(incidents: list[dict[str, list[dict[str, Any]]]]) -> Tables:
    """All rows in one extract; an identifier that came twice is assumed away."""
    tables: Tables = {
        name: [row for incident in incidents for row in incident[name]]
        for name in ("incidents", "involvements", "reclassifications")
    }
    keys = [row["incident_id"] for row in tables["incidents"]]
    assume(len(keys) == len(set(keys)))
    tables["people"] = [{"person_id": who, "birth_date": date(1990, 1, 1), "sex": "unknown"} for who in (ME, *OTHERS)]
    return tables


def values(tables: Tables, features: tuple[Feature, ...] = CATALOGUE) -> dict[str, float | None]:
    """What the features of the person say today."""
    return person_features(person_file_from_records(tables, ME), features, TODAY, harm=HARM)


past = st.lists(incident(), max_size=10)
future = st.lists(incident(least_known=0), min_size=1, max_size=4)


@steady
@given(past, future)
def test_what_is_recorded_later_changes_nothing(known: list[Any], later: list[Any]) -> None:
    """Records known today or afterwards, whenever they happened, leave every feature of today as it was."""
    assert values(tables_of(known)) == values(tables_of([*known, *later]))


@steady
@given(past, st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(known: list[Any], seed: int) -> None:
    """The same rows in another order give the same values, to the last bit."""
    tables = tables_of(known)
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    assert values(tables) == values(mixed)


#: What two adjoining windows give together, by aggregate.
TOGETHER: dict[Aggregate, Callable[[float | None, float | None], float | None]] = {
    Aggregate.COUNT: lambda recent, before: (recent or 0) + (before or 0),
    Aggregate.TOTAL: lambda recent, before: (recent or 0) + (before or 0),
    Aggregate.ANY: lambda recent, before: max(recent or 0, before or 0),
    Aggregate.MAXIMUM: lambda recent, before: max((v for v in (recent, before) if v is not None), default=None),
}


def over(feature: Feature, window: int) -> Feature:
    """The same feature over another window."""
    return replace(feature, window_days=window, sentence="", missing="")


def merging() -> list[Feature]:
    """Features of the catalogue whose windows merge; whether an allegation is a counter one changes with the day."""
    changing = "counter_allegation"
    return [f for f in CATALOGUE if f.aggregate in TOGETHER and changing not in {c.column for c in f.where}]


@steady
@given(past, st.integers(1, 1094), st.integers(1, 1094))
def test_adjoining_windows_merge(known: list[Any], one: int, other: int) -> None:
    """A window gives what its nearer part gives, together with what the rest gave on the day the nearer part began."""
    near, far = sorted((one, one + other))
    assume(far <= 1095)
    seen_all = [incident_known_at_once(row) for row in known]  # so that the earlier day sees what today sees
    file = person_file_from_records(tables_of(seen_all), ME)
    began = TODAY - timedelta(days=near)

    def worth(window: int, day: date) -> dict[str, float | None]:
        return person_features(file, [over(feature, window) for feature in merging()], day, harm=HARM)

    whole, recent, before = worth(far, TODAY), worth(near, TODAY), worth(far - near, began)
    assert len(whole) > 25
    for feature in merging():
        name = feature.name
        assert whole[name] == TOGETHER[feature.aggregate](recent[name], before[name]), name


def incident_known_at_once(one: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same incident with everything recorded on the day it happened."""
    (row,) = one["incidents"]
    day = row["occurred_on"]
    return {
        "incidents": [row | {"recorded_on": day, "outcome_code": None, "outcome_on": None}],
        "involvements": [link | {"recorded_on": day} for link in one["involvements"]],
        "reclassifications": [],
    }


@steady
@given(past)
def test_a_count_has_as_many_incidents_behind_it(known: list[Any]) -> None:
    """For every count of the catalogue the evidence has as many different incidents as the value says."""
    file = person_file_from_records(tables_of(known), ME)
    found = person_features(file, CATALOGUE, TODAY, harm=HARM)
    for feature in CATALOGUE:
        if feature.aggregate is Aggregate.COUNT:
            shown = [incident.incident_id for incident in evidence(file, feature, TODAY, harm=HARM)]
            assert len(shown) == len(set(shown)) == found[feature.name], feature.name


def test_a_fact_of_the_person_has_no_incidents_behind_it() -> None:
    """Days in custody name no incident, and are not taken for a count of the same rows."""
    custody = next(feature for feature in CATALOGUE if feature.aggregate is Aggregate.CUSTODY_DAYS)
    count = replace(custody, aggregate=Aggregate.COUNT, unit="", sentence="", missing="")
    row = {"incident_id": "I1", "occurred_on": TODAY - timedelta(days=9), "recorded_on": TODAY - timedelta(days=9)}
    link = {"incident_id": "I1", "person_id": ME, "role": "suspect", "recorded_on": TODAY - timedelta(days=9)}
    known = {"incidents": [row | {"is_crime": True, "domestic": True}], "involvements": [link]}
    file = person_file_from_records(known, ME)
    assert [len(evidence(file, feature, TODAY, harm=HARM)) for feature in (custody, count)] == [0, 1]
    assert evidence_key(custody) != evidence_key(count)


@few
@given(st.lists(incident(), min_size=1, max_size=10), future)
def test_the_matrix_obeys_the_same_law(known: list[Any], later: list[Any]) -> None:
    """By the query of the whole force too, later records and the order of rows change nothing; the engines agree."""
    before, after = tables_of(known), tables_of([*known, *later])
    after = {name: rows[::-1] for name, rows in after.items()}
    frames = [
        feature_table(Extract.from_tables(tables), CATALOGUE, [TODAY], harm=HARM).set_index("person_id")
        for tables in (before, after)
    ]
    assert frames[0].drop(columns="as_of").equals(frames[1].drop(columns="as_of"))
    if ME in frames[0].index:
        row = frames[0].loc[ME]
        for name, value in values(before).items():
            assert (value is None and np.isnan(row[name])) or value == row[name], name
