"""An approval is an entry of the ledger: the service believes it, until it is retired."""

from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.errors import UsageError
from serving.approve import record
from serving.ledger_notes import LedgerNotes

WHY = {"by": "The board", "reason": "Minute 7 of the November board."}


def test_an_approval_counts_until_it_is_retired(made_up: Path, tmp_path: Path) -> None:
    """Approved, retired, approved again: what the service reads follows each."""
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    model = load_bundle(made_up / "bundle").hash
    notes = LedgerNotes(ledger)
    notes.start()
    try:
        assert notes.approvals() == frozenset()
        for retire, expected in ((False, {model}), (True, set()), (False, {model})):
            record(made_up / "bundle", ledger, **WHY, retire=retire)
            assert notes.approvals() == expected
    finally:
        notes.stop()


def test_nobody_approves_without_a_name_and_a_reason(made_up: Path, tmp_path: Path) -> None:
    """A blank name or a short reason is refused, and no ledger is made."""
    for told in ({**WHY, "by": " "}, {**WHY, "reason": "ok"}):
        with pytest.raises(UsageError, match="who decided"):
            record(made_up / "bundle", f"sqlite:///{tmp_path / 'ledger.db'}", **told)
    assert not (tmp_path / "ledger.db").exists()
