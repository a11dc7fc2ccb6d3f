"""One person from referral to exit, one removed for not engaging: every step in the ledger, with a reason."""

from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, State
from matac_ml.cli import main
from matac_ml.errors import UsageError

WHY = "Agreed at the November meeting."
STAFF = ("--actor", "s.officer", "--reason", WHY)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An empty ledger."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def run(*arguments: str) -> int:
    """Exit code of ``matac-ml``."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_from_referral_to_exit_on_the_command_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every step is an entry; the exit says what a fall of the score does not show; the chain holds."""
    on = ("--ledger", url, *STAFF)
    steps = (
        ("refer", "P1", *on, "--source", "housing", "--score", "70"),
        ("judge", "P1", *on, "--accept"),
        ("refer", "P2", *on, "--score", "66"),
        ("judge", "P2", *on, "--accept"),
        ("refer", "P3", *on),
        ("judge", "P3", *on, "--accept"),
        ("cohort", "2025-06", *on, "--proposed", "P1", "--proposed", "P3",
         "--override", "P3=Already in custody till May.", "--override", "P2=Known to housing for much more."),
        ("plan", "P1", *on, "--intervention", "behaviour_change_programme", "--starts", "2025-06-02"),
        *(("engage", "P1", *on, "--week", str(week)) for week in range(1, 18)),
        ("complete", "P1", *on),
        ("exit", "P1", *on, "--score", "41"),
    )  # fmt: skip
    for step in steps:
        assert run("cycle", *step) == 0, capsys.readouterr().err
    assert "no evidence that the programme worked" in capsys.readouterr().out
    with Ledger.open(url) as ledger:
        case = Cycle(ledger).case("P1")
        assert case.state is State.EXITED
        assert (case.entry_score, case.exit_score, len(case.weeks)) == (70, 41, 17)
        assert [one.kind for one in case.entries][:3] == ["referral", "judgement_accepted", "cohort_member"]
        assert Cycle(ledger).override_statistics() == {"cohorts": 1, "put on": 1, "left off": 1}
        assert ledger.verify().entries == len(list(ledger.entries()))
    assert run("ledger", "verify", "--ledger", url) == 0


def test_removed_for_not_engaging(url: str) -> None:
    """Somebody who does not engage is taken off the programme, and exits with a score."""
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger)
        given = {"actor": "s.officer", "reason": WHY}
        cycle.refer("P1", source="analysis", score=80, **given)
        cycle.judge("P1", accept=True, **given)
        cycle.cohort(["P1"], name="2025-06", **given)
        assert (
            run(
                "cycle", "plan", "P1", "--ledger", url, *STAFF, "--intervention", "key_worker", "--starts", "2025-06-02"
            )
            == 0
        )
        assert run("cycle", "engage", "P1", "--ledger", url, *STAFF, "--week", "1", "--not-engaged") == 0
        assert run("cycle", "remove", "P1", "--ledger", url, *STAFF) == 0
        assert cycle.case("P1").state is State.REMOVED
        cycle.leave("P1", score=78, **given)
        assert cycle.case("P1").state is State.EXITED
        assert cycle.case("P1").weeks == ()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda c: c.judge("P1", actor="a", reason=WHY, accept=True), "follows referred"),
        (lambda c: c.refer("P1", actor=" ", reason="short", source="analysis"), "no name came"),
        (lambda c: c.refer("P1", actor="a", reason="short", source="analysis"), "at least 10 characters, got 5"),
        (lambda c: c.cohort(["P1"], actor="a", reason=WHY, name="n"), "were not accepted"),
        (lambda c: c.engage("P1", actor="a", reason=WHY, week=18), "week must be 1 to 17"),
        (lambda c: c.leave("P1", actor="a", reason=WHY, score=1), "follows completed"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(step, said: str, url: str) -> None:  # type: ignore[no-untyped-def]
    """An impossible step, a missing name or reason: one clear message, and no entry."""
    with Ledger.open(url) as ledger:
        with pytest.raises(UsageError, match=said):
            step(Cycle(ledger))
        assert list(ledger.entries()) == []


def test_a_cohort_is_taken_whole_or_not_at_all(url: str) -> None:
    """An override without a reason leaves no part of the cohort behind."""
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger)
        for person in ("P1", "P2"):
            cycle.refer(person, actor="a", reason=WHY, source="analysis")
            cycle.judge(person, actor="a", reason=WHY, accept=True)
        before = ledger.head()
        with pytest.raises(UsageError, match="an override must have"):
            cycle.cohort(["P1"], actor="a", reason=WHY, name="n", overrides={"P2": ""})
        assert ledger.head() == before


def test_no_error_names_a_person(url: str) -> None:
    """Messages say what is wrong, not who it is about."""
    with Ledger.open(url) as ledger, pytest.raises(UsageError) as caught:
        Cycle(ledger).judge("P00012345", actor="a", reason=WHY, accept=True)
    assert "P00012345" not in str(caught.value)


def test_erasing_a_person_ends_the_case_and_keeps_the_chain(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """After an erasure nothing names the person, and the chain still holds with the head kept before."""
    with Ledger.open(url) as ledger:
        Cycle(ledger).refer("P1", actor="a", reason=WHY, source="analysis")
        kept = ledger.head()
    assert (
        run("ledger", "erase", "--ledger", url, "--subject", "P1", "--actor", "dpo", "--reason", "Retention is over.")
        == 0
    )
    assert run("ledger", "verify", "--ledger", url, "--head", kept) == 0
    capsys.readouterr()
    assert run("ledger", "export", "--ledger", url) == 0
    assert "P1" not in capsys.readouterr().out
