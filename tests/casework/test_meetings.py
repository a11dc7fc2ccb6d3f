"""A meeting is a thing: opened, held, minuted from the ledger, closed; conflicts, restrictions and actions hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matac_ml.casework import Cycle, Ledger, NewEntry, State
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.meetings_read import Attended
from matac_ml.casework.overrides import OverrideCode
from matac_ml.casework.telling import tell
from matac_ml.errors import LedgerError, UsageError
from tests.casework.conftest import MEETING, ONE
from tests.casework.steps import GIVEN, WHY, accept

CHAIR = {"actor": "c.chair", "reason": WHY}
THERE = (Attended("c.chair", "Police"), Attended("h.officer", "Housing"))


@pytest.fixture
def meetings(cycle: Cycle) -> Meetings:
    """Meetings over the ledger of the cycle, none opened yet."""
    return Meetings(cycle.ledger, ONE, today=lambda: MEETING)


@pytest.fixture
def june(meetings: Meetings) -> Meetings:
    """The meeting of June, opened."""
    meetings.open("2025-06", day=MEETING, attended=THERE, area="Area A", **CHAIR)
    return replace(meetings, meeting="2025-06")


def refused(step: Callable[[], object], said: str) -> None:
    """A step is refused for a reason."""
    with pytest.raises(UsageError) as found:
        step()
    assert said in str(found.value.faults)


def test_a_meeting_has_a_number_a_day_an_area_and_people(june: Meetings) -> None:
    """Read back as it was opened; the next has the next number, and no two have one name."""
    meeting = june.find("2025-06")
    assert meeting is not None
    assert (meeting.number, meeting.day, meeting.area, meeting.chair) == (1, MEETING, "Area A", "c.chair")
    assert meeting.attended == THERE
    refused(lambda: june.open("2025-06", day=MEETING, attended=THERE, **CHAIR), "there is a meeting of this name")
    june.open("2025-07", day=MEETING + timedelta(days=28), attended=THERE, **CHAIR)
    assert [one.number for one in june.all()] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"attended": ()}, "at least one person who attends"),
        ({"attended": (Attended("h.officer", " "),)}, "the agency of person 1 who attended must be given"),
        ({"day": MEETING + timedelta(days=91)}, "a meeting's day must be from 2024-06-02 to 2025-08-31"),
        ({"name": " "}, "the name of the meeting must be given"),
    ],
)
def test_what_is_no_meeting_is_refused(meetings: Meetings, asked: dict[str, object], said: str) -> None:
    """And nothing is written."""
    given = {"name": "m", "day": MEETING, "attended": THERE, **CHAIR, **asked}
    refused(lambda: meetings.open(**given), said)  # type: ignore[arg-type]
    assert list(meetings.ledger.entries()) == []


def test_what_is_taken_in_a_meeting_is_in_its_minutes_and_nothing_after_it_is_closed(
    june: Meetings, cycle: Cycle
) -> None:
    """Cohort, override with its code, plan, action: all by the meeting's name, in order; then it is closed."""
    accept(cycle, "P1", "P2")
    held = replace(cycle, meeting="2025-06")
    held.cohort(
        ["P1", "P2"],
        name="2025-06",
        capacity=2,
        leave_off={"P2": "In custody until the spring."},
        codes={"P2": OverrideCode.CUSTODY},
        **CHAIR,
    )
    held.plan("P1", interventions=["key_worker"], starts=MEETING, **CHAIR)
    june.agree_action("P1", text="Visit the tenancy.", agency="Housing", due=MEETING, agreed_by="h.officer", **CHAIR)
    june.close("2025-06", **CHAIR)
    kinds = [entry.kind for entry in june.minutes("2025-06")]
    assert kinds == [
        "meeting_opened", "cohort", "cohort_proposed", "cohort_proposed", "override", "cohort_member",
        "plan", "action_agreed", "meeting_closed",
    ]  # fmt: skip
    told = [tell(entry) for entry in cycle.case("P2").entries]
    assert "left off the cohort 2025-06, against the list: in custody, or soon to be" in told[-1]
    refused(lambda: held.withdraw("P1", **CHAIR), "the meeting is closed")
    refused(lambda: replace(held, meeting="2031").withdraw("P1", **CHAIR), "there is no meeting of this name")
    refused(lambda: june.close("2025-06", **CHAIR), "closed already")
    refused(lambda: june.close("2031", **CHAIR), "there is no meeting of this name")
    cycle.withdraw("P1", **CHAIR)


