"""The incident register: recorded by a person, with what was done, and closed when that is enough."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.cli import main
from matac_ml.clock import today
from matac_ml.errors import GateError, UsageError
from matac_ml.incident_register import (
    ModelIncident,
    Step,
    close_incident,
    incidents_in,
    record_incident,
    record_step,
    register_csv,
)
from tests.approval.decided import ANALYST, BOARD

WHAT = replace(ANALYST, reason="Two lists were printed with the scores of another area.")
ENOUGH = replace(BOARD, reason="The lists were destroyed and the print-outs counted.")


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Address of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def held(ledger: str) -> list[ModelIncident]:
    """Every incident."""
    with Ledger.open(ledger) as book:
        return list(incidents_in(book.entries()))


def test_an_incident_from_record_to_close(ledger: str) -> None:
    """Numbered in order; each step says who did what; closed only when something was done, and once."""
    with Ledger.open(ledger) as book:
        for _ in range(2):
            record_incident(book, who=WHAT, found_on=today() - timedelta(days=1), release="a" * 64)
        with pytest.raises(UsageError, match="Record what was done before"):
            close_incident(book, 2, who=ENOUGH)
        record_step(book, 2, who=ENOUGH, step=Step.REFER)
        close_incident(book, 2, who=ENOUGH)
        with pytest.raises(UsageError, match="holds no open incident"):
            close_incident(book, 2, who=ENOUGH)
        for number in (2, 3):
            with pytest.raises(UsageError, match="holds no open incident"):
                record_step(book, number, who=ENOUGH, step=Step.NOTE)
    first, second = held(ledger)
    assert (first.number, first.done, first.closed_at) == (1, (), None)
    assert (second.number, second.what, second.recorded_by) == (2, WHAT.reason, "A. Analyst")
    assert [(done.step, done.who, done.text) for done in second.done] == [(Step.REFER, "The board", ENOUGH.reason)]
    assert (second.closed_by, second.closing) == ("The board", ENOUGH.reason)


def test_nothing_is_recorded_that_says_nothing_or_has_not_come(ledger: str) -> None:
    """A text of a few letters, nobody's name, or tomorrow."""
    with Ledger.open(ledger) as book:
        for who in (replace(WHAT, reason="It broke"), replace(WHAT, name=" ")):
            with pytest.raises(GateError):
                record_incident(book, who=who, found_on=today())
        with pytest.raises(UsageError, match="must not be in the future"):
            record_incident(book, who=WHAT, found_on=today() + timedelta(days=1))
    assert held(ledger) == []


def test_the_commands_and_the_table(ledger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Recorded, acted on, closed, listed, and taken away as a table that runs nothing."""
    told = [
        ["record", "--by", "A. Analyst", "--what", "=Scores of another area were printed."],
        ["act", "1", "--by", "The board", "--step", "matrix_only", "--what", "The model was turned off at once."],
        ["close", "1", "--by", "The board", "--reason", "The print-outs were destroyed."],
        ["show", "--csv", str(tmp_path / "register.csv")],
    ]
    for arguments in told:
        with pytest.raises(SystemExit) as ended:
            main(["incident", *arguments, "--ledger", ledger])
        assert ended.value.code == 0
    assert "the model was turned off (The board): The model was turned off at once." in capsys.readouterr().out
    (line,) = csv.DictReader(StringIO((tmp_path / "register.csv").read_text()))
    assert (line["what"][0], line["closing"]) == ("'", "The print-outs were destroyed.")
    assert register_csv([]).count("\n") == 1
