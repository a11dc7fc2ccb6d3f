"""``matac-ml meeting``: the same as on the pages, for a force without them."""

from pathlib import Path

import pytest

from matac_ml import clock
from tests.casework.conftest import ONE_JUDGE
from tests.cli.test_commands import ended

WHO = ("--actor", "A. Chair", "--reason", "As the meeting agreed.")


def test_a_meeting_is_opened_held_and_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict, a restriction, an action and its report stand in the minutes; afterwards nothing is taken."""
    monkeypatch.setenv("MATAC_TOOLKIT", str(ONE_JUDGE))
    on = ("--ledger", f"sqlite:///{tmp_path / 'ledger.db'}", *WHO)
    today = clock.today().isoformat()
    assert ended("cycle", "refer", "P1", *on) == 0
    there = ("--day", today, "--attended", "A. Chair=Police", "--attended", "H. Officer=Housing")
    assert ended("meeting", "open", "m1", *on, "--day", today, "--attended", "A. Chair") == 2
    assert ended("meeting", "open", "m1", *on, *there) == 0
    within = (*on, "--meeting", "m1")
    assert ended("meeting", "conflict", "P1", *within[:2], "--actor", "B", *within[4:]) == 0
    assert ended("meeting", "restrict", "P1", *within, "--to", "B") == 0
    assert ended("meeting", "lift", "P1", *within) == 0
    agreed = ("--text", "Visit the tenancy.", "--agency", "Housing", "--due", today, "--agreed-by", "H. Officer")
    capsys.readouterr()
    assert ended("meeting", "action", "P1", *within, *agreed) == 0
    number = capsys.readouterr().out.split("entry ")[1].split(",")[0]
    assert ended("meeting", "report", "P1", *within, "--action", number, "--done") == 0
    assert ended("meeting", "close", "m1", *on) == 0
    assert ended("meeting", "lift", "P1", *within) == 2
    assert "the meeting is closed" in capsys.readouterr().err
    assert ended("meeting", "minutes", "m1", *on[:2]) == 0
    said = capsys.readouterr().out
    for words in ("Attended by A. Chair (Police), H. Officer (Housing)", "a conflict of interest was declared",
                  "restricted to A. Chair and B", "Housing agreed to this by", "was done", "Closed."):  # fmt: skip
        assert words in said
    assert ended("meeting", "minutes", "m2", *on[:2]) == 2
