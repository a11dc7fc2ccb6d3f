"""``matac-ml victims``: the register, one person, and the acts of support, as they are typed."""

from pathlib import Path

import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from matac_ml.synthetic import make_force
from tests.cli.test_commands import ended

WHO = ("--actor", "A. Lead", "--reason", "She was asked and agrees.")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=600, years=3, seed=3)
    return folder


def test_a_victim_is_found_shown_and_supported(
    extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In order of identifier; whoever is named in the network is on record before it is printed."""
    assert ended("victims", "list", str(extract)) == 0
    said = capsys.readouterr().out
    assert said.startswith("READ FIRST: also recorded as a suspect")
    lines = [line.split()[0] for line in said.splitlines() if line.startswith("P0")]
    assert lines == sorted(lines)
    person, url = lines[0], f"sqlite:///{tmp_path / 'ledger.db'}"
    Ledger.open(url).close()
    at = (person, "--extract", str(extract), "--ledger", url, *WHO)
    assert ended("victims", "begin", *at, "--worker", "I. Advocate", "--agency", "Victim Services") == 0
    assert ended("victims", "plan", *at, "--plan", "Weekly calls", "--wishes", "To stay at home") == 0
    due = ("--due", clock.today().isoformat())
    assert ended("victims", "agree", *at, "--text", "Locks", "--agency", "Housing", "--agreed-by", "H. O.", *due) == 0
    assert ended("victims", "report", *at, "--action", "3", "--done") == 0
    capsys.readouterr()
    assert ended("victims", "show", *at) == 0
    shown = capsys.readouterr().out
    assert f"-> {person}: " in shown
    assert "Supported by I. Advocate of Victim Services." in shown
    with Ledger.open(url) as ledger:
        looked = [entry.personal.subject for entry in ledger.entries(kind="victim_shown") if entry.personal]
    assert looked[0] == person
    assert all(name in shown for name in looked)
    assert ended("victims", "end", *at) == 0
    assert ended("victims", "begin", "P9", *at[1:], "--worker", "I", "--agency", "V") != 0
    assert "Nobody with this identifier is recorded as a victim" in capsys.readouterr().err
