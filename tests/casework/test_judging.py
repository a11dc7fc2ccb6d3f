"""Two specialists judge blind, then they agree or a third decides: whatever several people try, in whatever order."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from matac_ml.casework import Cycle, Ledger, NewEntry, Score, State
from matac_ml.casework.casebook import Casebook
from matac_ml.casework.judging import CASE_LOOK, faults_of_judge, is_blind, who_settles
from matac_ml.casework.referral import AgencyRecord, Basis, Share, Terms
from matac_ml.casework.statistics import agreement_counts, settlements, warnings_of
from matac_ml.casework.telling import tell
from matac_ml.errors import UsageError
from tests.casework import steps
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, WHY


@pytest.fixture
def blind(url: str) -> Iterator[Cycle]:
    """A cycle by the shipped toolkit: two judgements before any score."""
    with Ledger.open(url) as ledger:
        yield Cycle(ledger, today=lambda: MEETING)


def refer(cycle: Cycle, person: str = "P1") -> None:
    """A referral by the analyst, with a score."""
    cycle.refer(person, actor="an.analyst", reason=WHY, source="analysis", score=Score(70))


def judge(cycle: Cycle, actor: str, *, accept: bool = True, person: str = "P1") -> None:
    """A judgement."""
    cycle.judge(person, actor=actor, reason=WHY, accept=accept)


def test_two_judge_and_then_agree(blind: Cycle) -> None:
    """Judged by one, judged by two, accepted; every step is told, and the third person is not needed."""
    refer(blind)
    for actor, state in (("b.one", State.JUDGED_ONCE), ("c.two", State.JUDGED_TWICE)):
        assert is_blind(blind.case("P1"), 2)
        judge(blind, actor)
        assert blind.case("P1").state is state
    assert not is_blind(blind.case("P1"), 2)
    blind.settle("P1", actor="b.one", reason=WHY, accept=True)
    case = blind.case("P1")
    assert case.state is State.ACCEPTED
    assert [judgement.actor for judgement in case.judgements] == ["b.one", "c.two"]
    assert tell(case.entries[-1]).startswith("2025-06-02, the referral was accepted, as both agreed. By b.one")


@pytest.mark.parametrize("again", ["b.one", "B.One", " b.one "])
def test_nobody_judges_twice(blind: Cycle, again: str) -> None:
    """The same name, however it is written, is refused with the day of the first and who may; nothing is written."""
    refer(blind)
    judge(blind, "b.one")
    before = blind.ledger.head()
    with pytest.raises(UsageError) as refused:
        judge(blind, again)
    assert "you judged this referral on 2 June 2025; somebody else with the role specialist or chair may" in str(
        refused.value.faults
    )
    assert blind.ledger.head() == before


def test_whoever_referred_does_not_judge(blind: Cycle) -> None:
    """They know the score that they recorded."""
    refer(blind)
    with pytest.raises(UsageError) as refused:
        judge(blind, "an.analyst")
    assert "whoever recorded the referral does not judge it" in str(refused.value.faults)


def test_whoever_recorded_a_score_of_an_earlier_way_does_not_judge(blind: Cycle) -> None:
    """Declined and referred by somebody else: the first analyst knows the score that they recorded."""
    refer(blind)
    for actor in ("b.one", "c.two"):
        judge(blind, actor, accept=False)
    blind.settle("P1", actor="b.one", reason=WHY, accept=False)
    blind.refer("P1", actor="another.analyst", reason=WHY, source="analysis")
    with pytest.raises(UsageError) as refused:
        judge(blind, "an.analyst")
    assert "you were shown a score of this person (entry 1)" in str(refused.value.faults)
    judge(blind, "c.two")


@pytest.mark.parametrize(
    ("kind", "payload", "may"),
    [
        ("consultation", {}, False),
        ("list", {"rank": 3}, False),
        ("forward_look", {}, False),
        ("explanation_again", {}, False),
        (CASE_LOOK, {"score_shown": True}, False),
        (CASE_LOOK, {"score_shown": False}, True),
        ("refused", {}, True),
    ],
)
def test_whoever_has_seen_a_score_does_not_judge(
    blind: Cycle, kind: str, payload: dict[str, object], *, may: bool
) -> None:
    """Read from the ledger, whatever page or program showed it; a look without a score, or a refusal, is none."""
    refer(blind)
    blind.ledger.append(NewEntry(kind, "b.one", "matac_nomination", WHY, "P1", payload=payload))
    if may:
        judge(blind, "b.one")
        return
    with pytest.raises(UsageError) as refused:
        judge(blind, "b.one")
    assert "you were shown a score of this person (entry 2)" in str(refused.value.faults)
    judge(blind, "c.two")


def test_where_they_differ_they_agree_or_a_third_decides(blind: Cycle) -> None:
    """Neither carries their own view alone; whoever comes round makes it both's; a third decides either way."""
    for person in ("P1", "P2"):
        refer(blind, person)
        judge(blind, "b.one", person=person)
        judge(blind, "c.two", accept=False, person=person)
    for actor, accept in (("b.one", True), ("c.two", False)):
        with pytest.raises(UsageError) as refused:
            blind.settle("P1", actor=actor, reason=WHY, accept=accept)
        assert "the two judgements differ and yours is one of them" in str(refused.value.faults)
    blind.settle("P1", actor="b.one", reason=WHY, accept=False)
    blind.settle("P2", actor="d.third", reason=WHY, accept=True)
    ways = {one.person_id: (one.by_third, one.accepted) for one in settlements(blind)}
    assert ways == {"P1": (False, False), "P2": (True, True)}


