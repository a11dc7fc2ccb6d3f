"""An approval is an entry of the ledger and names a release: the service believes it, until it is retired."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from matac_ml import __version__
from matac_ml.bundle import load_bundle
from matac_ml.casework import Ledger, NewEntry
from matac_ml.cli import main
from matac_ml.errors import BundleError, GateError, LedgerError, UsageError
from matac_ml.facts import GateStanding
from matac_ml.gates import GATES, Waiver
from matac_ml.release import beside, read_release
from serving.approve import approve, retire_release
from serving.ledger.approvals import APPROVED, approvals_in
from serving.ledger.writer import LedgerWriter
from tests.bundle.made_up import all_passed, make_release

WHY = {"by": "The board", "reason": "Minute 7 of the November board."}
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


def hash_of(bundle: Path) -> str:
    """Hash of the release around a bundle."""
    papers, gates = beside(bundle)
    return read_release(load_bundle(bundle), papers=papers, gates=gates).hash


def test_an_approval_counts_until_it_is_retired(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Approved, retired, approved again: what the service reads follows each."""
    bundle = make_release(tmp_path / "run")
    assert writer.approvals() == frozenset()
    for _ in range(2):
        entry = approve(bundle, ledger, **WHY)
        (held,) = writer.approvals()
        assert held.hashes is not None
        assert held.hashes.release == hash_of(bundle) == (entry.personal and entry.personal.reference)
        assert held.text == "Approved."
        retire_release(hash_of(bundle), ledger, **WHY)
        assert writer.approvals() == frozenset()