def test_a_code_that_is_none_is_refused(june: Meetings, cycle: Cycle) -> None:
    """The list is closed."""
    accept(cycle, "P1", "P2")
    over = {"leave_off": {"P2": "In custody until the spring."}, "codes": {"P2": "mood"}}
    refused(lambda: cycle.cohort(["P1", "P2"], name="n", capacity=2, **over, **CHAIR), "must be one of custody")


def test_whoever_declares_a_conflict_decides_nothing_about_the_case(june: Meetings, cycle: Cycle) -> None:
    """Neither a judgement nor a place nor a plan, whatever the letters of the name; somebody else does, and is told."""
    cycle.refer("P1", source="analysis", **GIVEN)
    june.declare_conflict("P1", **CHAIR)
    refused(lambda: june.declare_conflict("P1", **CHAIR), "declared it already")
    refused(lambda: cycle.judge("P1", accept=True, actor="C.Chair", reason=WHY), "declared a conflict of interest")
    cycle.judge("P1", accept=True, **GIVEN)
    said = "you have declared a conflict of interest in 1 of these cases; somebody else with the role chair may"
    refused(lambda: cycle.cohort(["P1"], name="n", capacity=1, **CHAIR), said)
    cycle.cohort(["P1"], name="n", capacity=1, **GIVEN)
    refused(lambda: cycle.plan("P1", interventions=["key_worker"], starts=MEETING, **CHAIR), "conflict of interest")
    # Another way through the cycle is another case.
    cycle.withdraw("P1", **GIVEN)
    cycle.refer("P1", source="analysis", **GIVEN)
    assert cycle.case("P1").conflicts == ()


def test_a_restricted_record_is_for_named_people(june: Meetings, cycle: Cycle) -> None:
    """Nobody else takes a step or notes anything, also after another referral, until it is lifted."""
    accept(cycle, "P1")
    june.restrict("P1", to=["s.lead"], **CHAIR)
    assert cycle.case("P1").restricted_to == ("c.chair", "s.lead")
    refused(lambda: cycle.withdraw("P1", **GIVEN), "restricted to named people")
    refused(lambda: june.declare_conflict("P1", **GIVEN), "restricted to named people")
    refused(lambda: cycle.cohort(["P1"], name="n", capacity=1, **GIVEN), "1 of these records are restricted")
    cycle.withdraw("P1", actor="S.Lead", reason=WHY)
    june.lift("P1", **CHAIR)
    cycle.refer("P1", source="analysis", **GIVEN)
    refused(lambda: june.lift("P1", **CHAIR), "not restricted")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"text": "x"}, "must have 3 to 300 characters"),
        ({"agency": ""}, "the agency that owns it must be given"),
        ({"agreed_by": ""}, "who agreed to it must be given"),
        ({"due": date(2035, 1, 1)}, "an action is due from"),
        ({"intervention": "prayer"}, "must be in the toolkit"),
    ],
)
def test_an_action_says_what_who_and_by_when(june: Meetings, cycle: Cycle, asked: dict[str, object], said: str) -> None:
    """Everything that keeps it from being one is said."""
    accept(cycle, "P1")
    given = {"text": "Visit.", "agency": "Housing", "due": MEETING, "agreed_by": "h.officer", **CHAIR, **asked}
    refused(lambda: june.agree_action("P1", **given), said)  # type: ignore[arg-type]


def test_an_agency_reports_on_its_own_actions_alone(june: Meetings, cycle: Cycle) -> None:
    """What was said last holds; another agency's action, or none, is refused."""
    accept(cycle, "P1")
    given = {"text": "Visit.", "agency": "Housing", "due": MEETING, "agreed_by": "h.officer"}
    number = june.agree_action("P1", **given, **CHAIR).number  # type: ignore[arg-type]
    report = {"action": number, "actor": "n.nurse", "reason": "Visited on Monday."}
    refused(lambda: june.report_action("P1", done=True, agency="Health", **report), "another agency's")
    refused(lambda: june.report_action("P1", done=True, **{**report, "action": 99}), "no such action")
    june.report_action("P1", done=False, agency="housing", **report)
    june.report_action("P1", done=True, agency="Housing", **report)
    (action,) = cycle.case("P1").actions
    assert (action.done, action.report, action.reported) == (True, "Visited on Monday.", MEETING)


