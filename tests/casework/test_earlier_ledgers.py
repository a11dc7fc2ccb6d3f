"""A ledger that an earlier version wrote holds, is read, and is written on."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger, State
from matac_ml.clock import set_clock
from tests.casework.steps import GIVEN

EARLIER = Path(__file__).parents[1] / "fixtures" / "ledger-bc9f915.db"
HEAD = "343d2fbf99450771fa3385e571879f0eafddfe120bcd044fd37cb37838d4240d"


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Ledger]:
    """A copy of the ledger, opened on the day after its last entry."""
    shutil.copy(EARLIER, tmp_path / "ledger.db")
    with set_clock(datetime(2025, 7, 2, 9, tzinfo=UTC)), Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


def test_an_earlier_ledger_holds_with_the_head_that_was_kept(earlier: Ledger) -> None:
    """All 28 entries hold, the two that were erased are accounted for, and the head is the one kept then."""
    verified = earlier.verify(head=HEAD)
    assert (verified.entries, verified.erased, verified.head) == (28, 2, HEAD)


def test_an_earlier_ledger_gets_the_triggers_of_today(earlier: Ledger, tmp_path: Path) -> None:
    """Opened to be written, it refuses what only the later triggers refuse: an entry replaced by another."""
    replace = "REPLACE INTO ledger_chain SELECT * FROM ledger_chain WHERE number = 2"
    shutil.copy(EARLIER, tmp_path / "before.db")
    with closing(sqlite3.connect(tmp_path / "before.db")) as before:
        before.execute(replace)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(replace)
        assert other.execute("PRAGMA user_version").fetchone() == (2,)
    assert earlier.verify().entries == 28


def test_an_earlier_ledger_is_written_on(earlier: Ledger) -> None:
    """A case that an earlier version began goes on, somebody is erased, and the whole chain still holds."""
    cycle = Cycle(earlier, today=lambda: date(2025, 7, 2))
    assert [cycle.case(person).state for person in ("P00000396", "P00002044", "P00001282")] == [
        State.EXITED, State.ACCEPTED, State.REMOVED,
    ]  # fmt: skip
    cycle.withdraw("P00002044", **GIVEN)
    assert cycle.case("P00002044").state is State.WITHDRAWN
    earlier.erase(actor="dpo", reason="Retention is over.", subject="P00000396")
    verified = earlier.verify(head=HEAD)
    assert verified.entries == 30
    assert list(earlier.entries(subject="P00000396")) == []
