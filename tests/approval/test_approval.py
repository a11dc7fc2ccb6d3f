"""An approval is asked for by one person and decided by another; it names a release and holds until a day."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from matac_ml import __version__
from matac_ml.approval.acting import Who, ask, decline, is_same_person, withdraw
from matac_ml.approval.choices import read_choices
from matac_ml.approval.standing import APPROVED, DECLINED, REQUESTED, approvals_in, find, open_requests
from matac_ml.casework import Entry, Ledger, NewEntry
from matac_ml.cli import main
from matac_ml.clock import set_clock, today
from matac_ml.errors import BundleError, GateError, LedgerError, UsageError
from matac_ml.facts import GateStanding
from matac_ml.gates import GATES, Waiver
from matac_ml.practice import APPROVAL_DAYS
from matac_ml.yamltext import yaml_text
from serving.ledger.writer import LedgerWriter
from tests.approval.decided import (
    ANALYST,
    BOARD,
    CHOICES,
    REASON,
    approve_release,
    ask_for,
    decide_for,
    release_around,
)
from tests.bundle.made_up import all_passed, make_release

NO_LEAK = Waiver("no_leak", "The AUC is that of a made-up force.")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Address of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def writer(ledger: str) -> Iterator[LedgerWriter]:
    """The ledger as the service reads it."""
    writer = LedgerWriter(ledger)
    writer.start()
    yield writer
    writer.stop()


def end(release: str, ledger: str, who: Who = BOARD) -> Entry:
    """Withdraw an approval; no ledger is made."""
    with Ledger.open(ledger, create_missing=False) as book:
        return withdraw(book, release, who=who)


def entries_of(ledger: str) -> list[Entry]:
    """Every entry."""
    with Ledger.open(ledger) as book:
        return list(book.entries())


def test_an_approval_counts_until_it_is_withdrawn(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Approved, withdrawn, asked for and approved again: what the service reads follows each."""
    bundle = make_release(tmp_path / "run")
    assert writer.approvals() == frozenset()
    for _ in range(2):
        release = approve_release(bundle, ledger)
        (held,) = writer.approvals()
        assert held.hashes is not None
        assert (held.hashes.release, held.requested_by, held.approved_by) == (release, "A. Analyst", "The board")
        assert find(release_around(bundle), [held], today()) == held
        end(release, ledger)
        assert writer.approvals() == frozenset()


@pytest.mark.parametrize("name", ["A. Analyst", "a analyst", " A.  ANALYST ", "A. \u00c1nalyst"])
def test_whoever_asks_does_not_decide(tmp_path: Path, ledger: str, name: str) -> None:
    """Neither way of deciding, under no spelling of the name; the request stays open for somebody else."""
    release = ask_for(make_release(tmp_path / "run"), ledger)
    with pytest.raises(GateError, match="Whoever asks for an approval cannot decide it"):
        decide_for(release, ledger, who=Who(name, REASON))
    with Ledger.open(ledger) as book:
        with pytest.raises(GateError, match="cannot decide"):
            decline(book, release, who=Who(name, REASON))
        assert len(open_requests(book.entries())) == 1
    decide_for(release, ledger)


def test_one_key_is_one_person_whatever_names_it_gives(tmp_path: Path, ledger: str) -> None:
    """Over HTTP a key says for whom it acts: with one key nobody is two people. On the command line there is none."""
    release = ask_for(make_release(tmp_path / "run"), ledger, who=replace(ANALYST, caller="key:shared"))
    with pytest.raises(GateError, match="by this key or account"):
        decide_for(release, ledger, who=replace(BOARD, caller="key:shared"))
    decide_for(release, ledger, who=replace(BOARD, caller="key:another"))
    assert not is_same_person("A. Chair", "B. Chair")