def test_a_retirement_whose_text_is_gone_ends_every_approval(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Somebody deletes what was retired from the database: no release comes back into force by that."""
    bundle = make_release(tmp_path / "run")
    approve(bundle, ledger, **WHY)
    number = retire_release(hash_of(bundle), ledger, **WHY).number
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("DELETE FROM ledger_personal WHERE number = ?", (number,))
    assert writer.approvals() == frozenset()


def test_an_approval_that_was_altered_is_an_error(tmp_path: Path, ledger: str, writer: LedgerWriter) -> None:
    """Another release written into the entry of an approval: it is not read, and whoever asks is told."""
    approve(make_release(tmp_path / "run"), ledger, **WHY)
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("UPDATE ledger_personal SET text = replace(text, '\"waivers\":[]', '\"waivers\":[1]')")
    with pytest.raises(LedgerError, match="Entry 1 cannot be read: it was altered"):
        writer.approvals()


def test_retiring_makes_no_ledger(tmp_path: Path, ledger: str) -> None:
    """A mistyped address is an error, not the beginning of a second ledger."""
    with pytest.raises(LedgerError, match="There is no ledger"):
        retire_release("0" * 64, ledger, **WHY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["postgresql://u:secret@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?password=secret"]
)
def test_the_command_takes_no_password_as_an_argument(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the service does: the address is refused without being repeated."""
    told = ["approve", "--bundle", str(tmp_path), "--ledger", address, "--by", WHY["by"], "--reason", WHY["reason"]]
    with pytest.raises(SystemExit, match="2"):
        main(told)
    said = capsys.readouterr().err
    assert "MATAC_LEDGER_FILE" in said
    assert "secret" not in said


def test_the_entry_holds_every_hash_and_the_version_of_the_code(tmp_path: Path, ledger: str) -> None:
    """Bundle, policy, papers and gates are bound; the code's version is recorded and not part of the hash."""
    bundle = make_release(tmp_path / "run")
    entry = approve(bundle, ledger, **WHY)
    assert entry.personal is not None
    papers, gates = beside(bundle)
    hashes = read_release(load_bundle(bundle), papers=papers, gates=gates).hashes
    assert {name: entry.personal.payload[name] for name in asdict(hashes)} == asdict(hashes)
    assert entry.personal.payload["code"] == __version__


@pytest.mark.parametrize("standing", [GateStanding.NOT_PASSED, GateStanding.NOT_JUDGED])
@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_does_not_hold_stops_an_approval(
    tmp_path: Path, ledger: str, gate: str, standing: GateStanding
) -> None:
    """Not passed and not judged alike, whichever gate: refused by name, and no ledger is made."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=[gate], standing=standing))
    with pytest.raises(GateError, match=rf"{gate}: {standing.words}"):
        approve(bundle, ledger, **WHY)
    assert not (tmp_path / "ledger.db").exists()


def test_a_waiver_by_name_with_a_reason_lets_an_approval_through(
    tmp_path: Path, ledger: str, writer: LedgerWriter
) -> None:
    """Each of two gates has its own waiver; the ledger holds both, and the service says approved with waivers."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=["no_leak", "no_new_disparity"]))
    with pytest.raises(GateError, match="no_new_disparity: not passed") as refused:
        approve(bundle, ledger, **WHY, waivers=[NO_LEAK])
    assert "no_leak:" not in str(refused.value)
    approve(bundle, ledger, **WHY, waivers=[NO_LEAK, Waiver("no_new_disparity", "Looked at in minute 8.")])
    (held,) = writer.approvals()
    assert held.text == (
        "Approved with waivers: No leak (The AUC is that of a made-up force.); "
        "No new disparity (Looked at in minute 8.)."
    )


@pytest.mark.parametrize(
    ("waivers", "said"),
    [
        ([Waiver("no_leak", "ok")], "must have at least 10 characters"),
        ([Waiver("no_leak", "\u3164" * 12)], "must have at least 10 characters"),
        ([Waiver("no_leak", "\u00a0" * 12)], "must have at least 10 characters"),
        ([Waiver("no_leak", "A long reason \u202e hidden")], "characters that cannot be seen"),
        ([NO_LEAK, NO_LEAK], "waived twice"),
        ([NO_LEAK, Waiver("better_than_matrix", "It was passed anyway.")], "passed, so it takes no waiver"),
        ([NO_LEAK, Waiver("everything", "All of them, please.")], "names no gate of this release"),
        ([Waiver("No leak", "The title is not the name.")], "no_leak: not passed"),
    ],
    ids=["short", "fillers", "blanks", "reversed", "twice", "needless", "no such gate", "by title"],
)
def test_a_waiver_that_explains_nothing_or_waives_nothing_is_refused(
    tmp_path: Path, ledger: str, waivers: list[Waiver], said: str
) -> None:
    """Reasons that cannot be seen, gates that are not there or hold: refused, and nothing is recorded."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=["no_leak"]))
    with pytest.raises(GateError, match=said):
        approve(bundle, ledger, **WHY, waivers=waivers)
    assert not (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize("told", [{"by": " "}, {"by": "\u3164"}, {"reason": "ok"}, {"reason": "\u200b" * 20}])
def test_nobody_approves_without_a_name_and_a_reason(tmp_path: Path, ledger: str, told: dict[str, str]) -> None:
    """A name or reason that cannot be seen is refused, and no ledger is made."""
    bundle = make_release(tmp_path / "run")
    with pytest.raises(GateError, match="somebody who decides and a reason"):
        approve(bundle, ledger, **{**WHY, **told})
    with pytest.raises(GateError, match="somebody who decides and a reason"):
        retire_release("0" * 64, ledger, **{**WHY, **told})
    assert not (tmp_path / "ledger.db").exists()


def test_what_is_not_a_whole_release_cannot_be_approved(tmp_path: Path, ledger: str) -> None:
    """A bundle alone, or with papers that were changed: nobody can have approved it as it is."""
    bundle = make_release(tmp_path / "run")
    (bundle.parent / "gates.json").unlink()
    (bundle.parent / "papers" / "model-card.md").write_bytes(b"# A model card\nIt is perfect.\n")
    with pytest.raises(BundleError, match=r"(?s)model-card.md: larger.*The gates file must stand beside") as refused:
        approve(bundle, ledger, **WHY)
    assert len(refused.value.faults) == 3
    assert not (tmp_path / "ledger.db").exists()


def test_only_what_was_approved_is_retired(tmp_path: Path, ledger: str) -> None:
    """A hash that the ledger does not hold is refused with those it holds; nothing need be on disk to retire."""
    bundle = make_release(tmp_path / "run")
    release = hash_of(bundle)
    approve(bundle, ledger, **WHY)
    with pytest.raises(UsageError, match=release):
        retire_release("0" * 64, ledger, **WHY)
    (bundle / "model.json").unlink()
    retire_release(release, ledger, **WHY)
    with pytest.raises(UsageError, match="It holds none"):
        retire_release(release, ledger, **WHY)


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


def command(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """The command as a board's secretary runs it."""
    told = [sys.executable, "-m", "matac_ml", "approve", "--by", WHY["by"], "--reason", WHY["reason"], *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATAC_")}
    return subprocess.run(told, capture_output=True, text=True, check=False, env=kept | environ)


def test_the_command_approves_with_waivers_and_retires(tmp_path: Path, ledger: str) -> None:
    """The address may stand in a file, so that no password is an argument; what it cannot do, it says in one line."""
    bundle = make_release(tmp_path / "run", gates=all_passed(but=["no_leak"]))
    (tmp_path / "url").write_text(f"{ledger}\n")
    there = {"MATAC_LEDGER_FILE": str(tmp_path / "url")}
    waived = ("--bundle", str(bundle), "--waive", "no_leak", "--because", NO_LEAK.reason)
    release = hash_of(bundle)
    assert command("--bundle", str(bundle), **there).returncode == GateError.exit_code
    unpaired = command(*waived[:4], **there)
    assert (unpaired.returncode, "needs its own --because" in unpaired.stderr) == (GateError.exit_code, True)
    done = command(*waived, **there)
    assert (done.returncode, f"Approved: release {release}" in done.stdout) == (0, True)
    assert command(**there).returncode == UsageError.exit_code
    assert command(*waived).returncode == UsageError.exit_code
    assert f"Retired: release {release}" in command("--retire", release, "--ledger", ledger).stdout


def test_the_approval_in_a_ledger_of_an_earlier_version_is_told_apart(tmp_path: Path) -> None:
    """The ledger written at bc9f915 opens; its approval names a bundle alone, and does not count for a release."""
    kept = shutil.copy(Path(__file__).parents[1] / "fixtures" / "ledger-bc9f915.db", tmp_path / "ledger.db")
    with Ledger.open(f"sqlite:///{kept}") as book:
        (held,) = approvals_in(book.entries(kind=APPROVED))
    assert (len(held.bundle), held.hashes) == (64, None)