def test_a_third_does_not_overrule_two_who_agree(blind: Cycle) -> None:
    """Both accepted: nobody declines for them."""
    refer(blind)
    judge(blind, "b.one")
    with pytest.raises(UsageError, match="cannot be taken"):
        blind.settle("P1", actor="d.third", reason=WHY, accept=True)
    judge(blind, "c.two")
    with pytest.raises(UsageError) as refused:
        blind.settle("P1", actor="d.third", reason=WHY, accept=False)
    assert "a third person decides only where the two differ" in str(refused.value.faults)


def test_a_further_referral_waits_with_the_first(blind: Cycle) -> None:
    """Another agency adds to what is known; what was judged stays judged."""
    refer(blind)
    judge(blind, "b.one")
    blind.refer("P1", actor="h.officer", reason=WHY, source="housing")
    case = blind.case("P1")
    assert (case.state, len(case.judgements), case.sources) == (State.JUDGED_ONCE, 1, ("analysis", "housing"))


def test_a_referral_keeps_its_terms_and_the_agencys_records(blind: Cycle) -> None:
    """The ground and the circle are told; the records stand in the entry, and no score is made of them."""
    terms = Terms(Basis.SAFEGUARDING, Share.MEETING, [AgencyRecord(date(2025, 5, 1), "Neighbours complained.")])
    entry = blind.refer("P1", actor="h.officer", reason=WHY, source="housing", terms=terms)
    assert "shared because it is necessary to protect somebody from harm" in tell(entry)
    assert "to be shared with the agencies at the meeting; with 1 record of the agency's own" in tell(entry)
    assert blind.case("P1").entry_score is None
    wrong = Terms("whim", "all", [AgencyRecord(date(2025, 7, 1), "Later."), AgencyRecord(date(2025, 5, 1), " ")])
    with pytest.raises(UsageError) as refused:
        blind.refer("P2", actor="h.officer", reason=WHY, source="housing", terms=wrong)
    for said in ("basis must be one of crime", "share must be one of police", "record 1 must not lie after today",
                 "record 2 must say what happened"):  # fmt: skip
        assert said in str(refused.value.faults)


