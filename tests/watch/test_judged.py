"""Overrides and settlements are counted from the ledger by cycle, and a change of them is found."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from matac_ml.casework.entry import Entry, Personal
from matac_ml.watch import CheckStanding, load_watch_settings
from matac_ml.watch.judged import count_judgements
from matac_ml.watch.judging import HowJudged, judge

BEGUN = date(2024, 4, 1)


def _entry(kind: str, cycle: int, **payload: object) -> Entry:
    at = datetime.combine(BEGUN + timedelta(days=28 * cycle + 3), datetime.min.time(), UTC)
    return Entry(1, at, kind, "A", "", "", "", "", Personal("", "", "", payload))


def test_overrides_and_settlements_stand_in_their_cycle() -> None:
    """Members and those put on or left off by cohort; a third person by referral; what lies outside is passed over."""
    entries = [
        _entry("cohort", -1, **{"members": 10, "put on": 2, "left off": 1}),
        _entry("cohort", 0, **{"members": 8, "put on": 0, "left off": 0}),
        _entry("judgement_accepted", 0, way="third"),
        _entry("judgement_declined", 0, way="agreed"),
        _entry("judgement_accepted", 0, way="agreed"),
        _entry("judgement_declined", 0),
        _entry("cohort", 5, **{"members": 9, "put on": 9, "left off": 9}),
    ]
    kinds = {kind.name: kind for kind in count_judgements(entries, begun=BEGUN, until=date(2024, 5, 27), before=2)}
    np.testing.assert_array_equal(kinds["put-on"].seen, [0, 2, 0, 0])
    np.testing.assert_array_equal(kinds["left-off"].of, [0, 10, 8, 0])
    np.testing.assert_array_equal(kinds["third"].seen, [0, 0, 1, 0])
    np.testing.assert_array_equal(kinds["accepted"].seen, [0, 0, 2, 0])
    np.testing.assert_array_equal(kinds["accepted"].of, [0, 0, 3, 0])


def test_lists_that_are_only_confirmed_are_found() -> None:
    """Three of ten were put on against the list; from some cycle on nobody is."""
    entries = [
        _entry("cohort", cycle, **{"members": 10, "put on": 3 if cycle < 2 else 0, "left off": 0})
        for cycle in range(-26, 26)
    ]
    kinds = count_judgements(entries, begun=BEGUN, until=BEGUN + timedelta(days=28 * 26 - 1), before=26)
    how = HowJudged("judgement", load_watch_settings(), 0.0005, 26, 26, 1.0, "secret")
    found = judge(kinds[0], how)
    assert (found.standing, found.direction) == (CheckStanding.ALARM, "fewer")
    assert found.alarmed_in is not None
    assert 2 < found.alarmed_in < 12
