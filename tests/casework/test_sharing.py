"""The terms of a referral say whom it may be told to, and no step, action or copy of the minutes goes further."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matac_ml.casework import Case, Cycle
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.meetings_read import Attended, Meeting
from matac_ml.casework.referral import Share, Shared, Terms
from matac_ml.casework.sharing import tells
from matac_ml.errors import UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, WHY

HELD = Meeting("2025-06", 1, MEETING, "", (Attended("N. Nurse", "Health"),), "a.chair")
EARLIER = replace(HELD, day=MEETING - timedelta(days=1))


@pytest.mark.parametrize(
    ("source", "share", "agency", "meeting", "acts", "told"),
    [
        ("Housing", Share.POLICE, "Police", None, False, True),
        ("Housing", Share.POLICE, "", None, False, True),
        ("Housing", Share.POLICE, " housing", None, False, True),
        ("Housing", Share.POLICE, "Health", HELD, True, False),
        ("Housing", "", "Health", HELD, True, False),
        ("Housing", Share.MEETING, "Health", HELD, False, True),
        ("Housing", Share.MEETING, "Health", EARLIER, False, False),
        ("Housing", Share.MEETING, "Health", None, True, False),
        ("Housing", Share.PLAN, "Health", None, True, True),
        ("Housing", Share.PLAN, "Health", None, False, False),
        ("analysis", Share.POLICE, "Health", HELD, True, False),
        ("analysis", "", "Health", None, True, True),
    ],
)
def test_whom_terms_let_in(
    source: str, share: str, agency: str, meeting: Meeting | None, *, acts: bool, told: bool
) -> None:
    """The force and whoever referred always; others by the words that were chosen; without words the police alone."""
    meetings = [meeting] if meeting else []
    assert tells(Shared(source, share, MEETING), agency, meetings, acts=acts) is told


def meeting_of(cycle: Cycle, *agencies: str) -> Meetings:
    """The meeting of the day, with these agencies there."""
    there = [Attended("A. Chair", "Police"), *(Attended("An officer", agency) for agency in agencies)]
    Meetings(cycle.ledger, cycle.toolkit, today=cycle.today).open("2025-06", day=MEETING, attended=there, **GIVEN)
    return Meetings(cycle.ledger, cycle.toolkit, today=cycle.today, meeting="2025-06")


def refer(cycle: Cycle, person: str, share: str) -> Case:
    """A referral of housing, with its reason."""
    cycle.refer(person, actor="h.officer", reason=WHY, source="Housing", terms=Terms("safeguarding", share))
    return cycle.case(person)


def test_nobody_of_an_agency_takes_a_step_about_a_record_kept_from_it(cycle: Cycle) -> None:
    """Refused with who may; the same step is the force's to take; a referral of the agency is not refused."""
    refer(cycle, "P1", "police")
    health = replace(cycle, agency="Health")
    with pytest.raises(UsageError) as refused:
        health.judge("P1", accept=True, **GIVEN)
    assert "the terms of the referral keep this record from your agency" in str(refused.value.faults)
    health.refer("P1", actor="n.nurse", reason=WHY, source="Health", terms=Terms("safeguarding", "meeting"))
    health.judge("P1", accept=True, **GIVEN)


def test_no_action_goes_to_an_agency_that_may_not_know(cycle: Cycle) -> None:
    """An action tells whoever owns it of the person: refused by the terms, and given where they allow it."""
    refer(cycle, "P1", "police")
    refer(cycle, "P2", "plan")
    meeting = meeting_of(cycle)
    action = {"text": "Offer counselling.", "agency": "Health", "due": MEETING, "agreed_by": "N. Nurse", **GIVEN}
    with pytest.raises(UsageError) as refused:
        meeting.agree_action("P1", **action)
    assert "the terms of the referral keep it from Health" in str(refused.value.faults)
    meeting.agree_action("P2", **action)


def test_a_copy_of_the_minutes_holds_what_terms_let_the_agency_know(cycle: Cycle) -> None:
    """Who is kept from it is counted; a referral of another agency beside one it may know is there without words."""
    meeting = meeting_of(cycle, "Health")
    held = replace(cycle, meeting="2025-06")
    refer(held, "P1", "police")
    refer(held, "P2", "meeting")
    refer(held, "P3", "police")
    held.refer("P3", source="analysis", terms=Terms("crime", "meeting"), **GIVEN)
    whole, none_kept = meeting.lines("2025-06")
    assert (len(whole), none_kept) == (4, 0)
    lines, kept = meeting.lines("2025-06", "Health")
    said = [(entry.personal.subject if entry.personal else "", text) for entry, text in lines]
    assert kept == 1
    assert [person for person, _ in said] == ["P2", "P3", "P3"]
    assert "Housing" in said[0][1]
    assert said[1][1] == "a referral whose terms keep what it says from this agency"
    assert "analysis" in said[2][1]
