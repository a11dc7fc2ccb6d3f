"""A link counts until the day it was withdrawn: in the engine, for one person, in labels, lists and checks."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matac_ml.asof import (
    PersonView,
    area_frame,
    eligibility_frame,
    evidence,
    feature_table,
    outcome_table,
    person_features,
    person_file_from_records,
    read_people,
    recorded_frame,
)
from matac_ml.errors import RecordsError
from matac_ml.records import Extract, read_extract
from matac_ml.serial import find_rule, registers
from matac_ml.spec import Aggregate, Outcome, OutcomeKind, View, is_true
from tests.asof.made_up import HARM, START, Tables, every_kind_of_feature
from tests.asof.test_identities import as_if_on, merged_tables
from tests.records.folders import folder_of

DATES = [START + timedelta(days=days) for days in (100, 280, 400, 560)]
FEATURES = every_kind_of_feature()[7::31]
LINKS = "involvements"


def withdrawn_tables(seed: int) -> Tables:
    """Records with merges in which links are withdrawn, some at once, and some of those are believed again."""
    rng = random.Random(seed)
    tables = merged_tables(seed)
    once = {tuple(row.get(key) for key in ("incident_id", "person_id", "role", "counterpart_id")): row
            for row in tables[LINKS]}  # fmt: skip
    tables[LINKS] = list(once.values())
    for row in list(once.values()):
        if rng.random() < 0.25:
            row["withdrawn_on"] = row["recorded_on"] + timedelta(days=rng.choice((0, 30, 150, 300)))
            if rng.random() < 0.5:
                again = row["withdrawn_on"] + timedelta(days=rng.choice((0, 90)))
                tables[LINKS].append(row | {"recorded_on": again, "withdrawn_on": None})
    return tables


def _as_believed_on(tables: Tables, t: date) -> Tables:
    """The same records with only the links and merges that held on a day, and no word of any withdrawal."""
    held = [row | {"withdrawn_on": None} for row in tables[LINKS] if (row.get("withdrawn_on") or date.max) >= t]
    return as_if_on(tables | {LINKS: held}, t)


@pytest.mark.parametrize("seed", range(4))
def test_as_of_a_day_only_the_links_believed_then_count(seed: int) -> None:
    """Features, lists and circumstances of a day are those of records that hold what was believed then."""
    tables = withdrawn_tables(seed)
    extract = Extract.from_tables(tables)
    together = feature_table(extract, FEATURES, DATES, harm=HARM, lookback_days=365)
    for t in DATES:
        then = Extract.from_tables(_as_believed_on(tables, t), cut_off=extract.cut_off)
        expected = feature_table(then, FEATURES, [t], harm=HARM, lookback_days=365)
        mine = together[together["as_of"] == pd.Timestamp(t)].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, expected)
        for frame in (eligibility_frame, recorded_frame):
            pd.testing.assert_frame_equal(frame(extract, [t], lookback_days=365), frame(then, [t], lookback_days=365))
        pd.testing.assert_frame_equal(area_frame(extract, [t]), area_frame(then, [t]))
        assert registers(extract, RULE, t) == registers(then, RULE, t)


RULE = find_rule("northumbria")


@pytest.mark.parametrize("seed", range(4))
def test_one_person_agrees_with_the_feature_table(seed: int) -> None:
    """From an extract and from inline records; whoever has no row then has no incident as suspect."""
    tables = withdrawn_tables(seed)
    extract = Extract.from_tables(tables)
    frame = feature_table(extract, FEATURES, DATES, harm=HARM, lookback_days=365)
    files = read_people(extract, [f"P{n:02d}" for n in range(8)])
    counted = next(f for f in every_kind_of_feature() if f.aggregate is Aggregate.COUNT and f.view is View.SUSPECT)
    for row in frame.to_dict("records"):
        t, who = row["as_of"].date(), row["person_id"]
        for file in (files[who], person_file_from_records(tables, who)):
            values = person_features(file, FEATURES, t, harm=HARM, lookback_days=365)
            unequal = [n for n, v in values.items() if not (row[n] == v or (v is None and row[n] != row[n]))]
            assert not unequal
            count = person_features(file, [counted], t, harm=HARM)[counted.name]
            assert len(evidence(file, counted, t, harm=HARM)) == count


# Worked by hand: A is suspected from January, cleared on 10 May and suspected again on 10 July.
_MAY, _JULY = date(2024, 5, 10), date(2024, 7, 10)
_LINK = {"incident_id": "I1", "person_id": "A", "role": "suspect"}


def _by_hand(links: Sequence[dict[str, Any]]) -> Tables:
    day = date(2024, 1, 1)
    victim = {"incident_id": "I1", "person_id": "V", "role": "victim", "relationship": "spouse"}
    return {
        "incidents": [{"incident_id": "I1", "occurred_on": day, "recorded_on": day, "is_crime": True}],
        LINKS: [victim, *links],
        "people": [{"person_id": "A"}, {"person_id": "V"}],
    }


def test_a_link_withdrawn_and_believed_again() -> None:
    """It is seen up to and on the day of its withdrawal, not after it, and again once it is believed again."""
    links = [_LINK | {"withdrawn_on": _MAY}, _LINK | {"recorded_on": _JULY}]
    extract = Extract.from_tables(_by_hand(links), cut_off=date(2024, 8, 1))
    files = read_people(extract, ["A", "V"])
    day = timedelta(days=1)
    seen = {date(2024, 1, 2): 1, _MAY: 1, _MAY + day: 0, _JULY: 0, _JULY + day: 1}
    for t, count in seen.items():
        assert len(PersonView(files["A"], t).as_suspect) == count
        assert len(PersonView(files["V"], t).suspects) == count
    frame = feature_table(extract, (), list(seen), harm=HARM)
    assert [(row.as_of.date(), row.person_id) for row in frame.itertuples()] == [(t, "A") for t, n in seen.items() if n]


def test_a_label_counts_what_is_believed_when_the_horizon_closes() -> None:
    """The suspicion is withdrawn: a horizon that closes before that day sees it, one that closes after it does not."""
    tables = _by_hand([_LINK | {"withdrawn_on": _MAY}, _LINK | {"incident_id": "I0"}])
    before = date(2023, 6, 1)
    tables["incidents"].append({"incident_id": "I0", "occurred_on": before, "recorded_on": before, "is_crime": True})
    extract = Extract.from_tables(tables, cut_off=date(2024, 8, 1))
    where = (is_true("is_crime"),)
    for horizon, expected in ((60, 1.0), (180, 0.0)):
        crime = Outcome(name="crime", kind=OutcomeKind.RECORD, horizon_days=horizon, where=where, sentence="A crime.")
        assert list(outcome_table(extract, [crime], [date(2023, 12, 15)], harm=HARM)["crime"]) == [expected]


@pytest.mark.parametrize(
    ("links", "rule"),
    [
        ([{"withdrawn_on": date(2023, 12, 31)}], "link_withdrawn_early"),
        ([{"recorded_on": _MAY, "withdrawn_on": date(2024, 5, 9)}], "link_withdrawn_early"),
        ([{"withdrawn_on": date(2190, 1, 1)}], "after_today"),
        ([{"withdrawn_on": _JULY}, {"recorded_on": _MAY}], "link_spells_overlap"),
        ([{"withdrawn_on": _MAY}, {"withdrawn_on": _MAY}], "link_spells_overlap"),
        ([{"withdrawn_on": _MAY}, {"recorded_on": _MAY}], ""),
        ([{"withdrawn_on": _MAY}, {"role": "offender"}], ""),
    ],
)
def test_days_that_cannot_be_are_faults(links: Sequence[dict[str, Any]], rule: str) -> None:
    """Withdrawn before it was known, after today, or two rows that hold on one day; spells that meet are none."""
    tables = _by_hand([_LINK | link for link in links])
    if not rule:
        Extract.from_tables(tables)
        return
    with pytest.raises(RecordsError, match=r"involvements \(inline\), row \d+, column withdrawn_on") as error:
        Extract.from_tables(tables)
    assert rule in str(error.value)


def test_nothing_is_different_without_the_column(tmp_path: Path) -> None:
    """An empty column, or none, gives the same tables; no version of anybody is made."""
    people = "person_id\nA\n"
    incidents = "incident_id,occurred_on,recorded_on,is_crime\nI1,2024-01-01,2024-01-01,true\n"
    rows = ("incident_id,person_id,role\nI1,A,suspect\n", "incident_id,person_id,role,withdrawn_on\nI1,A,suspect,\n")
    frames = []
    for number, links in enumerate(rows):
        folder = folder_of(tmp_path / str(number), people=people, incidents=incidents, involvements=links)
        extract = read_extract(folder)
        assert not extract.changes_since(date(2000, 1, 1))
        frames.append(feature_table(extract, FEATURES, [_MAY], harm=HARM))
    pd.testing.assert_frame_equal(*frames)