def test_small_numbers_are_hidden_and_rubber_stamping_is_said(blind: Cycle) -> None:
    """Of three settlements no count is shown; of twenty that were all accepted, a warning says so."""
    for i in range(20):
        person = f"P{i}"
        refer(blind, person)
        judge(blind, "b.one", person=person)
        judge(blind, "c.two", person=person)
        blind.settle(person, actor="b.one", reason=WHY, accept=True)
        if i == 2:
            assert set(agreement_counts(blind)["all"].values()) == {"fewer than 10"}
            assert warnings_of(blind) == []
    assert "20" in agreement_counts(blind)["all"]["both accepted"] or "withheld" in str(agreement_counts(blind))
    assert [text.startswith("All 20 referrals") for text in warnings_of(blind)] == [True]


@pytest.mark.parametrize(("meetings", "warns"), [(1, False), (2, True)])
def test_a_warning_counts_whom_cohorts_took(cycle: Cycle, meetings: int, *, warns: bool) -> None:
    """Ten places of twenty-five proposed are ten people, and not twenty-five."""
    for meeting in range(meetings):
        people = [f"P{meeting}-{i}" for i in range(25)]
        steps.accept(cycle, *people)
        cycle.cohort(people, name=f"meeting {meeting}", capacity=10, **GIVEN)
    said = [text for text in warnings_of(cycle) if "cohort" in text]
    assert [text.startswith("The last 2 cohorts took 20 people in the order proposed") for text in said] == [
        True
    ] * warns


@dataclass
class Believed:
    """What the machine believes of one person's referral."""

    state: State = State.NOBODY
    views: dict[str, bool] = field(default_factory=dict)
    referred_by: set[str] = field(default_factory=set)
    saw: set[str] = field(default_factory=set)


PEOPLE, STAFF = st.sampled_from(["P1", "P2"]), st.sampled_from(["a", "b", "c", "d"])


class Judging(RuleBasedStateMachine):
    """Several people refer, look, judge and settle in any order; a model without a ledger says what must come of it."""

    @initialize()
    def begin(self) -> None:
        """An empty ledger."""
        self.folder = TemporaryDirectory(prefix="judging-")
        self.ledger = Ledger.open(f"sqlite:///{Path(self.folder.name) / 'ledger.db'}")
        self.cycle = Cycle(self.ledger, today=lambda: MEETING)
        self.believed = {person: Believed() for person in ("P1", "P2")}
        self.book = Casebook(lambda: self.ledger)

    def taken(self, step: Callable[[], object]) -> bool:
        """Whether a step was taken; a refusal says why."""
        try:
            step()
        except UsageError as refused:
            if not refused.faults:
                raise
            return False
        return True

    @rule(person=PEOPLE, actor=STAFF)
    def refer(self, person: str, actor: str) -> None:
        """Somebody refers."""
        known = self.believed[person]
        waits = known.state in (State.REFERRED, State.JUDGED_ONCE, State.JUDGED_TWICE)
        expected = waits or known.state in (State.NOBODY, State.DECLINED)
        assert self.taken(lambda: self.cycle.refer(person, actor=actor, reason=WHY, source="analysis")) is expected
        if expected and not waits:
            self.believed[person] = Believed(State.REFERRED, {}, {actor}, known.saw)
        elif expected:
            known.referred_by.add(actor)

    @rule(person=PEOPLE, actor=STAFF)
    def look(self, person: str, actor: str) -> None:
        """Somebody looks at a score."""
        self.ledger.append(NewEntry("consultation", actor, "matac_review", WHY, person))
        self.believed[person].saw.add(actor)

    @rule(person=PEOPLE, actor=STAFF, accept=st.booleans())
    def judge(self, person: str, actor: str, *, accept: bool) -> None:
        """Somebody judges: taken once, blind, by nobody who referred."""
        known = self.believed[person]
        expected = known.state in (State.REFERRED, State.JUDGED_ONCE)
        expected = expected and not {actor} & (known.views.keys() | known.referred_by | known.saw)
        done = self.taken(lambda: self.cycle.judge(person, actor=actor, reason=WHY, accept=accept))
        assert done is expected
        if expected:
            known.views[actor] = accept
            known.state = State.JUDGED_ONCE if len(known.views) == 1 else State.JUDGED_TWICE

    @rule(person=PEOPLE, actor=STAFF, accept=st.booleans())
    def settle(self, person: str, actor: str, *, accept: bool) -> None:
        """Somebody settles: both agree, or a third decides."""
        known = self.believed[person]
        expected = known.state is State.JUDGED_TWICE
        if expected:
            views = set(known.views.values())
            others = {view for name, view in known.views.items() if name != actor}
            third = actor not in known.views and actor not in known.referred_by
            expected = views == {accept} if len(views) == 1 else third or (actor in known.views and others == {accept})
        done = self.taken(lambda: self.cycle.settle(person, actor=actor, reason=WHY, accept=accept))
        assert done is expected
        if expected:
            known.state = State.ACCEPTED if accept else State.DECLINED

    @invariant()
    def nothing_is_lost_and_nothing_twice(self) -> None:
        """The ledger holds what was taken; what is kept at hand is what the ledger says."""
        with suppress(AttributeError):  # before the first step there is no ledger
            at_hand = {case.person_id: case for case in self.book.cases(self.cycle.identities)}
            for person, known in self.believed.items():
                case = self.cycle.case(person)
                assert case.state is known.state
                assert {judgement.actor: judgement.accepts for judgement in case.judgements} == known.views
                assert at_hand.get(person, case) == case

    def teardown(self) -> None:
        """The chain holds."""
        self.ledger.verify()
        self.ledger.close()
        self.folder.cleanup()


