"""Somebody whom an agency knows and the records do not goes through the cycle to its end."""

from dataclasses import replace

import pytest

from matac_ml.casework import Cycle, Recorded, Score, State
from matac_ml.errors import UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN


def planned(cycle: Cycle, score: Score | None) -> Cycle:
    """The programme of a person who is not in the records ends early."""
    cycle = replace(cycle, recorded=lambda _: Recorded.UNKNOWN)
    cycle.refer("H-1", source="Housing", not_recorded=True, score=score, **GIVEN)
    cycle.judge("H-1", accept=True, **GIVEN)
    cycle.cohort(["H-1"], name="2025-06", capacity=10, **GIVEN)
    cycle.plan("H-1", interventions=["key_worker"], starts=MEETING, **GIVEN)
    cycle.end_early("H-1", **GIVEN)
    return cycle


def test_whoever_has_no_score_exits_without_one(cycle: Cycle) -> None:
    """Nobody has to make points up; the entry says why there are none."""
    cycle = planned(cycle, None)
    entry = cycle.leave("H-1", score=None, **GIVEN)
    assert entry.personal is not None
    assert entry.personal.payload["note"] == "The records hold nobody with this identifier, so there is no exit score."
    assert "score" not in entry.personal.payload
    assert cycle.case("H-1").state is State.EXITED


def test_whoever_entered_with_a_score_needs_one_to_exit(cycle: Cycle) -> None:
    """Records that lost somebody do not end the comparison unseen."""
    cycle = planned(cycle, Score(20))
    with pytest.raises(UsageError, match="a score is needed"):
        cycle.leave("H-1", score=None, **GIVEN)
    assert cycle.leave("H-1", score=Score(10), **GIVEN).kind == "exit"
