"""One person from referral to exit, one removed for not engaging: every step in the ledger, with a reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, NewEntry, PolicyUsed, Score, State
from matac_ml.casework.statistics import override_counts
from matac_ml.casework.toolkit import load_toolkit
from matac_ml.cli import main
from matac_ml.errors import LedgerError, UsageError
from tests.casework.conftest import MEETING, ONE
from tests.casework.steps import GIVEN, WHY, accept, on_programme

STAFF = ("--actor", "s.officer", "--reason", WHY)
RFGV = PolicyUsed("rfgv 1", "a" * 64)


def run(*arguments: str) -> int:
    """Exit code of ``matac-ml``."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def test_from_referral_to_exit_on_the_command_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every step is an entry, dated by its own day; the exit says what a fall of the score does not show."""
    on = ("--ledger", url, *STAFF)
    steps = (
        ("refer", "P1", *on, "--source", "housing", "--score", "70", "--policy", "default", "--on", "2025-05-28"),
        ("judge", "P1", *on, "--accept", "--on", "2025-05-30"),
        *(("refer", person, *on, "--on", "2025-05-28") for person in ("P2", "P3")),
        *(("judge", person, *on, "--accept", "--on", "2025-05-30") for person in ("P2", "P3")),
        ("cohort", "2025-06", *on, "--proposed", "P1", "--proposed", "P3", "--on", "2025-06-02",
         "--leave-off", "P3=Already in custody till May.", "--put-on", "P2=Known to housing for much more."),
        ("plan", "P1", *on, "--intervention", "behaviour_change_programme", "--starts", "2025-06-09",
         "--on", "2025-06-02"),
        ("engage", "P1", *on, "--week", "17", "--engaged"),
        ("complete", "P1", *on),
        ("exit", "P1", *on, "--score", "41", "--policy", "default"),
    )  # fmt: skip
    for step in steps:
        assert run("cycle", *step) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "no evidence that the programme worked" in said
    assert "cannot be compared" not in said
    with Ledger.open(url) as ledger:
        case = Cycle(ledger, ONE).case("P1")
        assert case.state is State.EXITED
        assert case.entry_score is not None
        assert case.exit_score is not None
        assert (case.entry_score.points, case.exit_score.points, case.engaged) == (70, 41, (17,))
        assert case.entry_score.by == case.exit_score.by
        assert case.taken == MEETING
        assert [entry.kind for entry in case.entries][:4] == [
            "referral", "judgement_accepted", "cohort_proposed", "cohort_member",
        ]  # fmt: skip
        assert override_counts(Cycle(ledger)) == {"cohorts": 1, "put on": 1, "left off": 1}
    assert run("ledger", "verify", "--ledger", url) == 0
    assert run("cycle", "caseload", "--ledger", url) == 0
    shown = capsys.readouterr().out
    assert "in the cohort: 1\n  P2" in shown
    assert "P1" not in shown
    assert run("cycle", "status", "P3", "--ledger", url) == 0
    assert "left off the cohort 2025-06, against the list. By s.officer: Already in custody" in capsys.readouterr().out


def test_removed_for_not_engaging(cycle: Cycle) -> None:
    """Somebody who does not engage is taken off the programme, and exits with a score."""
    on_programme(cycle)
    cycle.engage("P1", week=1, engaged=False, **GIVEN)
    cycle.remove("P1", **GIVEN)
    assert cycle.case("P1").state is State.REMOVED
    cycle.leave("P1", score=Score(78, RFGV), **GIVEN)
    case = cycle.case("P1")
    assert (case.state, case.engaged, case.weeks) == (State.EXITED, (), {1: False})


def test_whoever_goes_to_prison_is_not_recorded_as_not_engaging(cycle: Cycle) -> None:
    """Work that ends for another reason is withdrawn, can exit with a score, and can begin again with a referral."""
    on_programme(cycle)
    cycle.withdraw("P1", **GIVEN)
    assert cycle.case("P1").state is State.WITHDRAWN
    cycle.leave("P1", score=Score(78, RFGV), **GIVEN)
    cycle.refer("P1", source="probation", **GIVEN)
    case = cycle.case("P1")
    assert (case.state, case.exit_score, case.started, case.weeks) == (State.REFERRED, None, None, {})


