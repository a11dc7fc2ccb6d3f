"""Merges of identities count from the day they were found out: in the engine, for one person, in labels and lists."""

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from matac_ml.asof import (
    PersonView,
    area_frame,
    eligibility_frame,
    feature_table,
    outcome_table,
    person_features,
    person_file_from_records,
    read_people,
    recorded_frame,
)
from matac_ml.records import Extract, Identities
from matac_ml.serial import find_rule, registers
from matac_ml.spec import Outcome, OutcomeKind, is_true
from tests.asof.made_up import HARM, START, Tables, every_kind_of_feature, some_tables

DATES = [START + timedelta(days=days) for days in (100, 280, 400, 560)]
FEATURES = every_kind_of_feature()[::31]
MERGES = "merges"
_CRIME = (is_true("is_crime"),)


def merged_tables(seed: int) -> Tables:
    """Records of eight people, of whom some are found to be others, over chains, and some of that is taken back."""
    rng = random.Random(seed)
    tables = some_tables(seed)
    people = [f"P{n:02d}" for n in range(8)]
    order = rng.sample(people, 8)
    tables["merges"] = []
    for given_up, stays in rng.sample(list(pairwise(order)), 4):
        found = START + timedelta(days=rng.randrange(40, 560))
        taken_back = found + timedelta(days=rng.randrange(0, 200)) if rng.random() < 0.4 else None
        day = found if rng.random() < 0.85 else None
        row = {"person_id": given_up, "merged_into": stays, "merged_on": day, "withdrawn_on": taken_back}
        tables["merges"].append(row)
    return tables


def as_if_on(tables: Tables, t: date) -> Tables:
    """The same records with only the merges applied that were known before a day, and no word of any merge."""
    into = {
        row["person_id"]: row["merged_into"]
        for row in tables["merges"]
        if (row["merged_on"] is None or row["merged_on"] < t)
        and (row["withdrawn_on"] is None or row["withdrawn_on"] >= t)
    }

    def stays(person: str | None) -> str | None:
        while person in into:
            person = into[person]
        return person

    applied: Tables = {}
    for name, rows in tables.items():
        if name != MERGES:
            columns = ("person_id", "counterpart_id")
            applied[name] = [{key: stays(v) if key in columns else v for key, v in row.items()} for row in rows]
    once: dict[str, dict[str, Any]] = {}
    own = {row["person_id"]: row for row in tables["people"]}
    for row in sorted(applied["people"], key=lambda row: row["person_id"] not in own):
        kept = once.setdefault(row["person_id"], dict(own[row["person_id"]]))
        kept |= {key: value for key, value in row.items() if kept.get(key) is None}
    applied["people"] = list(once.values())
    return applied


@pytest.mark.parametrize("seed", range(4))
def test_as_of_a_day_only_the_merges_known_before_it_were_made(seed: int) -> None:
    """Features, lists and circumstances of a day are those of records that hold what was known of identities then."""
    tables = merged_tables(seed)
    extract = Extract.from_tables(tables)
    together = feature_table(extract, FEATURES, DATES, harm=HARM, lookback_days=365)
    for t in DATES:
        then = Extract.from_tables(as_if_on(tables, t), cut_off=extract.cut_off)
        expected = feature_table(then, FEATURES, [t], harm=HARM, lookback_days=365)
        mine = together[together["as_of"] == pd.Timestamp(t)].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, expected)
        for frame in (eligibility_frame, recorded_frame):
            pd.testing.assert_frame_equal(frame(extract, [t], lookback_days=365), frame(then, [t], lookback_days=365))
        pd.testing.assert_frame_equal(area_frame(extract, [t]), area_frame(then, [t]))


@pytest.mark.parametrize("seed", range(4))
def test_one_person_agrees_with_the_feature_table(seed: int) -> None:
    """From an extract and from inline records, under any identity of the day and under one given up since."""
    tables = merged_tables(seed)
    extract = Extract.from_tables(tables)
    frame = feature_table(extract, FEATURES, DATES, harm=HARM, lookback_days=365)
    files = read_people(extract, [f"P{n:02d}" for n in range(8)])
    for row in frame.to_dict("records"):
        t, who = row["as_of"].date(), row["person_id"]
        inline = person_file_from_records(tables, who)
        for file in (files[who], inline):
            assert PersonView(file, t).person_id == who
            values = person_features(file, FEATURES, t, harm=HARM, lookback_days=365)
            unequal = [n for n, v in values.items() if not (row[n] == v or (v is None and row[n] != row[n]))]
            assert not unequal
    merges = Identities(tables["merges"])
    for asked, file in files.items():
        for t in DATES:
            stays = merges.at(t).get(asked, asked)
            assert PersonView(file, t).person_id == stays
            if stays in files:
                assert PersonView(file, t).as_suspect == PersonView(files[stays], t).as_suspect


# Worked by hand. A is suspected of one incident a month against V, under three identities; B is found to be A on 10 May
# and C to be B on 10 June; on 10 July the first merge is taken back.
_MAY, _JUNE, _JULY = date(2024, 5, 10), date(2024, 6, 10), date(2024, 7, 10)
_CHAIN = [
    {"person_id": "B", "merged_into": "A", "merged_on": _MAY, "withdrawn_on": _JULY},
    {"person_id": "C", "merged_into": "B", "merged_on": _JUNE},
]


