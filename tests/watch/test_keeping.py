"""The ledger keeps a look once; alarms enter the register once, and a closed incident lets the check begin anew."""

from pathlib import Path

import pytest

from matac_ml.approval.acting import Who
from matac_ml.casework import Ledger
from matac_ml.cli import main
from matac_ml.incident_register import KINDS_OF_REGISTER, Step, close_incident, incidents_in, record_step
from matac_ml.watch import LOOKED, looks_in
from matac_ml.watch.settings import DEFAULT

ARGUMENTS = ("--from", "2024-09-30", "--by", "A. Analyst")


def _watch(extract: Path, address: str, *more: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["watch", str(extract), "--ledger", address, *ARGUMENTS, *more])
    assert not ended.value.code


def test_a_look_is_kept_once_and_its_alarms_enter_the_register_once(
    changed_folder: Path, tmp_path: Path, capsys
) -> None:
    """The second time nothing is added; after the incident is closed the check begins anew, and the look is another."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    _watch(changed_folder, address, "--papers", str(tmp_path / "papers"))
    first = capsys.readouterr().out
    assert "was opened for crimes" in first
    with Ledger.open(address) as book:
        head = book.head()
        held = incidents_in(book.entries(kind=KINDS_OF_REGISTER))
    assert "crimes" in {one.check for one in held}
    _watch(changed_folder, address)
    assert "nothing was added" in capsys.readouterr().out
    with Ledger.open(address) as book:
        assert book.head() == head
        for one in held:
            done = Who("The board", "The change of recording was explained and is intended.")
            record_step(book, one.number, who=done, step=Step.REVIEW)
            close_incident(book, one.number, who=done)
    _watch(changed_folder, address)
    with Ledger.open(address) as book:
        looks = looks_in(book.entries(kind=LOOKED))
        assert len(incidents_in(book.entries(kind=KINDS_OF_REGISTER))) == len(held)
    assert len(looks) == 2
    assert not looks[-1].found.alarms


def test_a_watch_keeps_its_beginning(changed_folder: Path, tmp_path: Path, capsys) -> None:
    """Another beginning would forget what was bet, and is refused."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    _watch(changed_folder, address)
    with pytest.raises(SystemExit):
        main(["watch", str(changed_folder), "--ledger", address, "--by", "A. Analyst", "--from", "2024-12-02"])
    assert "began on 2024-09-30" in capsys.readouterr().err


def test_only_the_boards_settings_let_an_alarm_turn_the_model_off(
    changed_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by default; where the part is named, by the service's file and an entry, once for an alarm."""
    switch = tmp_path / "matrix-only"
    monkeypatch.setenv("MATAC_MATRIX_ONLY", str(switch))
    _watch(changed_folder, f"sqlite:///{tmp_path / 'asked.db'}")
    assert not switch.exists()
    own = tmp_path / "own.yaml"
    own.write_text(DEFAULT.read_text("utf-8").replace("by_itself: []", "by_itself: [records]"), encoding="utf-8")
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    for _ in range(2):
        _watch(changed_folder, address, "--settings", str(own))
    assert "crimes" in switch.read_text("utf-8")
    assert "The model was turned off" in capsys.readouterr().out
    with Ledger.open(address) as book:
        assert len(list(book.entries(kind="matrix_only"))) == 1