def test_a_second_agency_may_refer_whoever_waits_for_a_judgement(cycle: Cycle) -> None:
    """Both referrals are kept, and the second without a score leaves the entry score of the first."""
    cycle.refer("P1", source="analysis", score=Score(70, RFGV), **GIVEN)
    cycle.refer("P1", source="housing", **GIVEN)
    case = cycle.case("P1")
    assert (case.state, case.entry_score, len(case.entries)) == (State.REFERRED, Score(70, RFGV), 2)


def test_what_is_said_last_of_a_week_holds(cycle: Cycle) -> None:
    """Yes, yes, no of one week is one week, and not engaged."""
    on_programme(cycle)
    for engaged in (True, True, False):
        cycle.engage("P1", week=1, engaged=engaged, **GIVEN)
    assert cycle.case("P1").weeks == {1: False}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda c: c.judge("P1", actor="a", reason=WHY, accept=True), "follows referred"),
        (lambda c: c.refer("P1", actor=" ", reason="short", source="analysis"), "no letter or digit"),
        (lambda c: c.refer("P1", actor="a", reason="short", source="analysis"), "at least 10 characters, got 5"),
        (lambda c: c.refer("P1", actor="a", reason=WHY, source=" "), "no source was given"),
        (lambda c: c.refer("", actor="a", reason=WHY, source="analysis"), "whom it is about must be named"),
        (lambda c: c.refer("P1 ", actor="a", reason=WHY, source="analysis"), "without blanks around the identifier"),
        (
            lambda c: c.refer("P1", actor="a", reason=WHY, source="analysis", score=Score(-1)),
            "0 points or more, got -1",
        ),
        (
            lambda c: c.refer("P1", actor="a", reason=WHY, source="a", on=date(2025, 6, 3)),
            "after today, 2025-06-02; got",
        ),
        (lambda c: c.cohort(["P1"], actor="a", reason=WHY, name="n", capacity=10), "1 of its members was not accepted"),
        (lambda c: c.cohort(["P1"], actor="a", reason=WHY, name=" ", capacity=0), "1 to 1,000 places, got 0"),
        (lambda c: c.leave("P1", actor="a", reason=WHY, score=Score(1)), "follows completed"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    step: Callable[[Cycle], object], said: str, cycle: Cycle
) -> None:
    """An impossible step, a missing name or reason: one clear message, and no entry."""
    with pytest.raises(UsageError, match=said):
        step(cycle)
    assert list(cycle.ledger.entries()) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda c: c.engage("P1", week=18, engaged=True, **GIVEN), "week must be 1 to 17"),
        (lambda c: c.engage("P1", week=2, engaged=True, **GIVEN), "week 2 begins on 2025-06-09 and cannot be recorded"),
        (lambda c: c.engage("P1", week=1, engaged=True, on=date(2025, 6, 1), **GIVEN), "before it, 2025-06-02; got"),
        (
            lambda c: c.plan("P1", interventions=["key_worker"], starts=date(2025, 6, 1), **GIVEN),
            "begin from 2025-06-02",
        ),
        (
            lambda c: c.plan("P1", interventions=["key_worker"], starts=date(9999, 12, 31), **GIVEN),
            "to 2026-06-02; got",
        ),
        (lambda c: c.plan("P1", interventions=["key_worker", "key_worker"], starts=MEETING, **GIVEN), "named twice"),
        (lambda c: c.plan("P1", interventions=["prayer"], starts=MEETING, **GIVEN), "in the toolkit, got prayer"),
    ],
)
def test_what_cannot_be_of_a_programme_is_refused(step: Callable[[Cycle], object], said: str, cycle: Cycle) -> None:
    """A week that has not begun, a step dated before the one before, a plan before its cohort or of 9999: no entry."""
    on_programme(cycle)
    before = cycle.ledger.head()
    with pytest.raises(UsageError, match=said):
        step(cycle)
    assert cycle.ledger.head() == before