def _by_hand(merges: list[dict[str, Any]]) -> Tables:
    days = {"A": date(2024, 1, 1), "B": date(2024, 2, 1), "C": date(2024, 3, 1)}
    return {
        "incidents": [
            {"incident_id": f"I{who}", "occurred_on": day, "recorded_on": day, "is_crime": True}
            for who, day in days.items()
        ],
        "involvements": [
            {"incident_id": f"I{who}", "person_id": person, "role": role, "relationship": relationship}
            for who in days
            for person, role, relationship in ((who, "suspect", None), ("V", "victim", "spouse"))
        ],
        "people": [{"person_id": who} for who in (*days, "V")],
        "merges": merges,
    }


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (_MAY, {"A": "A", "B": "B", "C": "C"}),  # on the day it is found out nothing is known yet
        (_MAY + timedelta(days=1), {"A": "AB", "B": "AB", "C": "C"}),
        (_JUNE, {"A": "AB", "B": "AB", "C": "C"}),
        (_JUNE + timedelta(days=1), {"A": "ABC", "B": "ABC", "C": "ABC"}),  # the chain is walked to its end
        (_JULY, {"A": "ABC", "B": "ABC", "C": "ABC"}),
        (_JULY + timedelta(days=1), {"A": "A", "B": "BC", "C": "BC"}),  # taken back: C is still found to be B
    ],
)
def test_a_chain_of_merges_and_one_taken_back(day: date, expected: dict[str, str]) -> None:
    """Whoever is asked for, the file of a day holds the records of those known by then to be one person."""
    tables = _by_hand(_CHAIN)
    extract = Extract.from_tables(tables, cut_off=date(2024, 8, 1))
    files = read_people(extract, list("ABCV"))
    for asked, whose in expected.items():
        for file in (files[asked], person_file_from_records(tables, asked)):
            view = PersonView(file, day)
            assert view.person_id == whose[0]
            assert {incident.incident_id for incident in view.as_suspect} == {f"I{who}" for who in whose}
    suspects = {whose[0] for whose in expected.values()}
    assert set(PersonView(files["V"], day).suspects) == suspects
    listed = eligibility_frame(extract, [day])
    assert set(listed["person_id"]) == suspects == set(feature_table(extract, (), [day], harm=HARM)["person_id"])
    both = registers(extract, find_rule("northumbria"), day)
    assert [member.others for member in both.victims] == ([len(suspects)] if len(suspects) > 1 else [])


def test_merges_in_a_circle_end_at_the_first_identity_until_one_is_taken_back() -> None:
    """B was A, then A was found to be B before the first merge was taken back: in between A stays, by the alphabet."""
    circle = [
        {"person_id": "B", "merged_into": "A", "merged_on": _MAY, "withdrawn_on": _JULY},
        {"person_id": "A", "merged_into": "B", "merged_on": _JUNE},
    ]
    extract = Extract.from_tables(_by_hand(circle), cut_off=date(2024, 8, 1))
    file = read_people(extract, ["B"])["B"]
    days = [_MAY, _JUNE, _JULY, date(2024, 8, 1)]
    assert [PersonView(file, day).person_id for day in days] == ["B", "A", "A", "B"]
    frame = feature_table(extract, (), days, harm=HARM)
    assert ["".join(same) for _, same in frame.groupby("as_of")["person_id"]] == ["ABC", "AC", "AC", "BC"]


def test_a_merge_without_a_day_holds_on_every_day() -> None:
    """Nothing says when it was known: the records are one person's throughout."""
    extract = Extract.from_tables(_by_hand([{"person_id": "B", "merged_into": "A"}]), cut_off=date(2024, 8, 1))
    frame = feature_table(extract, (), [date(2024, 2, 2), date(2024, 8, 1)], harm=HARM)
    assert list(frame["person_id"]) == ["A", "A", "C"]


def test_a_label_is_of_the_person_known_when_the_horizon_closes() -> None:
    """A and B have a row each before they are found to be one; what is recorded of A afterwards happened to both."""
    tables = _by_hand([{"person_id": "B", "merged_into": "A", "merged_on": _MAY}])
    for n, who in enumerate("AC"):
        day = date(2024, 5, 5 + n)
        tables["incidents"].append(
            {"incident_id": f"L{who}", "occurred_on": day, "recorded_on": day, "is_crime": n == 0}
        )
        tables["involvements"].append({"incident_id": f"L{who}", "person_id": who, "role": "suspect"})
    extract = Extract.from_tables(tables, cut_off=date(2024, 8, 1))
    crime = Outcome(name="crime", kind=OutcomeKind.RECORD, horizon_days=60, where=_CRIME, sentence="A crime.")
    frame = outcome_table(extract, [crime], [date(2024, 4, 1)], harm=HARM)
    assert dict(zip(frame["person_id"], frame["crime"], strict=True)) == {"A": 1.0, "B": 1.0, "C": 0.0}
    early = Outcome(name="crime", kind=OutcomeKind.RECORD, horizon_days=35, where=_CRIME, sentence="A crime.")
    frame = outcome_table(extract, [early], [date(2024, 4, 1)], harm=HARM)
    assert dict(zip(frame["person_id"], frame["crime"], strict=True)) == {"A": 1.0, "B": 0.0, "C": 0.0}