def test_nothing_is_decided_that_nobody_asked_for(tmp_path: Path, ledger: str) -> None:
    """No request, or one that was decided already: refused, and nothing is recorded."""
    bundle = make_release(tmp_path / "run")
    release = release_around(bundle).hash
    with pytest.raises(GateError, match="no open request"):
        decide_for(release, ledger)
    ask_for(bundle, ledger)
    with Ledger.open(ledger) as book:
        decline(book, release, who=BOARD)
    with pytest.raises(GateError, match="no open request"):
        decide_for(release, ledger)
    assert [entry.kind for entry in entries_of(ledger)] == [REQUESTED, DECLINED]


def test_an_approval_ends_with_its_last_day_in_london(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """It holds on that day until midnight there, which in summer is 23:00 in UTC, and not a minute longer."""
    bundle = make_release(tmp_path / "run")
    with set_clock(datetime(2027, 5, 3, 12, tzinfo=UTC)):
        approve_release(bundle, ledger, until=date(2027, 6, 30))
        (held,) = writer.approvals()
        assert "until 30 June 2027" in held.text
    for moment, holds in (((2027, 6, 30, 22, 59), True), ((2027, 6, 30, 23, 0), False)):
        with set_clock(datetime(*moment, tzinfo=UTC)):
            assert (find(release_around(bundle), [held], today()) is not None) is holds


@pytest.mark.parametrize("days", [-1, APPROVAL_DAYS + 1])
def test_the_last_day_is_within_a_year(tmp_path: Path, ledger: str, days: int) -> None:
    """Not before today and not later than a year from today; both ends can be."""
    bundle = make_release(tmp_path / "run")
    release = ask_for(bundle, ledger)
    with pytest.raises(GateError, match="must lie between"):
        decide_for(release, ledger, until=today() + timedelta(days=days))
    decide_for(release, ledger, until=today() + timedelta(days=max(0, min(days, APPROVAL_DAYS))))


def test_conditions_stand_in_the_entry_and_in_the_words(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Each says something; an empty one is refused."""
    release = ask_for(make_release(tmp_path / "run"), ledger)
    with pytest.raises(GateError, match="condition 2 must have"):
        decide_for(release, ledger, conditions=("Looked at again in May.", "-"))
    decide_for(release, ledger, conditions=("Looked at again in May.", "Not used in Area A."))
    (held,) = writer.approvals()
    assert "Conditions: Looked at again in May.; Not used in Area A." in held.text


def test_an_approval_of_one_person_holds_for_a_year_and_says_so(ledger: str, tmp_path: Path) -> None:
    """An entry of before, without a request and a last day, verifies, counts for a year from its day, and says why."""
    bundle = make_release(tmp_path / "run")
    release = release_around(bundle)
    with set_clock(datetime(2026, 11, 27, 9, tzinfo=UTC)), Ledger.open(ledger) as book:
        payload = {**asdict(release.hashes), "waivers": [], "model": "made-up", "code": "0.1.0"}
        book.append(NewEntry(APPROVED, "The board", justification=REASON, reference=release.hash, payload=payload))
        book.verify()
        (held,) = approvals_in(book.entries())
    assert held.until == date(2027, 11, 27)
    assert held.text.endswith("It was recorded by one person, before a second one was needed.")
    assert find(release, [held], date(2027, 11, 27)) == held
    assert find(release, [held], date(2027, 11, 28)) is None


@pytest.mark.parametrize("until", ["2099-01-01", "9999-12-31", "soon", 7])
def test_no_entry_lets_an_approval_last_longer_than_a_year(ledger: str, tmp_path: Path, until: object) -> None:
    """Whatever somebody wrote into the ledger as its last day."""
    release = release_around(make_release(tmp_path / "run"))
    payload = {**asdict(release.hashes), "waivers": [], "until": until, "requested_by": "A. Analyst"}
    with Ledger.open(ledger) as book:
        book.append(NewEntry(APPROVED, "The board", justification=REASON, reference=release.hash, payload=payload))
        (held,) = approvals_in(book.entries())
    assert held.until <= today() + timedelta(days=APPROVAL_DAYS)


def test_a_retirement_whose_text_is_gone_ends_every_approval(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Somebody deletes what was retired from the database: no release comes back into force by that."""
    bundle = make_release(tmp_path / "run")
    number = end(approve_release(bundle, ledger), ledger).number
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("DELETE FROM ledger_personal WHERE number = ?", (number,))
    assert writer.approvals() == frozenset()


def test_an_approval_that_was_altered_is_an_error(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Another release written into the entry of an approval: it is not read, and whoever asks is told."""
    approve_release(make_release(tmp_path / "run"), ledger)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute(
            "UPDATE ledger_personal SET text = replace(text, '\"waivers\":[]', '\"waivers\":[1]') WHERE number = 2"
        )
    with pytest.raises(LedgerError, match="Entry 2 cannot be read: it was altered"):
        writer.approvals()


def test_retiring_makes_no_ledger(tmp_path: Path, ledger: str) -> None:
    """A mistyped address is an error, not the beginning of a second ledger."""
    with pytest.raises(LedgerError, match="There is no ledger"):
        end("0" * 64, ledger)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["postgresql://u:secret@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?password=secret"]
)
def test_the_command_takes_no_password_as_an_argument(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the service does: the address is refused without being repeated."""
    told = ["approve", "grant", "0" * 64, "--ledger", address, "--by", BOARD.name, "--reason", REASON]
    told += ["--until", "2027-01-01"]
    with pytest.raises(SystemExit, match="2"):
        main(told)
    said = capsys.readouterr().err
    assert "MATAC_LEDGER_FILE" in said
    assert "secret" not in said


def test_the_entry_holds_every_hash_and_the_version_of_the_code(tmp_path: Path, ledger: str) -> None:
    """Bundle, policy, papers and gates are bound; the code's version is recorded and not part of the hash."""
    bundle = make_release(tmp_path / "run")
    approve_release(bundle, ledger)
    hashes = release_around(bundle).hashes
    for entry in entries_of(ledger):
        assert entry.personal is not None
        assert {name: entry.personal.payload[name] for name in asdict(hashes)} == asdict(hashes)
        assert entry.personal.payload["code"] == __version__
    (request,) = [entry for entry in entries_of(ledger) if entry.kind == REQUESTED]
    assert request.personal is not None
    assert request.personal.payload["choices"] == [choice.model_dump() for choice in CHOICES]


@pytest.mark.parametrize("standing", [GateStanding.NOT_PASSED, GateStanding.NOT_JUDGED])
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_does_not_hold_stops_a_request(
    tmp_path: Path, ledger: str, gate: str, standing: GateStanding
) -> None:
    """Not passed and not judged alike, whichever gate: refused by name, and no ledger is made."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=[gate], standing=standing))
    with pytest.raises(GateError, match=rf"{gate}: {standing.words}"):
        ask_for(bundle, ledger)
    assert entries_of(ledger) == []


def test_a_waiver_by_name_with_a_reason_lets_a_request_through(
    tmp_path: Path, ledger: str, writer: LedgerWriter
) -> None:
    """Each of two gates has its own waiver in the papers; the ledger holds both, and the service says both."""
    gates, both = all_passed(but=["no_leak", "no_new_disparity"]), Waiver("no_new_disparity", "Looked at in minute 8.")
    with pytest.raises(GateError, match="no_new_disparity: not passed") as refused:
        ask_for(make_release(tmp_path / "one", gates=gates, waivers=[NO_LEAK]), ledger)
    assert "no_leak:" not in str(refused.value)
    approve_release(make_release(tmp_path / "two", gates=gates, waivers=[NO_LEAK, both]), ledger)
    (held,) = writer.approvals()
    assert (
        "with waivers: No leak (The AUC is that of a made-up force.); No new disparity (Looked at in minute 8.)."
    ) in held.text


@pytest.mark.parametrize(
    ("waivers", "said"),
    [
        ([Waiver("no_leak", "ok")], "must have at least 10 characters"),
        ([Waiver("no_leak", "\u3164" * 12)], "must have at least 10 characters"),
        ([Waiver("no_leak", "\u00a0" * 12)], "must have at least 10 characters"),
        ([Waiver("no_leak", "A long reason \u202e hidden")], "characters that cannot be seen"),
        ([NO_LEAK, Waiver("better_than_matrix", "It was passed anyway.")], "passed, so it takes no waiver"),
        ([NO_LEAK, Waiver("everything", "All of them, please.")], "names no gate of this release"),
        ([Waiver("No leak", "The title is not the name.")], "no_leak: not passed"),
    ],
    ids=["short", "fillers", "blanks", "reversed", "needless", "no such gate", "by title"],
)
def test_a_waiver_that_explains_nothing_or_waives_nothing_is_refused(
    tmp_path: Path, ledger: str, waivers: list[Waiver], said: str
) -> None:
    """Reasons that cannot be seen, gates that are not there or hold: refused, and nothing is recorded."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=["no_leak"]), waivers=waivers)
    with pytest.raises(GateError, match=said):
        ask_for(bundle, ledger)
    assert entries_of(ledger) == []


@pytest.mark.parametrize("told", [{"name": " "}, {"name": "\u3164"}, {"reason": "ok"}, {"reason": "\u200b" * 20}])
def test_nobody_acts_without_a_name_and_a_reason(tmp_path: Path, ledger: str, told: dict[str, str]) -> None:
    """A name or reason that cannot be seen is refused, and nothing is recorded."""
    bundle = make_release(tmp_path / "run")
    who = replace(BOARD, **told)
    acts: list[Callable[[], object]] = [
        lambda: ask_for(bundle, ledger, who=who),
        lambda: decide_for("0" * 64, ledger, who=who),
        lambda: end("0" * 64, ledger, who),
    ]
    for act in acts:
        with pytest.raises(GateError, match="somebody who decides and a reason"):
            act()
    assert entries_of(ledger) == []


def test_what_is_not_a_whole_release_cannot_be_approved(tmp_path: Path, ledger: str) -> None:
    """A bundle alone, or with papers that were changed: nobody can have approved it as it is."""
    bundle = make_release(tmp_path / "run")
    (bundle.parent / "gates.json").unlink()
    (bundle.parent / "papers" / "model-card.md").write_bytes(b"# A model card\nIt is perfect.\n")
    with pytest.raises(BundleError, match=r"(?s)model-card.md: larger.*The gates file must stand beside") as refused:
        ask_for(bundle, ledger)
    assert len(refused.value.faults) == 3
    assert not (tmp_path / "ledger.db").exists()


def test_only_what_was_approved_is_withdrawn(tmp_path: Path, ledger: str) -> None:
    """A hash that the ledger does not hold is refused with those it holds; nothing need be on disk to withdraw."""
    bundle = make_release(tmp_path / "run")
    release = approve_release(bundle, ledger)
    with pytest.raises(UsageError, match=release):
        end("0" * 64, ledger)
    (bundle / "model.json").unlink()
    end(release, ledger)
    with pytest.raises(UsageError, match="It holds none"):
        end(release, ledger)


def test_design_choices_are_part_of_a_request(tmp_path: Path, ledger: str) -> None:
    """Label, window and threshold each with an owner and a reason; one left out, or said twice, is refused by name."""
    release = release_around(make_release(tmp_path / "run"))
    with Ledger.open(ledger) as book:
        with pytest.raises(GateError, match="threshold: how many people"):
            ask(book, release, who=ANALYST, choices=CHOICES[:2])
        with pytest.raises(GateError, match="label: it is listed twice"):
            ask(book, release, who=ANALYST, choices=(*CHOICES, CHOICES[0]))
        assert list(book.entries()) == []


def test_the_file_of_choices_is_read_with_every_fault(tmp_path: Path) -> None:
    """An empty owner or reason is a fault with its line; filled in it is the request's decision log."""
    file = tmp_path / "choices.yaml"
    lines = {choice.topic: choice.model_dump(exclude={"topic"}) for choice in CHOICES}
    file.write_text(yaml_text({**lines, "label": {**lines["label"], "owner": "", "reason": "so"}}))
    with pytest.raises(GateError) as refused:
        read_choices(file)
    assert [fault.split(":")[0] for fault in refused.value.faults] == [
        "choices.yaml, line 3, label.owner",
        "choices.yaml, line 4, label.reason",
    ]
    file.write_text(yaml_text(lines))
    assert read_choices(file) == CHOICES


@pytest.mark.parametrize(
    "payload",
    [
        {"model": "small"},
        {},
        {"bundle": "a", "policy": "b", "papers": "c", "gates": "d"},
        {"bundle": ["a"], "waivers": "none"},
        {"waivers": [1, {"title": None}]},
    ],
    ids=["earlier version", "nothing", "hashes of another release", "lists", "waivers of nothing"],
)
def test_an_approval_that_names_no_release_is_not_taken_for_one(
    ledger: str, writer: LedgerWriter, payload: dict[str, object]
) -> None:
    """Entries of an earlier version, or whose hashes do not give their reference, name no release."""
    with Ledger.open(ledger) as book:
        book.append(NewEntry(APPROVED, "The board", justification="Minute 7.", reference="e" * 64, payload=payload))
    (held,) = writer.approvals()
    assert (held.bundle, held.hashes) == ("e" * 64, None)
    assert approvals_in([]) == frozenset()


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The command as a board's secretary runs it: how it ended, and what it said."""
    with pytest.raises(SystemExit) as ended:
        main(["approve", *arguments])
    said = capsys.readouterr()
    return int(str(ended.value.code)), said.out + said.err


def test_the_commands_from_request_to_withdrawal(
    tmp_path: Path, ledger: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address may stand in a file, so that no password is an argument; whoever asked is refused in one line."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=["no_leak"]), waivers=[NO_LEAK])
    (tmp_path / "url").write_text(f"{ledger}\n")
    monkeypatch.setenv("MATAC_LEDGER_FILE", str(tmp_path / "url"))
    made = tmp_path / "choices.yaml"
    made.write_text(yaml_text({choice.topic: choice.model_dump(exclude={"topic"}) for choice in CHOICES}))
    release, why = release_around(bundle).hash, ("--reason", REASON)
    asking = ("request", "--bundle", str(bundle), "--by", "A. Analyst", *why, "--choices", str(made))
    done, said = command(capsys, *asking)
    assert (done, f"Asked for: release {release}" in said) == (0, True), said
    terms = ("--until", (today() + timedelta(days=9)).isoformat(), "--condition", "Looked at again in May.")
    done, said = command(capsys, "grant", release, "--by", "a analyst", *why, *terms)
    assert (done, "another person must decide" in said) == (GateError.exit_code, True)
    done, said = command(capsys, "grant", release, "--by", "The board", *why, *terms)
    assert (done, f"Approved: release {release}" in said) == (0, True), said
    assert "Looked at again in May." in command(capsys, "show")[1]
    monkeypatch.delenv("MATAC_LEDGER_FILE")
    assert "Withdrawn" in command(capsys, "withdraw", release, "--by", "The board", *why, "--ledger", ledger)[1]
    assert command(capsys, "show", "--ledger", ledger) == (0, "Nothing is asked for and nothing is approved.\n")


def test_the_approval_in_a_ledger_of_an_earlier_version_is_told_apart(tmp_path: Path) -> None:
    """The ledger written at bc9f915 opens; its approval names a bundle alone, and does not count for a release."""
    kept = shutil.copy(Path(__file__).parents[1] / "fixtures" / "ledger-bc9f915.db", tmp_path / "ledger.db")
    with Ledger.open(f"sqlite:///{kept}") as book:
        (held,) = approvals_in(book.entries(kind=APPROVED))
    assert (len(held.bundle), held.hashes) == (64, None)