def test_a_programme_that_has_not_begun_is_not_completed(cycle: Cycle) -> None:
    """Planned from next week, completed today: refused; with another first day the weeks are other weeks."""
    on_programme(cycle)
    cycle.engage("P1", week=1, engaged=True, **GIVEN)
    cycle.plan("P1", interventions=["key_worker"], starts=MEETING + timedelta(days=7), **GIVEN)
    assert cycle.case("P1").weeks == {}
    with pytest.raises(UsageError, match="begins on 2025-06-09 and cannot be completed on 2025-06-02"):
        cycle.complete("P1", **GIVEN)


def test_no_error_names_a_person(cycle: Cycle) -> None:
    """Messages say what is wrong, not who it is about."""
    with pytest.raises(UsageError) as caught:
        cycle.judge("P00012345", accept=True, **GIVEN)
    assert "P00012345" not in str(caught.value)
    with pytest.raises(UsageError) as caught:
        cycle.cohort(["P00012345"] * 2, name="n", capacity=10, leave_off={"P00099999": "short"}, **GIVEN)
    assert "P000" not in str(caught.value)


@pytest.mark.parametrize(
    ("exit_score", "said"),
    [
        (Score(41, RFGV), "A score falls by itself"),
        (
            Score(41, PolicyUsed("rfgv 1", "b" * 64)),
            "different policies (rfgv 1, aaaaaaaaaaaa and rfgv 1, bbbbbbbbbbbb)",
        ),
        (Score(41), "By which policy a score was made is not recorded"),
        (Score(41, RFGV, MEETING), "as of 2025-06-02, and the entry score as of 2025-06-02: it is not later than"),
    ],
)
def test_scores_of_different_policies_are_not_set_side_by_side(exit_score: Score, said: str, cycle: Cycle) -> None:
    """The exit says so when its score is by another policy than the first, by one not recorded, or of no later day."""
    cycle.refer("P1", source="analysis", score=Score(70, RFGV, MEETING), **GIVEN)
    cycle.judge("P1", accept=True, **GIVEN)
    cycle.withdraw("P1", **GIVEN)
    done = cycle.leave("P1", score=exit_score, **GIVEN)
    assert done.personal is not None
    assert said in done.personal.payload["note"]
    assert done.personal.payload["note"].endswith("people who were not on it.")


def test_erasing_a_person_ends_the_case_and_keeps_the_chain(
    url: str, cycle: Cycle, capsys: pytest.CaptureFixture[str]
) -> None:
    """After an erasure nothing of a whole cycle names the person; the chain and the counts still hold."""
    accept(cycle, "P1", "P2", "P3")
    over = {"leave_off": {"P2": "In custody until the spring."}, "put_on": {"P3": "Known to housing for more."}}
    cycle.cohort(["P1", "P2"], name="2025-06", capacity=2, **over, **GIVEN)
    cycle.plan("P1", interventions=["key_worker"], starts=MEETING, **GIVEN)
    kept = cycle.ledger.head()
    naming = ("--subject", "P1", "--actor", "dpo", "--reason", "P1 asked for it.")
    assert run("ledger", "erase", "--ledger", url, *naming) == 2
    assert cycle.ledger.head() == kept
    for person in ("P1", "P2", "P3"):
        given = ("--subject", person, "--actor", "dpo", "--reason", "Retention is over.")
        assert run("ledger", "erase", "--ledger", url, *given) == 0
        assert cycle.case(person).state is State.NOBODY
        capsys.readouterr()
        assert run("ledger", "export", "--ledger", url) == 0
        assert person not in capsys.readouterr().out
    assert run("ledger", "verify", "--ledger", url, "--head", kept) == 0
    assert override_counts(cycle) == {"cohorts": 1, "put on": 1, "left off": 1}


def test_a_case_whose_older_entries_were_erased_stands_where_the_others_put_it(cycle: Cycle) -> None:
    """With referral, cohort and plan gone when their retention ended, the programme goes on and can end."""
    on_programme(cycle)
    middle = datetime.now(UTC)
    cycle.engage("P1", week=1, engaged=True, **GIVEN)
    cycle.ledger.erase(actor="dpo", reason="Retention is over.", before=middle)
    case = cycle.case("P1")
    assert (case.state, case.started, case.weeks, case.entry_score) == (State.PLANNED, None, {1: True}, None)
    cycle.complete("P1", **GIVEN)
    done = cycle.leave("P1", score=Score(3, RFGV), **GIVEN)
    assert done.personal is not None
    assert done.personal.payload["note"].startswith("No entry score was recorded")


