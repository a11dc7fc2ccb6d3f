"""What a person is told who asks what is held about them."""

from datetime import UTC, date, datetime
from pathlib import Path

from matac_ml.asof import read_person
from matac_ml.casework import Cycle, Ledger, Score
from matac_ml.casework.telling import tell
from matac_ml.explain.subject import PastStep, subject_text
from matac_ml.explain.wording import day
from matac_ml.records import Extract

AS_OF = date(2025, 6, 1)
WHO, WHY = "s.officer", "Agreed at the meeting."


def test_one_incident_is_one_incident() -> None:
    """What is counted has its right plural, and every day is written as people write it."""
    tables = {
        "incidents": [
            {"incident_id": f"I{n}", "occurred_on": f"2025-04-0{n}", "recorded_on": f"2025-04-0{n}", "is_crime": True}
            for n in (1, 2, 3)
        ],
        "involvements": [
            {"incident_id": one, "person_id": "S1", "role": role}
            for one, role in (("I1", "suspect"), ("I2", "victim"), ("I3", "victim"))
        ],
        "people": [{"person_id": "S1"}],
    }
    person = read_person(Extract.from_tables(tables, cut_off=AS_OF), "S1")
    step = PastStep(4, datetime(2025, 5, 2, 9, 30, tzinfo=UTC), "1 May 2025, accepted.")
    text = subject_text("S1", person, (), (step,), as_of=AS_OF)
    assert "Recorded as suspect or offender in 1 domestic-abuse incident:" in text
    assert "Recorded as victim in 2 domestic-abuse incidents:" in text
    assert "- 1 April 2025, incident I1" in text
    assert "(s)" not in text


def test_the_steps_of_a_case_have_their_days_in_words(tmp_path: Path) -> None:
    """The day of a step, of its score and of the start of its plan are written out."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        cycle = Cycle(ledger, today=lambda: date(2025, 4, 10))
        score = Score(70, as_of=date(2025, 3, 31))
        cycle.refer("S1", source="housing", score=score, on=date(2025, 4, 1), actor=WHO, reason=WHY)
        cycle.judge("S1", accept=True, on=date(2025, 4, 2), actor=WHO, reason=WHY)
        cycle.cohort(["S1"], name="April", capacity=10, on=date(2025, 4, 3), actor=WHO, reason=WHY)
        cycle.plan(
            "S1", interventions=["key_worker"], starts=date(2025, 4, 4), on=date(2025, 4, 3), actor=WHO, reason=WHY
        )
        told = [tell(entry, day) for entry in ledger.entries(subject="S1")]
    text = " ".join(told)
    for said in (
        "1 April 2025, referred by housing with 70 points",
        "as of 31 March 2025",
        "planned from 4 April 2025",
    ):
        assert said in text
    assert "2025-" not in text
