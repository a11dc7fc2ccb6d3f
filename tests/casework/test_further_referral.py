"""An agency may refer whoever it wants whenever it wants: a refusal would tell it where the person stands."""

from collections.abc import Callable

import pytest

from matac_ml.casework import Cycle, State
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.referral import Terms
from matac_ml.casework.telling import tell
from matac_ml.errors import UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, WHY, accept, on_programme

WAYS: dict[State, Callable[[Cycle], object]] = {
    State.ACCEPTED: lambda cycle: accept(cycle, "P1"),
    State.IN_COHORT: lambda cycle: (accept(cycle, "P1"), cycle.cohort(["P1"], name="n", capacity=1, **GIVEN)),
    State.PLANNED: on_programme,
    State.DISRUPTED: lambda cycle: (
        on_programme(cycle),
        cycle.remove("P1", **GIVEN),
        cycle.plan("P1", interventions=["active_disruption"], starts=MEETING, **GIVEN),
    ),
}


@pytest.mark.parametrize("state", WAYS)
def test_an_agency_refers_whoever_is_under_way_and_nobody_moves(cycle: Cycle, state: State) -> None:
    """Kept beside the case with its terms; analysis, whose people see the case, is told what a referral follows."""
    WAYS[state](cycle)
    before = cycle.case("P1")
    assert before.state is state
    cycle.refer("P1", actor="h.officer", reason=WHY, source="Housing", terms=Terms("safeguarding", "police"))
    after = cycle.case("P1")
    assert (after.state, after.weeks, after.sources) == (state, before.weeks, before.sources)
    assert after.further == ("Housing",)
    assert "referred by Housing while the case was under way" in tell(after.entries[-1])
    with pytest.raises(UsageError, match="cannot be taken"):
        cycle.refer("P1", source="analysis", **GIVEN)


def test_an_agency_refers_a_restricted_record_and_it_stays_restricted(cycle: Cycle) -> None:
    """The referral is kept; nobody who could not see the record can see it now."""
    cycle.refer("P1", source="analysis", **GIVEN)
    Meetings(cycle.ledger, cycle.toolkit, today=cycle.today).restrict("P1", to=[], actor="s.lead", reason=WHY)
    cycle.refer("P1", actor="h.officer", reason=WHY, source="Housing")
    case = cycle.case("P1")
    assert case.restricted_to == ("s.lead",)
    assert case.sources == ("analysis", "Housing")
    assert cycle.state_told(case, "h.officer") == "restricted record"
    assert cycle.state_told(case, "s.lead") == "referred"


def test_a_new_way_forgets_who_referred_beside_the_last(cycle: Cycle) -> None:
    """Whoever referred beside a case that has ended learns nothing of the next."""
    accept(cycle, "P1")
    cycle.refer("P1", actor="h.officer", reason=WHY, source="Housing")
    cycle.withdraw("P1", on=MEETING, **GIVEN)
    cycle.refer("P1", source="analysis", **GIVEN)
    assert cycle.case("P1").further == ()
