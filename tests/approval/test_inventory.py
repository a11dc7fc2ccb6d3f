"""Nothing disappears silently: every version is listed, with where it stands and why it was given up."""

import csv
import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

from matac_ml.approval.acting import decline, withdraw
from matac_ml.approval.standing import APPROVED
from matac_ml.casework import Ledger, NewEntry
from matac_ml.clock import set_clock, today
from matac_ml.errors import GateError, UsageError
from matac_ml.inventory import (
    COLUMNS,
    KINDS_OF_VERSIONS,
    RegisteredVersion,
    VersionRecord,
    VersionState,
    as_csv,
    as_json,
    give_up,
    inventory_of,
    record_versions,
)
from tests.approval.decided import ANALYST, BOARD, approve_release, ask_for, decide_for, release_around
from tests.bundle.made_up import linear_model, make_release


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Address of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def known(ledger: str, registered: list[RegisteredVersion] | None = None) -> dict[str, VersionRecord]:
    """Every version by its release."""
    with Ledger.open(ledger) as book:
        found = inventory_of(book.entries(kind=KINDS_OF_VERSIONS), today(), registered)
    return {record.release: record for record in found}


def version(number: int, letter: str) -> RegisteredVersion:
    """A version of a registry."""
    hashes = dict.fromkeys(("bundle", "policy", "papers", "gates"), letter * 64)
    return RegisteredVersion(str(number), hashes, {"recipe": "default", "data_hash": "d" * 64}, "2026-11-28T09:00:00Z")


def test_a_version_is_followed_from_request_to_withdrawal(tmp_path: Path, ledger: str) -> None:
    """Requested, declined, requested, approved, ended, withdrawn: each with who and why, and nothing is lost."""
    bundle = make_release(tmp_path / "run")
    release = ask_for(bundle, ledger)
    assert known(ledger)[release].state is VersionState.REQUESTED
    with Ledger.open(ledger) as book:
        decline(book, release, who=replace(BOARD, reason="The groups were too small to say."))
    declined = known(ledger)[release]
    assert (declined.state, declined.who, declined.why) == (
        VersionState.DECLINED,
        "The board",
        "The groups were too small to say.",
    )
    approve_release(bundle, ledger, until=date(2027, 2, 1))
    assert known(ledger)[release].text == "Approved until 1 February 2027"
    with set_clock(datetime(2027, 2, 2, tzinfo=UTC)):
        assert known(ledger)[release].text == "Its approval ended on 1 February 2027"
    with Ledger.open(ledger) as book:
        withdraw(book, release, who=BOARD)
    record = known(ledger)[release]
    assert (record.state, record.until, record.model) == (VersionState.WITHDRAWN, "", "made-up")
    assert record.bundle == release_around(bundle).hashes.bundle


def test_versions_of_a_registry_are_recorded_once_and_missed_afterwards(ledger: str) -> None:
    """What the registry does not hold any more stands there still, marked; so does a number under which nothing is."""
    first, second, third = version(1, "a"), version(2, "b"), version(3, "c")
    with Ledger.open(ledger) as book:
        assert len(record_versions(book, [first, second], who=ANALYST)) == 2
        assert record_versions(book, [first, second], who=ANALYST) == []
        with pytest.raises(GateError, match="somebody who decides"):
            record_versions(book, [third], who=replace(ANALYST, reason="so"))
    now = [RegisteredVersion("1"), RegisteredVersion("2"), third, RegisteredVersion("4")]
    with Ledger.open(ledger) as book:
        found = inventory_of(book.entries(), today(), now)
    assert [(record.number, record.missing, record.state.value) for record in found] == [
        ("1", True, "registered"),
        ("2", True, "registered"),
        ("3", False, "registered"),
        ("4", True, "unknown"),
    ]
    assert found[0].recipe == "default"
    assert not any(record.missing for record in known(ledger).values())


def test_a_version_is_given_up_with_a_reason(tmp_path: Path, ledger: str) -> None:
    """Never an approved one, and none that nobody knows; asked for again it is open again."""
    bundle = make_release(tmp_path / "run")
    with Ledger.open(ledger) as book, pytest.raises(UsageError, match="Only a release that the ledger holds"):
        give_up(book, "0" * 64, who=ANALYST)
    release = approve_release(bundle, ledger)
    with Ledger.open(ledger) as book:
        with pytest.raises(UsageError, match="Withdraw its approval first"):
            give_up(book, release, who=ANALYST)
        withdraw(book, release, who=BOARD)
        give_up(book, release, who=replace(ANALYST, reason="Another label is better understood."))
    record = known(ledger)[release]
    assert (record.state, record.why) == (VersionState.GIVEN_UP, "Another label is better understood.")
    ask_for(bundle, ledger)
    assert known(ledger)[release].state is VersionState.REQUESTED


def test_two_versions_stand_side_by_side(tmp_path: Path, ledger: str) -> None:
    """An approval of the one says nothing of the other; one of an early version that names a bundle is listed too."""
    one = approve_release(make_release(tmp_path / "one"), ledger)
    other = ask_for(make_release(tmp_path / "two", replace(linear_model(), name="second")), ledger)
    with Ledger.open(ledger) as book:
        book.append(NewEntry(APPROVED, "The board", justification="Minute 2 of May.", reference="e" * 64, payload={}))
    states = {release: record.state for release, record in known(ledger).items()}
    assert states[one] is VersionState.APPROVED
    assert states[other] is VersionState.REQUESTED
    assert known(ledger)["e" * 64].text == "An early approval of the bundle alone, which does not count"
    decide_for(other, ledger)
    assert known(ledger)[other].state is VersionState.APPROVED


def test_the_exports_hold_every_column_and_run_nothing(ledger: str) -> None:
    """CSV and JSON say the same; a reason that a spreadsheet would run is text."""
    record = VersionRecord(release="a" * 64, number="1", why="=1+1", state=VersionState.GIVEN_UP)
    (line,) = csv.DictReader(StringIO(as_csv([record])))
    assert tuple(line) == COLUMNS == tuple(asdict(record))
    assert (line["why"], line["state"]) == ("'=1+1", "given up")
    assert json.loads(json.dumps(as_json(record)))["why"] == "=1+1"