TestJudging = Judging.TestCase
TestJudging.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_the_casebook_forgets_what_was_erased(blind: Cycle) -> None:
    """Kept at hand, read on, and begun anew after an erasure; what comes later is there too."""
    book = Casebook(lambda: blind.ledger)
    refer(blind)
    refer(blind, "P2")
    assert {case.person_id for case in book.cases(blind.identities)} == {"P1", "P2"}
    blind.ledger.erase(actor="dpo", reason="Retention is over.", subject="P1")
    judge(blind, "b.one", person="P2")
    assert [(case.person_id, case.state) for case in book.cases(blind.identities)] == [("P2", State.JUDGED_ONCE)]
    assert [case.state for case in Casebook(lambda: blind.ledger).cases(blind.identities)] == [State.JUDGED_ONCE]


def test_a_judge_is_told_every_reason_at_once(blind: Cycle) -> None:
    """Referred by them, judged by them and seen by them: each is said."""
    refer(blind)
    case = blind.case("P1")
    look = blind.ledger.append(NewEntry("list", "an.analyst", "matac_nomination", WHY, "P1"))
    assert len(faults_of_judge(case, "an.analyst", [look])) == 2


def test_the_rule_of_who_settles(blind: Cycle) -> None:
    """Differing: neither the referrer nor a judge alone; a third, or one who agrees; alike: whoever may judge."""
    refer(blind)
    judge(blind, "b.one")
    judge(blind, "c.two", accept=False)
    case = blind.case("P1")
    assert "you may agree to decline" in who_settles(case, "b.one")
    assert "you recorded the referral" in who_settles(case, "an.analyst")
    assert who_settles(case, "d.three") == "The two differ: you are a third person and decide."
    head = blind.ledger.head()
    for accept in (True, False):
        with pytest.raises(UsageError) as refused:
            blind.settle("P1", actor="an.analyst", reason=WHY, accept=accept)
        assert "whoever recorded the referral does not decide" in str(refused.value.faults)
    with pytest.raises(UsageError):
        blind.settle("P1", actor="b.one", reason=WHY, accept=True)
    assert blind.ledger.head() == head
    blind.settle("P1", actor="d.three", reason=WHY, accept=True)
    assert blind.case("P1").state is State.ACCEPTED
    refer(blind, "P2")
    judge(blind, "b.one", person="P2")
    judge(blind, "c.two", person="P2")
    assert who_settles(blind.case("P2"), "an.analyst").startswith("Both judged accept")
    blind.settle("P2", actor="an.analyst", reason=WHY, accept=True)
