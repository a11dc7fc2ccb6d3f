"""Entry and exit scores: of people whom no list holds any more, by the policy that is named, under one identity."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, NewEntry, PolicyUsed, Score, State
from matac_ml.casework.score import REGRESSION, compared
from matac_ml.clock import set_clock
from matac_ml.errors import UsageError
from matac_ml.rfg import load_policy
from tests.casework.conftest import MEETING, ONE
from tests.casework.steps import GIVEN, accept
from tests.casework.test_cycle import STAFF, run
from tests.proving import in_prove

OLD, STAYS, OTHER = "P-OLD", "P-STAYS", "P-OTHER"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Somebody under management whose first identifier was given up, suspect of three crimes and victim of one."""
    folder = tmp_path / "extract"
    folder.mkdir()
    tables = {
        "incidents": "incident_id,occurred_on,recorded_on,is_crime,offence_code\n"
        + "".join(f"I{i},2025-0{i}-03,2025-0{i}-03,true,10501\n" for i in range(1, 5)),
        "involvements": "incident_id,person_id,role\n"
        + f"I1,{OLD},suspect\nI2,{STAYS},suspect\nI3,{STAYS},suspect\nI4,{OTHER},suspect\n"
        + f"I1,{OTHER},victim\nI2,{OTHER},victim\nI3,{OTHER},victim\nI4,{STAYS},victim\n",
        "people": f"person_id,birth_date\n{STAYS},1985-05-05\n{OTHER},1985-05-05\n",
        "management": f"person_id,start_on\n{STAYS},2025-04-01\n",
        "merges": f"person_id,merged_into\n{OLD},{STAYS}\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture
def in_april() -> Iterator[None]:
    """A week after the extract ends."""
    with set_clock(datetime(2025, 4, 10, 9, tzinfo=UTC)):
        yield


@pytest.mark.usefixtures("in_april")
def test_an_exit_is_scored_by_the_named_policy_though_the_person_is_on_no_list(
    url: str, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under management, and asked for by the identifier given up: points, policy, hash, and the victim said first."""
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger, ONE)
        cycle.refer(OLD, source="analysis", score=Score(70), **GIVEN)
        cycle.judge(OLD, accept=True, **GIVEN)
        cycle.withdraw(OLD, **GIVEN)
    asked = ("cycle", "exit", OLD, "--ledger", url, *STAFF, "--extract", str(extract))
    assert run(*asked, "--policy", "v100-like") == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert said.startswith(f"READ FIRST: {STAYS} is also recorded as a victim, in I4.\n")
    policy = load_policy("v100-like")
    with Ledger.open(url) as ledger:
        case = Cycle(ledger, ONE, identities=lambda _: (STAYS, OLD)).case(STAYS)
        assert [entry.kind for entry in ledger.entries(subject=STAYS)] == ["exit"]
    assert case.state is State.EXITED
    assert case.exit_score is not None
    assert case.exit_score.by == PolicyUsed(f"{policy.name} {policy.version}", policy.sha256)
    assert run("matrix", "person", str(extract), STAYS, "--policy", "v100-like") == 0
    assert f"= {case.exit_score.points} points" in capsys.readouterr().out
    assert case.exit_score.points > 0


def test_an_erasure_reaches_every_identity_of_the_person(url: str, extract: Path) -> None:
    """What stands under the identifier given up goes with what stands under the one that stays."""
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger, ONE), OLD)
    given = ("--subject", STAYS, "--actor", "dpo", "--reason", "Retention is over.", "--extract", str(extract))
    assert run("ledger", "erase", "--ledger", url, *given) == 0
    with Ledger.open(url) as ledger:
        assert list(ledger.entries(subject=OLD)) == []
        assert ledger.verify().erased == 2


def test_an_erasure_says_which_entries_about_others_still_name_the_person(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only where the identifier stands by itself, and never the entries that were erased."""
    with Ledger.open(url) as ledger:
        for subject, said in (("A", "Suspected is P-1."), ("B", "Suspected is P-12."), ("P-1", "Suspected is A.")):
            ledger.append(NewEntry("consultation", "an analyst", subject=subject, payload={"said": said}))
    given = ("--subject", "P-1", "--actor", "dpo", "--reason", "Retention is over.")
    assert run("ledger", "erase", "--ledger", url, *given) == 0
    said = capsys.readouterr().out
    assert "1 entry about other people may still name this person, as suspect or victim of theirs: 1." in said


def test_a_cohort_says_first_who_of_it_is_also_a_victim(
    url: str, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the identifier that stays; somebody whom the extract does not know is no obstacle."""
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger, ONE), OLD, "P-OF-A-PARTNER")
    who = ("--proposed", OLD, "--proposed", "P-OF-A-PARTNER")
    assert run("cycle", "cohort", "2025-06", "--ledger", url, *STAFF, "--extract", str(extract), *who) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        f"READ FIRST: {STAYS} is also recorded as a victim, in I4.\nMembers: {STAYS}, P-OF-A-PARTNER\n"
    )


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        (MEETING - timedelta(days=29), "more than 28 days before the exit on 2025-06-02"),
        (MEETING - timedelta(days=180), "take an extract that reaches 2025-05-05"),
        (MEETING + timedelta(days=2), "as of 2025-06-04, after the exit"),
        (MEETING - timedelta(days=28), ""),
        (MEETING + timedelta(days=1), ""),
        (None, ""),
    ],
)
def test_an_exit_is_scored_of_its_own_day(cycle: Cycle, as_of: date | None, said: str) -> None:
    """Records that end more than a cycle before the exit, or a score of a day after it, are refused."""
    accept(cycle, "P1")
    cycle.withdraw("P1", **GIVEN)
    score = Score(41, PolicyUsed("rfgv 1", "a" * 64), as_of)
    if not said:
        cycle.leave("P1", score=score, **GIVEN)
        assert cycle.case("P1").state is State.EXITED
        return
    with pytest.raises(UsageError, match=said):
        cycle.leave("P1", score=score, **GIVEN)
    assert cycle.case("P1").state is State.WITHDRAWN


@pytest.mark.usefixtures("in_april")
@pytest.mark.parametrize(
    ("on", "code", "as_of"),
    [("2025-04-10", 0, "2025-04-04"), ("2025-04-03", 0, "2025-04-03"), ("2025-03-04", 0, "2025-03-04")],
)
def test_a_step_in_the_past_is_scored_as_of_that_day(
    url: str, extract: Path, on: str, code: int, as_of: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Minutes typed later: what was recorded after the step does not count, and neither does what is not there."""
    asked = ("cycle", "refer", STAYS, "--ledger", url, *STAFF, "--extract", str(extract), "--on", on)
    assert run(*asked) == code, capsys.readouterr().err
    assert f", as of {as_of}." in capsys.readouterr().out


@pytest.mark.parametrize("source", ["analysis", "Analysis", " analysis ", "police", "THE  Police", "Police records"])
def test_a_victim_is_not_referred_on_police_records_alone(
    url: str, victim: Path, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fifteen incidents as victim and none as suspect: refused, in words that say what a partner can do."""
    asked = ("cycle", "refer", "P-VICTIM", "--ledger", url, *STAFF, "--extract", str(victim), "--source", source)
    assert run(*asked) == 2
    said = capsys.readouterr()
    assert said.out.startswith("READ FIRST: P-VICTIM is recorded only as a victim, in ")
    assert "police records alone refer no victim" in said.err
    with Ledger.open(url) as ledger:
        assert list(ledger.entries()) == []


def test_a_partners_referral_of_a_victim_is_held_until_a_person_releases_it(
    url: str, victim: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Shown as held, neither scored, judged nor taken, whoever refers again meanwhile; then released with a reason."""
    on = ("--ledger", url, *STAFF, "--extract", str(victim))
    assert run("cycle", "refer", "P-VICTIM", *on, "--source", "housing") == 0
    assert "Held for a safeguarding review" in capsys.readouterr().out
    assert run("cycle", "refer", "P-VICTIM", *on, "--source", "health") == 0
    for step in (("judge", "P-VICTIM", "--accept"), ("cohort", "n", "--proposed", "P-VICTIM")):
        assert run("cycle", *step, *on) == 2
    assert run("cycle", "refer", "P-VICTIM", "--ledger", url, *STAFF, "--source", "health") == 0  # kept beside the case
    capsys.readouterr()
    for shown in (("status", "P-VICTIM"), ("caseload",)):
        assert run("cycle", *shown, "--ledger", url) == 0
        assert "on a safeguarding hold" in capsys.readouterr().out
    assert run("cycle", "release", "P-VICTIM", "--ledger", url, "--actor", "s.officer", "--reason", "short") == 2
    assert run("cycle", "release", "P-VICTIM", *on) == 0
    assert run("cycle", "judge", "P-VICTIM", *on, "--accept") == 0
    assert run("cycle", "cohort", "n", *on, "--proposed", "P-VICTIM") == 0
    with Ledger.open(url) as ledger:
        case = Cycle(ledger, ONE).case("P-VICTIM")
    assert (case.state, case.entry_score, case.released) == (State.IN_COHORT, None, True)


def test_a_hold_can_end_with_a_referral_declined(url: str, victim: Path) -> None:
    """The review finds a victim and no perpetrator: the referral is declined, and nothing is left open."""
    on = ("--ledger", url, *STAFF, "--extract", str(victim))
    assert run("cycle", "refer", "P-VICTIM", *on, "--source", "housing") == 0
    assert run("cycle", "judge", "P-VICTIM", *on, "--decline") == 0
    with Ledger.open(url) as ledger:
        assert Cycle(ledger, ONE).case("P-VICTIM").state is State.DECLINED


@pytest.mark.parametrize("when", ["accept", "cohort"])
def test_a_victim_referred_without_the_records_is_found_when_they_are_at_hand(
    url: str, victim: Path, when: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A referral made without an extract does not pass the next step that has one."""
    with Ledger.open(url) as ledger:
        Cycle(ledger, ONE).refer("P-VICTIM", source="housing", **GIVEN)
        if when == "cohort":
            Cycle(ledger, ONE).judge("P-VICTIM", accept=True, **GIVEN)
    on = ("--ledger", url, *STAFF, "--extract", str(victim))
    step = ("judge", "P-VICTIM", "--accept") if when == "accept" else ("cohort", "n", "--proposed", "P-VICTIM")
    assert run("cycle", *step, *on) == 2
    assert "victim" in capsys.readouterr().err


def test_a_score_is_not_typed_for_a_victim(url: str, victim: Path) -> None:
    """Points typed by hand do not make a suspect of somebody who is a victim only."""
    on = ("--ledger", url, *STAFF, "--extract", str(victim), "--source", "housing")
    assert run("cycle", "refer", "P-VICTIM", *on, "--score", "70") == 2


def test_somebody_whom_the_records_do_not_know_is_referred_by_an_agency_that_says_so(
    url: str, victim: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Agencies know people whom the police do not: said first, referred without a score, and kept in the entry."""
    on = ("--ledger", url, *STAFF, "--extract", str(victim), "--source", "housing")
    assert run("cycle", "refer", "P-NEW", *on, "--not-recorded") == 0
    assert capsys.readouterr().out.startswith("READ FIRST: the records hold nobody with this identifier")
    assert run("cycle", "status", "P-NEW", "--ledger", url) == 0
    assert "the records held nobody with this identifier" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("person", "more", "why"),
    [
        ("P-SUSPECTT", (), "the records hold nobody with this identifier"),
        ("p-suspect", (), "the records hold nobody with this identifier"),
        ("P-NEW", ("--source", "housing"), "say so"),
        ("P-NEW", ("--not-recorded",), "an agency that knows the person must be named as the source"),
        ("P-NEW", ("--not-recorded", "--source", "Police records"), "an agency that knows the person must be named"),
        ("P-SUSPECT", ("--not-recorded", "--source", "housing"), "the records hold this person"),
        ("P-VICTIM", ("--not-recorded", "--source", "housing"), "the records hold this person"),
    ],
)
def test_a_typing_error_in_a_referral_is_caught(
    url: str, victim: Path, person: str, more: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever the records do not know is referred on purpose or not at all, and nothing is written."""
    assert run("cycle", "refer", person, "--ledger", url, *STAFF, "--extract", str(victim), *more) == 2
    assert why in capsys.readouterr().err
    with Ledger.open(url) as ledger:
        assert not list(ledger.entries())


@pytest.mark.parametrize("person", ["UNKNOWN", "unknown male", "U/K", "TBC", "Not known", "person unknown", "xxx"])
@pytest.mark.parametrize("more", [(), ("--not-recorded",)])
def test_nobody_is_referred_under_a_word_for_somebody_who_is_not_known(
    url: str, person: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """With records or without: the cases of several people would become one."""
    assert run("cycle", "refer", person, "--ledger", url, *STAFF, "--source", "housing", *more) == 2
    assert "a word for somebody who is not known" in capsys.readouterr().err


def test_a_suspect_who_is_also_a_victim_is_referred(url: str, extract: Path) -> None:
    """A dual role is said first and is no hold."""
    on = ("--ledger", url, *STAFF, "--extract", str(extract))
    assert run("cycle", "refer", STAYS, *on) == 0
    with Ledger.open(url) as ledger:
        assert Cycle(ledger, ONE).case(STAYS).state is State.REFERRED


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Somebody who is the victim of fifteen incidents and suspect of none."""
    folder = tmp_path / "victim"
    folder.mkdir()
    ids = [f"I{i:02}" for i in range(1, 16)]
    incidents = "".join(f"{i},2025-01-{i[1:]},2025-01-{i[1:]},true,10501\n" for i in ids)
    (folder / "incidents.csv").write_text(f"incident_id,occurred_on,recorded_on,is_crime,offence_code\n{incidents}")
    parts = "".join(f"{i},P-VICTIM,victim\n{i},P-SUSPECT,suspect\n" for i in ids)
    (folder / "involvements.csv").write_text(f"incident_id,person_id,role\n{parts}")
    (folder / "people.csv").write_text("person_id,birth_date\nP-VICTIM,1985-05-05\nP-SUSPECT,1985-05-05\n")
    return folder


@pytest.mark.usefixtures("in_april")
@pytest.mark.parametrize("person", in_prove([OLD, STAYS], but=[OLD]))
def test_every_step_with_an_extract_says_first_who_is_also_a_victim(
    url: str, extract: Path, person: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the referral to the exit, and what is shown of it, whichever identifier is typed."""
    known = ("--ledger", url, "--extract", str(extract))
    on = (*known, *STAFF)
    today = "2025-04-10"
    steps = (
        ("refer", person, *on, "--source", "housing"),
        ("judge", person, *on, "--accept"),
        ("cohort", "2025-04", *on, "--proposed", person),
        ("plan", person, *on, "--intervention", "key_worker", "--starts", today),
        ("engage", person, *on, "--week", "1", "--engaged"),
        ("status", person, *known),
        ("caseload", *known),
        ("end-early", person, *on),
        ("exit", person, *on),
    )
    for step in steps:
        assert run("cycle", *step) == 0, capsys.readouterr().err
        said = capsys.readouterr().out
        assert said.startswith(f"READ FIRST: {STAYS} is also recorded as a victim, in I4.\n"), step


def test_an_exit_of_a_victim_has_no_score(url: str, victim: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Released after a review, worked with, and exited without points; points typed by hand are refused."""
    on = ("--ledger", url, *STAFF, "--extract", str(victim))
    steps = (("refer", "--source", "housing"), ("release",), ("judge", "--accept"), ("withdraw",))
    for name, *more in steps:
        assert run("cycle", name, "P-VICTIM", *on, *more) == 0, capsys.readouterr().err
    assert run("cycle", "exit", "P-VICTIM", *on, "--score", "12") == 2
    assert "somebody recorded as a victim only has no score" in capsys.readouterr().err
    assert run("cycle", "exit", "P-VICTIM", "--ledger", url, *STAFF) == 2
    capsys.readouterr()
    assert run("cycle", "exit", "P-VICTIM", *on) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "Entry score: not recorded. Exit score: none." in said
    assert "victim only, so there is no exit score" in said
    assert run("cycle", "status", "P-VICTIM", "--ledger", url) == 0
    assert "exited. By s.officer" in capsys.readouterr().out
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger, ONE)
        assert (cycle.case("P-VICTIM").state, cycle.case("P-VICTIM").exit_score) == (State.EXITED, None)
        cycle.refer("P-SUSPECT", source="housing", **GIVEN)
        cycle.judge("P-SUSPECT", accept=True, **GIVEN)
        cycle.withdraw("P-SUSPECT", **GIVEN)
        with pytest.raises(UsageError, match="a score is needed"):
            cycle.leave("P-SUSPECT", score=None, **GIVEN)


def test_a_referral_of_somebody_whom_the_list_leaves_out_says_why(
    url: str, extract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under management already: the referral is taken, because people decide, and says so."""
    on = ("--ledger", url, *STAFF, "--extract", str(extract))
    assert run("cycle", "refer", STAYS, *on) == 0
    assert "The list leaves this person out: the person is under MATAC management already." in capsys.readouterr().out
    assert run("cycle", "refer", OTHER, *on) == 0
    assert "leaves this person out" not in capsys.readouterr().out


A, B = PolicyUsed("rfgv 1", "a" * 64), PolicyUsed("rfgv 1", "b" * 64)
DAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("entry", "leaving", "said"),
    [
        (None, Score(41, A), "No entry score was recorded, so there is nothing to set the exit score against. "),
        (Score(70), Score(41, A), "By which policy a score was made is not recorded, so the two cannot be compared. "),
        (Score(70, A), Score(41), "By which policy a score was made is not recorded, so the two cannot be compared. "),
        (
            Score(70, A),
            Score(41, B),
            "The scores are by different policies (rfgv 1, aaaaaaaaaaaa and rfgv 1, bbbbbbbbbbbb) and cannot be "
            "compared. ",
        ),
        (
            Score(70, A, DAY),
            Score(41, A, DAY),
            "The exit score is as of 2025-06-01, and the entry score as of 2025-06-01: it is not later than the entry "
            "score. ",
        ),
        (Score(70, A, DAY), Score(41, A, DAY + timedelta(days=1)), ""),
        (Score(70, A, DAY), Score(41, A), ""),
        (Score(70, A), Score(41, A, DAY), ""),
        (Score(70, A), Score(41, A), ""),
    ],
)
def test_what_two_scores_do_not_show_is_said_once(entry: Score | None, leaving: Score, said: str) -> None:
    """The one reason why they cannot be compared, where there is one; that a fall shows nothing, always."""
    assert compared(entry, leaving) == said + REGRESSION