def test_a_note_about_nobody_is_refused(june: Meetings) -> None:
    """A typing error declares no conflict."""
    refused(lambda: june.declare_conflict("P9", **CHAIR), "nobody with this identifier is in the cycle")


def test_an_altered_meeting_is_a_ledger_error(meetings: Meetings) -> None:
    """Written by something else, it is named and ends no page in a traceback."""
    meetings.ledger.append(NewEntry("meeting_opened", "somebody", reference="m", payload={"number": "x"}))
    with pytest.raises(LedgerError, match="Entry 1 is not a valid meeting"):
        meetings.all()


PEOPLE, STAFF = st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(["a", "b", "c"])


class Holding(RuleBasedStateMachine):
    """Several people hold meetings in any order: nobody with a conflict decides, and no minutes change once closed."""

    @initialize()
    def begin(self) -> None:
        """Three people accepted."""
        self.folder = TemporaryDirectory(prefix="meetings-")
        self.ledger = Ledger.open(f"sqlite:///{Path(self.folder.name) / 'ledger.db'}")
        self.cycle = Cycle(self.ledger, ONE, today=lambda: MEETING)
        self.meetings = Meetings(self.ledger, ONE, today=lambda: MEETING)
        accept(self.cycle, "P1", "P2", "P3")
        self.state = dict.fromkeys(("P1", "P2", "P3"), State.ACCEPTED)
        self.conflicts: set[tuple[str, str]] = set()
        self.open, self.taken_in = "", 0
        self.closed: dict[str, int] = {}

    def taken(self, step: Callable[[], object]) -> bool:
        """Whether a step was taken; a refusal says why."""
        try:
            step()
        except UsageError as found:
            if not found.faults:
                raise
            return False
        return True

    @rule(actor=STAFF)
    def open_or_close(self, actor: str) -> None:
        """A meeting is opened, or the open one closed."""
        if self.open:
            self.meetings.close(self.open, actor=actor, reason=WHY)
            self.closed[self.open] = len(self.meetings.minutes(self.open))
            self.open = ""
            return
        self.open = f"m{len(self.closed)}"
        self.meetings.open(self.open, day=MEETING, attended=THERE, actor=actor, reason=WHY)

    @rule(person=PEOPLE, actor=STAFF)
    def declare(self, person: str, actor: str) -> None:
        """Somebody declares a conflict, once."""
        done = self.taken(lambda: self.meetings.declare_conflict(person, actor=actor, reason=WHY))
        assert done is ((person, actor) not in self.conflicts)
        self.conflicts.add((person, actor))

    @rule(person=PEOPLE, actor=STAFF)
    def take_cohort(self, person: str, actor: str) -> None:
        """A cohort of one, in the open meeting; a meeting takes one."""
        if not self.open:
            return
        free = (person, actor) not in self.conflicts and self.state[person] is State.ACCEPTED
        name = self.open
        first = not any(entry.kind == "cohort" for entry in self.meetings.minutes(name))
        held = replace(self.cycle, meeting=name)
        done = self.taken(lambda: held.cohort([person], name=name, capacity=1, actor=actor, reason=WHY))
        assert done is (free and first)
        if done:
            self.state[person] = State.IN_COHORT

    @rule(person=PEOPLE, actor=STAFF)
    def withdraw(self, person: str, actor: str) -> None:
        """A decision in the open meeting, or in one that is closed."""
        name = self.open or next(iter(self.closed), "")
        held = replace(self.cycle, meeting=name)
        done = self.taken(lambda: held.withdraw(person, actor=actor, reason=WHY))
        stands = self.state[person] in (State.ACCEPTED, State.IN_COHORT)
        assert done is (stands and (person, actor) not in self.conflicts and name not in self.closed)
        if done:
            self.state[person] = State.WITHDRAWN

    @invariant()
    def what_was_closed_stands(self) -> None:
        """Minutes of a closed meeting have not one entry more."""
        for name, entries in getattr(self, "closed", {}).items():
            assert len(self.meetings.minutes(name)) == entries
        for person, state in getattr(self, "state", {}).items():
            assert self.cycle.case(person).state is state

    def teardown(self) -> None:
        """The chain holds."""
        self.ledger.verify()
        self.ledger.close()
        self.folder.cleanup()


TestHolding = Holding.TestCase
TestHolding.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
