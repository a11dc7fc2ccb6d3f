"""Contests over a ledger: what is needed, who answers, and that each is answered once."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger
from matac_ml.challenge import ChallengeWork, Correction, ScoreDifference, tell_challenge
from matac_ml.challenge.difference import Points
from matac_ml.errors import UsageError
from tests.casework.conftest import ONE

TODAY = date(2025, 6, 2)
WHY = "By letter, with a statement."
SAID = {"by": "person", "said": "I was at work", "received": TODAY, "actor": "an.analyst", "reason": WHY}
CORRECTION = Correction("I1", "not_suspect", TODAY)
CHANGES = ScoreDifference(TODAY, Points((), 40, None), Points((), 12, None), None, None)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[ChallengeWork]:
    """Contests on a day."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ChallengeWork(ledger, today=lambda: TODAY)


def answer(work: ChallengeWork, number: int, actor: str = "a.lead", **more: object) -> None:
    """Answer a challenge."""
    given = {"outcome": "upheld", "reason": "The time sheet says so.", **more}
    work.answer("P1", challenge=number, actor=actor, **given)  # type: ignore[arg-type]


def faults(work: ChallengeWork, number: int, **more: object) -> str:
    """Why an answer is refused."""
    with pytest.raises(UsageError) as refused:
        answer(work, number, **more)
    return " ".join(refused.value.faults)


def test_a_contest_is_answered_once_by_a_named_person_with_what_changed(work: ChallengeWork) -> None:
    """What is corrected, from which day it is seen, and the points before and after stay with the answer."""
    number = work.raise_challenge("P1", about="record", incident_ids=["I1"], **SAID).number
    assert [one.is_open for one in work.of("P1")] == [True]
    answer(work, number, corrections=[CORRECTION], changes=CHANGES)
    (found,) = work.of("P1")
    assert (found.outcome, found.answered_by, found.points) == ("upheld", "a.lead", (40, 12))
    assert found.corrections == (CORRECTION,)
    assert CHANGES.text == "The points fall from 40 to 12."
    told = [tell_challenge(entry) for entry in work.ledger.entries(subject="P1")]
    assert told == [
        f"2025-06-02, the person it is about contested a record: I was at work. By an.analyst: {WHY}",
        f"2025-06-02, the challenge of entry {number} was upheld; corrected: the person is not a suspect of incident "
        "I1. By a.lead: The time sheet says so.",
    ]
    assert "it was answered on 2025-06-02 by a.lead" in faults(work, number)


def test_whoever_decided_about_the_person_does_not_answer(work: ChallengeWork) -> None:
    """A judgement or a declared conflict keeps somebody from it; a referral does not."""
    cycle = Cycle(work.ledger, ONE, today=lambda: TODAY)
    cycle.refer("P1", source="analysis", actor="an.analyst", reason=WHY)
    cycle.judge("P1", accept=True, actor="a.judge", reason=WHY)
    number = work.raise_challenge("P1", about="score", **SAID).number
    assert "you have taken a decision about this person" in faults(work, number, actor="A.Judge")
    answer(work, number, actor="an.analyst", outcome="refused")


def test_what_does_not_hold_together_is_refused(work: ChallengeWork) -> None:
    """In words, and nothing is written."""
    for more, said in (
        ({"about": "record"}, "the incident whose record is contested must be named"),
        ({"about": "weather"}, "what is contested must be one of record, score"),
        ({"about": "score", "received": TODAY + timedelta(days=1)}, "the day it was received must be from"),
    ):
        with pytest.raises(UsageError) as refused:
            work.raise_challenge("P1", **{**SAID, **more})  # type: ignore[arg-type]
        assert said in " ".join(refused.value.faults)
    number = work.raise_challenge("P1", about="record", incident_ids=["I1"], **SAID).number
    tomorrow = Correction("I1", "not_suspect", TODAY + timedelta(days=1))
    other = Correction("I2", "not_suspect", TODAY)
    assert "corrects nothing" in faults(work, number, outcome="refused", corrections=[CORRECTION])
    assert "is not after today" in faults(work, number, corrections=[tomorrow])
    assert "an incident that the challenge names" in faults(work, number, corrections=[other])
    assert "whether the incident is a crime" in faults(
        work, number, corrections=[Correction("I1", "classification", TODAY)]
    )
    assert "no such challenge" in faults(work, number + 1)
    assert len(list(work.ledger.entries())) == 1
