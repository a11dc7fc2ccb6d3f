"""What a meeting needs before it begins: who waits for what, and of which weeks nobody said anything."""

from dataclasses import replace
from datetime import date, timedelta

from matac_ml.casework import Cycle, State
from matac_ml.casework.caseload import caseload, state_in_cycle, unrecorded
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.meetings_read import Attended
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, accept, on_programme


def test_open_cases_are_listed_by_where_they_stand(cycle: Cycle) -> None:
    """Whoever waits longest is first, one person of two identifiers is one, and whoever was declined is nowhere."""
    before = MEETING - timedelta(days=9)
    cycle.refer("P9", source="housing", **GIVEN)
    cycle.refer("P8", source="housing", on=before, **GIVEN)
    cycle.refer("P7", source="housing", **GIVEN)
    cycle.judge("P7", accept=False, **GIVEN)
    accept(cycle, "OLD")
    on_programme(cycle, "P1")
    merged = Cycle(cycle.ledger, identities=lambda one: ("NEW", "OLD") if one in ("NEW", "OLD") else (one,))
    found = {state: [case.person_id for case in cases] for state, cases in caseload(merged).items()}
    assert found == {State.REFERRED: ["P8", "P9"], State.ACCEPTED: ["NEW"], State.PLANNED: ["P1"]}


def test_where_a_restricted_record_stands_is_not_told(cycle: Cycle) -> None:
    """Beside a list: in words, and of a restricted record that it is one."""
    accept(cycle, "P1", "P2")
    meetings = Meetings(cycle.ledger, today=cycle.today, meeting="June")
    there = [Attended("A. Chair", "Police")]
    replace(meetings, meeting="").open("June", day=MEETING, attended=there, **GIVEN)
    meetings.restrict("P2", to=["A. Chair"], **GIVEN)
    told = {person: state_in_cycle(cycle.case(person), "", []) for person in ("P1", "P2")}
    assert told == {"P1": "accepted", "P2": "restricted record"}


def test_weeks_that_ended_and_were_not_recorded_are_named(cycle: Cycle) -> None:
    """In the fourth week with the second recorded, the first and third are missing; later none is beyond 17."""
    on_programme(cycle)
    cycle.today = lambda: MEETING + timedelta(weeks=3, days=2)
    cycle.engage("P1", week=2, engaged=False, **GIVEN)
    case = cycle.case("P1")
    assert unrecorded(case, cycle.today()) == (1, 3)
    assert len(unrecorded(case, date(2027, 1, 1))) == 16
