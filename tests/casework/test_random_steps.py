"""Any step by anybody in any order: it follows the table of steps and is one entry, or it is refused and is none."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matac_ml.casework import Cycle, Ledger, Score
from matac_ml.casework.casebook import Casebook
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.notes import NOTES
from matac_ml.casework.recorded import Recorded
from matac_ml.casework.steps import DECISIONS, STEPS, after
from matac_ml.errors import UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import WHY

PEOPLE = ("P1", "P2", "VICTIM")
STAFF = ("a", "b", "c", "d")
Given = dict[str, Any]
STEPS_OF_CYCLE: dict[str, Callable[[Cycle, str, Given], object]] = {
    "refer": lambda c, p, who: c.refer(p, source="housing", **who),
    "release": lambda c, p, who: c.release(p, **who),
    "accept": lambda c, p, who: c.judge(p, accept=True, **who),
    "decline": lambda c, p, who: c.judge(p, accept=False, **who),
    "settle": lambda c, p, who: c.settle(p, accept=True, **who),
    "settle otherwise": lambda c, p, who: c.settle(p, accept=False, **who),
    "cohort": lambda c, p, who: c.cohort([p], name=c.ledger.head(), capacity=1, **who),
    "plan": lambda c, p, who: c.plan(p, interventions=["key_worker"], starts=MEETING, **who),
    "disrupt": lambda c, p, who: c.plan(p, interventions=["active_disruption"], starts=MEETING, **who),
    "engage": lambda c, p, who: c.engage(p, week=1, engaged=True, **who),
    "remove": lambda c, p, who: c.remove(p, **who),
    "withdraw": lambda c, p, who: c.withdraw(p, **who),
    "end early": lambda c, p, who: c.end_early(p, **who),
    "complete": lambda c, p, who: c.complete(p, **who),
    "exit": lambda c, p, who: c.leave(p, score=None if p == "VICTIM" else Score(3), **who),
}
NOTES_OF_CASE: dict[str, Callable[[Meetings, str, Given], object]] = {
    "conflict": lambda m, p, who: m.declare_conflict(p, **who),
    "restrict": lambda m, p, who: m.restrict(p, to=["a", "b"], **who),
    "lift": lambda m, p, who: m.lift(p, **who),
    "agree": lambda m, p, who: m.agree_action(
        p, text="Visit.", agency="Housing", due=MEETING, agreed_by="h.officer", **who
    ),
    "report": lambda m, p, who: m.report_action(p, action=3, done=True, **who),
}


class AnySteps(RuleBasedStateMachine):
    """Four people try everything on three others, one of whom the records know as a victim only."""

    @initialize()
    def begin(self) -> None:
        """An empty ledger."""
        self.folder = TemporaryDirectory(prefix="steps-")
        self.ledger = Ledger.open(f"sqlite:///{Path(self.folder.name) / 'ledger.db'}")
        recorded = {"VICTIM": Recorded.VICTIM_ONLY}
        told = {"recorded": lambda person: recorded.get(person, Recorded.SUSPECT), "today": lambda: MEETING}
        self.cycle, self.meetings = Cycle(self.ledger, **told), Meetings(self.ledger, **told)
        self.book = Casebook(lambda: self.ledger)

    def try_it(self, person: str, actor: str, work: Callable[[Given], object]) -> None:
        """Taken as one thing, or refused with every reason and nothing written; nobody else's case moves."""
        before = {one: self.cycle.case(one) for one in PEOPLE}
        head = self.ledger.head()
        faults: tuple[str, ...] | None = None
        try:
            work({"actor": actor, "reason": WHY})
        except UsageError as refused:
            faults = refused.faults
        if faults is not None:
            assert faults
            assert self.ledger.head() == head
            assert all(person not in fault for fault in faults)
            return
        case = self.cycle.case(person)
        new = [entry.kind for entry in case.entries[len(before[person].entries) :]]
        kind = new[-1]
        assert len(new) == 1 or new == ["cohort_proposed", "cohort_member"]
        if kind not in NOTES:
            assert before[person].state in STEPS[kind][0]
            assert case.state is after(kind, before[person].state)
        if kind in DECISIONS:
            assert actor not in before[person].conflicts
        assert not before[person].restricted_to or actor in before[person].restricted_to
        assert all(self.cycle.case(one) == before[one] for one in PEOPLE if one != person)

    @rule(person=st.sampled_from(PEOPLE), actor=st.sampled_from(STAFF), name=st.sampled_from(sorted(STEPS_OF_CYCLE)))
    def step(self, person: str, actor: str, name: str) -> None:
        """Any step of the cycle."""
        self.try_it(person, actor, lambda who: STEPS_OF_CYCLE[name](self.cycle, person, who))

    @rule(person=st.sampled_from(PEOPLE), actor=st.sampled_from(STAFF), name=st.sampled_from(sorted(NOTES_OF_CASE)))
    def note(self, person: str, actor: str, name: str) -> None:
        """Anything that is noted beside them."""
        self.try_it(person, actor, lambda who: NOTES_OF_CASE[name](self.meetings, person, who))

    @rule(person=st.sampled_from(PEOPLE), actors=st.permutations(STAFF))
    def as_it_should(self, person: str, actors: list[str]) -> None:
        """The way to a plan, as people who agree would go it, so that late steps are reached."""
        first, second, third, fourth = actors
        for actor, name in ((first, "refer"), (fourth, "release"), (second, "accept"), (third, "accept"),
                            (second, "settle"), (fourth, "cohort"), (fourth, "plan")):  # fmt: skip
            self.step(person, actor, name)

    @invariant()
    def what_is_at_hand_is_what_the_ledger_says(self) -> None:
        """Cases kept in memory are those of the ledger."""
        if hasattr(self, "book"):
            for case in self.book.cases(self.cycle.identities):
                assert case == self.cycle.case(case.person_id)

    def teardown(self) -> None:
        """The chain holds."""
        self.ledger.verify()
        self.ledger.close()
        self.folder.cleanup()


TestAnySteps = AnySteps.TestCase
TestAnySteps.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)