def test_a_force_plans_from_its_own_toolkit(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An intervention of the force's own file is planned, and the plan names the file's version and hash."""
    own = tmp_path / "toolkit.yaml"
    own.write_text(
        "name: ours\nversion: '2'\ninterventions:\n"
        "  kennel:\n    category: diversion\n    text: A place.\n    source: Us\n"
    )
    with Ledger.open(url) as ledger:
        accept(Cycle(ledger, ONE), "P1")
        Cycle(ledger, ONE).cohort(["P1"], name="n", capacity=10, **GIVEN)
    starts = date.today().isoformat()
    asked = ("cycle", "plan", "P1", "--ledger", url, *STAFF, "--intervention", "kennel", "--starts", starts)
    assert run(*asked) == 2
    assert run(*asked, "--toolkit", str(own)) == 0, capsys.readouterr().err
    with Ledger.open(url) as ledger:
        payload = next(entry.personal.payload for entry in ledger.entries(kind="plan") if entry.personal)
    assert payload["toolkit"] == "ours 2"
    assert len(payload["toolkit_sha256"]) == 64


LAST_DAY = MEETING + timedelta(weeks=17, days=-1)


@pytest.mark.parametrize(
    ("after", "taken"),
    [(0, False), (16 * 7, False), (17 * 7 - 2, False), (17 * 7 - 1, True), (17 * 7, True), (400, True)],
)
def test_a_programme_is_complete_when_its_weeks_are_over(cycle: Cycle, after: int, taken: bool) -> None:
    """Not on the first day with none of 17 weeks; from the last day of the last week on."""
    on_programme(cycle)
    cycle.today = lambda: MEETING + timedelta(days=after)
    if taken:
        cycle.complete("P1", **GIVEN)
        assert cycle.case("P1").state is State.COMPLETED
        return
    with pytest.raises(UsageError, match=f"of 17 weeks ends on {LAST_DAY} and cannot be completed"):
        cycle.complete("P1", **GIVEN)
    cycle.end_early("P1", **GIVEN)
    assert cycle.case("P1").state is State.ENDED_EARLY
    cycle.leave("P1", score=Score(3, RFGV), **GIVEN)


def test_an_early_end_is_neither_before_the_programme_nor_after_it(cycle: Cycle) -> None:
    """Before the first day it is a withdrawal; after the last one a completion."""
    on_programme(cycle)
    cycle.plan("P1", interventions=["key_worker"], starts=MEETING + timedelta(days=7), **GIVEN)
    with pytest.raises(UsageError, match="withdraw the person"):
        cycle.end_early("P1", **GIVEN)
    cycle.today = lambda: MEETING + timedelta(days=7, weeks=17)
    with pytest.raises(UsageError, match="complete the programme"):
        cycle.end_early("P1", **GIVEN)


@pytest.mark.parametrize("where", ["plan", "toolkit"])
def test_plan_or_toolkit_say_how_many_weeks(url: str, tmp_path: Path, where: str) -> None:
    """Twenty-six weeks: the week is taken, and the completion waits for it; the plan has the last word."""
    own = tmp_path / "toolkit.yaml"
    text = "name: ours\nversion: '2'\njudgements: 1\nprogramme_weeks: {}\ninterventions:\n  kennel:\n"
    text += "    category: diversion\n"
    own.write_text(text.format(26 if where == "toolkit" else 4) + "    text: A place.\n    source: Us\n")
    with Ledger.open(url) as ledger:
        cycle = Cycle(ledger, load_toolkit(own), today=lambda: MEETING)
        accept(cycle, "P1")
        cycle.cohort(["P1"], name="n", capacity=1, **GIVEN)
        weeks = 26 if where == "plan" else None
        cycle.plan("P1", interventions=["kennel"], starts=MEETING, weeks=weeks, **GIVEN)
        cycle.today = lambda: MEETING + timedelta(weeks=25)
        cycle.engage("P1", week=26, engaged=True, **GIVEN)
        with pytest.raises(UsageError, match="week must be 1 to 26, got 27"):
            cycle.engage("P1", week=27, engaged=True, **GIVEN)
        with pytest.raises(UsageError, match="of 26 weeks"):
            cycle.complete("P1", **GIVEN)
        cycle.today = lambda: MEETING + timedelta(weeks=26)
        cycle.complete("P1", **GIVEN)


@pytest.mark.parametrize("weeks", [0, -1, 105])
def test_a_programme_of_no_weeks_or_of_years_is_refused(cycle: Cycle, weeks: int) -> None:
    """A plan lasts 1 to 104 weeks."""
    accept(cycle, "P1")
    cycle.cohort(["P1"], name="n", capacity=1, **GIVEN)
    with pytest.raises(UsageError, match="1 to 104 weeks"):
        cycle.plan("P1", interventions=["key_worker"], starts=MEETING, weeks=weeks, **GIVEN)


@pytest.mark.parametrize("weeks", [1, 104])
def test_a_programme_of_one_week_or_of_two_years_is_planned(cycle: Cycle, weeks: int) -> None:
    """The shortest and the longest that a plan may last."""
    accept(cycle, "P1")
    cycle.cohort(["P1"], name="n", capacity=1, **GIVEN)
    cycle.plan("P1", interventions=["key_worker"], starts=MEETING, weeks=weeks, **GIVEN)
    assert cycle.case("P1").programme_weeks == weeks


def test_whoever_is_removed_gets_a_disruption_plan(cycle: Cycle, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Expected next, and said so; made of disruption and enforcement, changed, and ended by an exit."""
    on_programme(cycle)
    cycle.remove("P1", **GIVEN)
    assert run("cycle", "status", "P1", "--ledger", url) == 0
    assert "Now: removed for not engaging. Expected next: a disruption plan." in capsys.readouterr().out
    for wrong, said in (
        ({"interventions": ["key_worker"]}, "one of disruption and enforcement, got key_worker"),
        ({"interventions": ["active_disruption"], "weeks": 4}, "has no weeks"),
        ({"interventions": ["active_disruption"], "starts": MEETING - timedelta(days=1)}, "must begin from 2025-06-02"),
        ({"interventions": []}, "at least one intervention"),
    ):
        with pytest.raises(UsageError, match=said):
            cycle.plan("P1", **({"starts": MEETING} | wrong), **GIVEN)  # type: ignore[arg-type]
    for names in (["active_disruption"], ["active_disruption", "protection_order"]):
        cycle.plan("P1", interventions=names, starts=MEETING, **GIVEN)
        case = cycle.case("P1")
        assert (case.state, case.interventions) == (State.DISRUPTED, tuple(names))
    with pytest.raises(UsageError, match="engagement follows planned"):
        cycle.engage("P1", week=1, engaged=True, **GIVEN)
    cycle.leave("P1", score=Score(78, RFGV), **GIVEN)
    assert cycle.case("P1").state is State.EXITED


@pytest.mark.parametrize(
    "hidden",
    [
        "\u3164" * 12,
        "\u200b" * 30,
        "\u00a0" * 30,
        "\u2800" * 20,
        "\u202e\u202d" * 9,
        "\ufe0f" * 20,
        "\U000e0041" * 20,
        "ten \u3164\u3164\u3164\u3164\u3164\u3164\u3164 no",
    ],
)
@pytest.mark.parametrize("step", ["refer", "cohort", "override", "erase"])
def test_a_reason_that_nobody_can_read_is_none(
    cycle: Cycle, url: str, step: str, hidden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fillers, zero-width, blanks, tags and direction marks do not make ten characters, at any step."""
    accept(cycle, "P1", "P2")
    before = cycle.ledger.head()
    if step == "erase":
        given = ("--subject", "P1", "--actor", "dpo", "--reason", hidden)
        assert run("ledger", "erase", "--ledger", url, *given) == 2
        assert "must have at least 10 characters" in capsys.readouterr().err
    else:
        taken: dict[str, Callable[[], object]] = {
            "refer": lambda: cycle.refer("P3", actor="a", reason=hidden, source="housing"),
            "cohort": lambda: cycle.cohort(["P1"], actor="a", reason=hidden, name="n", capacity=1),
            "override": lambda: cycle.cohort(["P1"], name="n", capacity=2, put_on={"P2": hidden}, **GIVEN),
        }
        with pytest.raises(UsageError, match="must have at least 10 characters"):
            taken[step]()
    assert cycle.ledger.head() == before


@pytest.mark.parametrize("nobody", ["NULL", "n/a", "nan", "#REF!", "1.2E+15", "\\N"])
def test_what_a_program_writes_for_no_value_is_not_referred(cycle: Cycle, nobody: str) -> None:
    """The next export would write the same word for somebody else, whose records would then be this case's."""
    with pytest.raises(UsageError, match=r"a program"):
        cycle.refer(nobody, source="housing", **GIVEN)
    assert not list(cycle.ledger.entries())


@pytest.mark.parametrize(
    "actor",
    [
        "",
        " ",
        "\u3164",
        "\u200b\u200b",
        "\u00a0",
        "s.\u200bofficer",
        "s.offi\u00adcer",
        "\u202eofficer",
        "a\nb",
        "\ud800",
    ],
)
def test_whoever_takes_a_step_can_be_seen(cycle: Cycle, url: str, actor: str) -> None:
    """A name of nothing, or one that looks like another's, is refused; also whom a step is about, and who refers."""
    with pytest.raises(UsageError, match=r"no letter or digit|cannot be seen"):
        cycle.refer("P1", actor=actor, reason=WHY, source="housing")
    with pytest.raises(UsageError, match=r"no source was given|can be seen|cannot be seen"):
        cycle.refer("P1", actor="a", reason=WHY, source=actor)
    with pytest.raises(UsageError, match=r"whom it is about must be named|cannot be seen"):
        cycle.refer(actor, actor="a", reason=WHY, source="housing")
    accept(cycle, "P2")
    with pytest.raises(UsageError, match="name of the meeting"):
        cycle.cohort(["P2"], name=actor, capacity=1, **GIVEN)
    if "\ud800" not in actor:
        given = ("--subject", "P2", "--actor", actor, "--reason", WHY)
        assert run("ledger", "erase", "--ledger", url, *given) == 2


def test_a_reason_is_kept_as_it_reads(cycle: Cycle) -> None:
    """Soft hyphens, marks and blanks of other kinds are taken out of what is kept."""
    entry = cycle.refer(
        "P1", actor=" s.officer ", reason="\ufeffAgreed at\u00a0the \n meet\u00ading. ", source="housing"
    )
    assert entry.personal is not None
    assert (entry.actor, entry.personal.justification) == ("s.officer", "Agreed at the meeting.")


def test_a_step_dated_by_a_wrong_clock_keeps_nobody_from_the_next(cycle: Cycle) -> None:
    """Referred on a day that has not come yet, the person is judged today; a day before today is still in order."""
    cycle.today = lambda: MEETING + timedelta(days=60)
    cycle.refer("P1", source="housing", **GIVEN)
    cycle.today = lambda: MEETING
    with pytest.raises(UsageError, match="must not lie before the step before it"):
        cycle.judge("P1", accept=True, on=MEETING - timedelta(days=1), **GIVEN)
    cycle.judge("P1", accept=True, **GIVEN)
    assert cycle.case("P1").state is State.ACCEPTED


@pytest.mark.parametrize(
    "payload", [{}, {"on": 5}, {"on": "soon"}, {"on": "2025-06-02", "starts": None, "interventions": 3}]
)
def test_a_step_that_does_not_say_what_it_should_is_a_ledger_error(cycle: Cycle, payload: dict[str, object]) -> None:
    """Written by something else into the ledger, it is named and ends no command in a traceback."""
    cycle.ledger.append(NewEntry("plan", "somebody", subject="P1", payload=payload))
    with pytest.raises(LedgerError, match="Entry 1 is not a valid plan entry"):
        cycle.case("P1")
