"""On the programme, what is offered and asked follows from the toolkit's rules, and a person decides each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, State
from matac_ml.casework.on_programme import ProgrammeWork, asks_removal, missed, offers
from matac_ml.casework.telling import tell
from matac_ml.casework.toolkit import DEFAULT, load_toolkit
from matac_ml.errors import PolicyError, UsageError
from tests.casework.conftest import MEETING
from tests.casework.steps import GIVEN, WHY, accept

TOOLKIT = replace(load_toolkit(), judgements=1)


@pytest.fixture
def work(cycle: Cycle) -> ProgrammeWork:
    """The work, on a day ten weeks after the meeting, of somebody whose plan has housing with an agreement."""
    planned = replace(cycle, toolkit=TOOLKIT)
    accept(planned, "P1")
    planned.cohort(["P1"], name="2025-06", capacity=10, **GIVEN)
    planned.plan("P1", interventions=["housing_with_agreement"], starts=MEETING, **GIVEN)
    return ProgrammeWork(cycle.ledger, TOOLKIT, today=lambda: MEETING + timedelta(weeks=10))


def refused(step: Callable[[], object], said: str) -> None:
    """A step is refused for a reason."""
    with pytest.raises(UsageError) as found:
        step()
    assert said in str(found.value.faults)


def weeks(cycle: ProgrammeWork, *engaged: bool) -> None:
    """What is said of the first weeks."""
    steps = Cycle(cycle.ledger, TOOLKIT, today=cycle.today)
    for week, came in enumerate(engaged, 1):
        steps.engage("P1", week=week, engaged=came, **GIVEN)


def test_interventions_are_offered_for_recorded_needs_alone(work: ProgrammeWork) -> None:
    """By the file: each with the needs it is offered for; none without a need, and what is said last holds."""
    assert offers(TOOLKIT, work.case("P1")) == ()
    work.record_needs("P1", needs=["mental_health", "housing"], **GIVEN)
    found = {offer.name: offer.needs for offer in offers(TOOLKIT, work.case("P1"))}
    assert found == {"mental_health_referral": ("mental_health",), "housing_with_agreement": ("housing",)}
    work.record_needs("P1", needs=[], **GIVEN)
    assert offers(TOOLKIT, work.case("P1")) == ()
    refused(lambda: work.record_needs("P1", needs=["a house"], **GIVEN), "needs must be in the toolkit")
    assert work.case("P1").state is State.PLANNED


@pytest.mark.parametrize(
    ("engaged", "asked"),
    [
        ([False, False], False),
        ([False, False, False], True),
        ([False, False, True, False, False], False),
        ([False, False, True, False, False, True, False, False], True),
        ([True, False, False, False, True], False),
    ],
)
def test_the_question_is_asked_at_its_numbers(work: ProgrammeWork, engaged: list[bool], *, asked: bool) -> None:
    """Three in a row or six in all; it moves nobody, and removal stays a step that a person takes."""
    weeks(work, *engaged)
    case = work.case("P1")
    assert bool(asks_removal(case, TOOLKIT)) is asked
    assert case.state is State.PLANNED
    assert not asks_removal(case, replace(TOOLKIT, missed_in_a_row=None, missed_in_all=None))


def test_whoever_is_kept_is_asked_about_again_after_another_missed_week(work: ProgrammeWork) -> None:
    """A decision with a reason answers the question until another week is missed; without a question it is none."""
    refused(lambda: work.keep("P1", **GIVEN), "the toolkit does not ask")
    weeks(work, False, False, False)
    assert missed(work.case("P1")) == (3, 3)
    assert "Missed 3 weeks in a row and 3 in all; the toolkit asks from 3 in a row" in asks_removal(
        work.case("P1"), TOOLKIT
    )
    done = work.keep("P1", actor="a.worker", reason="In hospital until Friday.")
    assert "kept on the programme, with 3 weeks missed in a row and 3 in all" in tell(done)
    assert not asks_removal(work.case("P1"), TOOLKIT)
    weeks(work, False, False, False, True)
    assert not asks_removal(work.case("P1"), TOOLKIT)
    weeks(work, False, False, False, False)
    assert asks_removal(work.case("P1"), TOOLKIT)


def test_an_agreement_has_terms_a_signature_and_breaches(work: ProgrammeWork) -> None:
    """In this order, each with its day; told in words, and nothing follows by itself."""
    terms = ["No contact with the household.", "Home by ten in the evening."]
    made = work.make_agreement("P1", terms=terms, agency="Housing", **GIVEN)
    number, today = made.number, work.today()
    breach = {"agreement": number, "actor": "h.officer", "reason": "Seen at the address on Sunday."}
    refused(lambda: work.record_breach("P1", breached_on=today, **breach), "on or after the day on which it was signed")
    signing = {"agreement": number, "signed_by": "P. Person", **GIVEN}
    signed = work.sign_agreement("P1", signed_on=MEETING, **signing)
    refused(lambda: work.sign_agreement("P1", signed_on=today, **signing), "signed already")
    refused(lambda: work.record_breach("P1", breached_on=MEETING - timedelta(days=1), **breach), "on or after the day")
    refused(
        lambda: work.record_breach("P1", breached_on=today + timedelta(days=1), **breach), "must not lie after today"
    )
    breached = work.record_breach("P1", breached_on=today, **breach)
    (agreement,) = work.case("P1").agreements
    assert agreement.terms == tuple(terms)
    assert (agreement.signed_on, agreement.signed_by) == (MEETING, "P. Person")
    assert [one.what for one in agreement.breaches] == ["Seen at the address on Sunday."]
    assert "No contact with the household.; Home by ten" in tell(made)
    assert "was signed on 2025-06-02 by P. Person" in tell(signed)
    assert f"the agreement of entry {number} was breached on" in tell(breached)
    assert work.case("P1").state is State.PLANNED


def test_an_agreement_needs_an_intervention_that_is_tied_to_one(work: ProgrammeWork) -> None:
    """And terms, each a line of its own."""
    plain = replace(TOOLKIT, interventions={})
    other = replace(work, toolkit=plain)
    given = {"agency": "Housing", **GIVEN}
    refused(lambda: other.make_agreement("P1", terms=["Be home by ten."], **given), "tied to an agreement")
    refused(lambda: work.make_agreement("P1", terms=[], **given), "an agreement has 1 to 20 terms")
    refused(lambda: work.make_agreement("P1", terms=["x"], **given), "term 1 must be one line")


def test_contacts_are_noted_with_whether_the_person_was_reached(work: ProgrammeWork) -> None:
    """On a day that has been; in a way that there is."""
    noted = work.note_contact("P1", how="visit", reached=False, contacted_on=MEETING, actor="k.worker", reason=WHY)
    assert "visit on 2025-06-02: the person was not reached" in tell(noted)
    later = work.today() + timedelta(days=1)
    given = {"reached": True, **GIVEN}
    refused(lambda: work.note_contact("P1", how="visit", contacted_on=later, **given), "must not lie after today")
    refused(lambda: work.note_contact("P1", how="owl", contacted_on=MEETING, **given), "a contact is one of visit")


def test_a_toolkit_offers_for_needs_that_it_names(tmp_path: Path) -> None:
    """A spelling fault in a force's own file is found when it is read."""
    wrong = tmp_path / "toolkit.yaml"
    wrong.write_text(DEFAULT.read_text().replace("for_needs: [housing]", "for_needs: [hosing]"))
    with pytest.raises(PolicyError, match="for_needs must name needs of this file, got hosing"):
        load_toolkit(wrong)
