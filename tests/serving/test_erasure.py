"""After an erasure nothing that sessions keep names anybody, and no reason about nobody names somebody."""

import sqlite3
import time
from pathlib import Path

import pytest

from matac_ml.casework import Cycle, Ledger
from matac_ml.casework.drawn import write_list
from matac_ml.errors import UsageError
from serving.access.sessions import SessionStore
from tests.casework.conftest import MEETING, ONE
from tests.casework.steps import GIVEN, accept
from tests.casework.test_drawn_cohort import BASIS, line
from tests.serving.casework_pages import Staff, first_listed, open_case, refer
from tests.serving.running import Service
from tests.serving.signed_in import path_of


def files_with(folder: Path, text: str) -> list[str]:
    """Names of files of a folder that hold a text."""
    return [file.name for file in folder.iterdir() if file.is_file() and text.encode() in file.read_bytes()]


def test_pages_that_were_opened_go_with_an_erasure(force: Service, staff: Staff) -> None:
    """Out of the file of sessions and the log beside it within seconds, while the service runs."""
    analyst, who = staff("analyst"), first_listed(force, 1)[0]
    refer(analyst, who)
    page = path_of(open_case(analyst, who))
    assert who in analyst.get(page).text
    before = files_with(force.folder, who)
    assert any("sessions" in name for name in before), before
    with Ledger.open(force.ledger) as ledger:
        ledger.erase(actor="an.administrator", reason="The retention has ended.", subject=who)
    until = time.monotonic() + 30
    while time.monotonic() < until and any("sessions" in name for name in files_with(force.folder, who)):
        time.sleep(0.2)
    assert [name for name in files_with(force.folder, who) if "sessions" in name] == []
    assert "This case is not open here" in analyst.get(page).text


def test_one_worker_throws_away_once(tmp_path: Path) -> None:
    """What is opened after an erasure stays; the next erasure takes it away too, also after a start."""
    path = tmp_path / "sessions"
    one, other = (SessionStore(path, idle_seconds=60, most_seconds=60) for _ in range(2))
    session = one.sign_in(one.begin(), {"name": "a", "shown_as": "a", "role": "analyst", "origin": "made-up"})
    one.open_page(session, "C-1", {"person_id": "P1"})
    assert one.forget_people(7)
    assert one.opened(session, "C-1") is None
    one.open_page(session, "C-2", {"person_id": "P2"})
    assert not other.forget_people(7)
    assert one.opened(session, "C-2") is not None
    again = SessionStore(path, idle_seconds=60, most_seconds=60)
    assert again.forget_people(9)
    assert one.opened(session, "C-2") is None
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (9,)


@pytest.mark.parametrize("reason", ["P1 is the first of this list.", "Because of P1, as agreed.", "As agreed (P1)."])
def test_a_reason_about_nobody_names_nobody(tmp_path: Path, reason: str) -> None:
    """Of a list and of a cohort: refused with why, and nothing is written."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        cycle = Cycle(ledger, ONE, today=lambda: MEETING)
        accept(cycle, "P1")
        head = ledger.head()
        for act in (
            lambda: write_list(ledger, BASIS, [line("P1", 1)], actor="a.b", reason=reason),
            lambda: cycle.cohort(["P1"], name="n", capacity=1, actor="a.b", reason=reason),
        ):
            with pytest.raises(UsageError) as refused:
                act()
            assert "no erasure would reach it" in str(refused.value.faults)
        assert ledger.head() == head
        write_list(ledger, BASIS, [line("P1", 1)], **GIVEN)
