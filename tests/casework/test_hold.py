"""A referral on a safeguarding hold waits for a named person."""

from dataclasses import replace

import pytest

from matac_ml.casework import Cycle, State
from matac_ml.casework.recorded import Recorded
from matac_ml.errors import UsageError
from tests.casework.steps import GIVEN


def test_nobody_judges_a_held_referral_before_it_is_released(cycle: Cycle) -> None:
    """Neither where the records say that the person is only a victim, nor where no records are at hand."""
    with_records = replace(cycle, recorded=lambda _: Recorded.VICTIM_ONLY)
    with_records.refer("P1", source="housing", **GIVEN)
    for judging in (with_records, cycle):
        with pytest.raises(UsageError):
            judging.judge("P1", accept=True, **GIVEN)
        assert judging.case("P1").state is State.HELD
    cycle.release("P1", **GIVEN)
    with_records.judge("P1", accept=True, **GIVEN)
    assert cycle.case("P1").state is State.ACCEPTED


def test_a_hold_of_an_earlier_way_through_the_cycle_releases_no_later_referral(cycle: Cycle) -> None:
    """Released and declined, then referred again: held again, until somebody releases this one."""
    with_records = replace(cycle, recorded=lambda _: Recorded.VICTIM_ONLY)
    with_records.refer("P1", source="housing", **GIVEN)
    cycle.release("P1", **GIVEN)
    cycle.judge("P1", accept=False, **GIVEN)
    assert with_records.refer("P1", source="health", **GIVEN).kind == "safeguarding_referral"
    assert cycle.case("P1").state is State.HELD


def test_nobody_accepts_a_victim_whom_nobody_released_before_the_score_either(cycle: Cycle) -> None:
    """Referred where no records were at hand: the first of two judgements is refused as the outcome would be."""
    cycle.refer("P1", source="housing", **GIVEN)
    two = replace(cycle, toolkit=replace(cycle.toolkit, judgements=2), recorded=lambda _: Recorded.VICTIM_ONLY)
    with pytest.raises(UsageError) as refused:
        two.judge("P1", accept=True, **{**GIVEN, "actor": "another"})
    assert "the records know this person as a victim only" in str(refused.value.faults)
    two.judge("P1", accept=False, **{**GIVEN, "actor": "another"})
    assert cycle.case("P1").state is State.JUDGED_ONCE
