"""What a person is told who asks what is held about them."""

from datetime import UTC, date, datetime
from pathlib import Path

from matac_ml.asof import read_person
from matac_ml.casework import Cycle, Ledger, Score
from matac_ml.casework.telling import tell
from matac_ml.explain.subject_access import PastLook, PastRefusal, PastStep, subject_text
from matac_ml.records import Extract
from matac_ml.wording import day
from tests.casework.conftest import ONE

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
        cycle = Cycle(ledger, ONE, today=lambda: date(2025, 4, 10))
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


def test_looks_refusals_and_steps_are_told_with_their_moment() -> None:
    """What was looked at and said, what was asked for and refused, what people decided: each with its ledger entry."""
    at = datetime(2025, 5, 2, 9, 30, tzinfo=UTC)
    looks = (
        PastLook(1, at, "consultation", "matac_meeting", matrix_total=40, matrix_band="25 to 49", probability=0.125),
        PastLook(2, at, "consultation", "", matrix_total=0, matrix_band="0 to 24"),
        PastLook(3, at, "list", "matac_meeting", matrix_total=40, rank=1200),
        PastLook(4, at, "incident_table", "review", unreadable=True),
        PastLook(5, at, "some_new_kind", ""),
        PastLook(8, at, "case_look", ""),
    )
    refusals = (PastRefusal(6, at, "score", "matac_meeting"), PastRefusal(7, at, "something_new", ""))
    steps = (PastStep(8, at, "1 May 2025, accepted."),)
    text = subject_text("S1", None, looks, steps, refusals, as_of=AS_OF)
    assert text.startswith("About person S1, on 1 June 2025.")
    assert "The records loaded now hold nothing about this person." in text
    entry = "- 2 May 2025 at 09:30 UTC, ledger entry"
    for line in (
        "Looked at 6 times:",
        f"{entry} 1: an explained score was shown (matac meeting). It said: 40 points, 25 to 49; probability 12.5%.",
        f"{entry} 2: an explained score was shown. It said: 0 points, 0 to 24; no probability.",
        f"{entry} 3: the person was on a list that was shown (matac meeting). It said: rank 1,200, 40 points.",
        f"{entry} 4: the incidents behind a score were shown (review). What it said cannot be read: the ledger must be "
        "verified.",
        f"{entry} 5: some new kind.",
        f"{entry} 8: the person's case in the MATAC cycle, or a line about it, was shown.",
        "Asked about and refused 2 times; nothing was shown and nothing was done:",
        f"{entry} 6: an explained score was asked for (matac meeting) and refused.",
        f"{entry} 7: something was asked for and refused.",
        "Steps of the MATAC cycle: 1, each by a person and with that person's reason:",
        "- 1 May 2025, accepted. (ledger entry 8, 2 May 2025 at 09:30 UTC)",
    ):
        assert line in text.splitlines()


def test_once_is_one_time_and_nothing_is_said_to_be_nothing() -> None:
    """Where nobody looked, nobody asked and nobody decided, the text says so; a refusal there was not is not told."""
    at = datetime(2025, 5, 2, 9, 30, tzinfo=UTC)
    looked = subject_text("S1", None, (PastLook(1, at, "list", ""),), as_of=AS_OF)
    assert "Looked at 1 time:" in looked.splitlines()
    nothing = subject_text("S1", None, (), as_of=AS_OF)
    assert "No score of this person has been looked at." in nothing
    assert "No step of the MATAC cycle is recorded about this person." in nothing
    assert "refused" not in nothing.replace("each request about the person that was refused", "")


def test_an_incident_is_told_as_the_records_classify_it() -> None:
    """Crime or not, its code where there is one, and since when it is known."""
    rows = [("I1", "2025-04-01", "2025-04-09", True, "10501"), ("I2", "2025-04-02", "2025-04-02", False, None)]
    names = ("incident_id", "occurred_on", "recorded_on", "is_crime", "offence_code")
    tables = {
        "incidents": [dict(zip(names, row, strict=True)) for row in rows],
        "involvements": [{"incident_id": row[0], "person_id": "S1", "role": "suspect"} for row in rows],
        "people": [{"person_id": "S1"}],
    }
    text = subject_text("S1", read_person(Extract.from_tables(tables, cut_off=AS_OF), "S1"), (), as_of=AS_OF)
    assert "No domestic-abuse incident is recorded with this person as victim." in text
    assert "- 1 April 2025, incident I1: recorded as a crime, offence code 10501; known since 9 April 2025.\n" in text
    assert "- 2 April 2025, incident I2: recorded as no crime; known since 2 April 2025.\n" in text


def test_support_and_challenges_are_no_steps_of_the_cycle() -> None:
    """Each under its own heading, counted apart; where there was neither, nothing is said of them."""
    at = datetime(2025, 5, 2, 9, 30, tzinfo=UTC)
    steps = (
        PastStep(3, at, "accepted."),
        PastStep(4, at, "a worker began.", "support"),
        PastStep(5, at, "contested.", "challenge"),
    )
    text = subject_text("S1", None, (), steps, as_of=AS_OF)
    cycle, support, challenge = (
        text.partition(f"{head}: 1, each")[2].partition("\n\n")[0]
        for head in (
            "Steps of the MATAC cycle",
            "Support for this person as a victim",
            "Challenges to a record or a score, and their answers",
        )
    )
    assert ("accepted." in cycle, "a worker began." in support, "contested." in challenge) == (True, True, True)
    alone = subject_text("S1", None, (), steps[1:2], as_of=AS_OF)
    assert "No step of the MATAC cycle is recorded about this person." in alone
    assert "Challenges to" not in alone
