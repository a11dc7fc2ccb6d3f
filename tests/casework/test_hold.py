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
