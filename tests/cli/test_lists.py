"""``matac-ml list``: drawn once, shown again, moved since the last one, and rebuilt, as an analyst types it."""

from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import find_list
from matac_ml.rfg import load_policy
from matac_ml.synthetic import make_force
from tests.casework.conftest import ONE_JUDGE
from tests.cli.test_commands import ended

WHO = ("--actor", "An Analyst", "--reason", "The meeting of April.")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=600, years=3, seed=3)
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


def test_a_list_is_drawn_shown_compared_and_rebuilt(
    extract: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is also a victim comes first, everywhere; what was printed when it was drawn is printed again."""
    there = ("--ledger", url)
    assert ended("list", "draw", str(extract), *there, *WHO, "--as-of", "2025-03-04") == 0
    capsys.readouterr()
    assert ended("list", "draw", str(extract), *there, *WHO, "--places", "12") == 0
    drawn = capsys.readouterr().out
    assert drawn.startswith("READ FIRST: also recorded as a victim")
    assert ended("list", "show", "2", *there) == 0
    shown = capsys.readouterr().out
    assert shown.partition("A list orders")[0] == drawn.partition("A list orders")[0]
    with Ledger.open(url) as book:
        assert all(line.person_id in shown for line in find_list(book, 2).lines)
    assert ended("list", "movement", "2", str(extract), *there) == 0
    moved = capsys.readouterr().out
    assert moved.startswith("READ FIRST")
    assert [word for word in ("New:", "Up:", "Down:", "Stayed:", "Gone:") if word not in moved] == []
    assert "the list has 12 places, and had 10" in moved
    assert ended("list", "movement", "1", str(extract), *there) == 0
    assert "the first of its area" in capsys.readouterr().out
    assert ended("list", "rebuild", "1", str(extract), *there) == 0
    assert "List 1 rebuilds byte for byte" in capsys.readouterr().out
    assert ended("list", "rebuild", "1", str(extract), *there, "--policy", "rfh") != 0
    assert "The policy is not what the list was drawn from." in capsys.readouterr().err


def test_people_with_many_victims_are_printed_by_identifier(extract: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And with what the view does not say."""
    assert ended("list", "many-victims", str(extract)) == 0
    said = capsys.readouterr().out
    assert "not ranked" in said
    assert said.rstrip().endswith("in order of identifier.")


def test_what_cannot_be_drawn_or_shown_is_refused(extract: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A quota that is none, a list that nobody drew, and a ledger that is not there."""
    assert ended("list", "draw", str(extract), "--ledger", url, *WHO, "--quota", "North") == 2
    assert "Places by area must be AREA=PLACES" in capsys.readouterr().err
    assert ended("list", "show", "1", "--ledger", url) != 0
    assert "There is no ledger" in capsys.readouterr().err
    assert ended("list", "draw", str(extract), "--ledger", url, *WHO) == 0
    assert ended("list", "show", "9", "--ledger", url) == 2
    assert "No list with the number 9 was drawn" in capsys.readouterr().err


def test_a_cohort_cites_a_list_by_number(
    extract: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the command line as in the kernel: a list that nobody drew is refused."""
    monkeypatch.setenv("MATAC_TOOLKIT", str(ONE_JUDGE))
    there = ("--ledger", url)
    assert ended("list", "draw", str(extract), *there, *WHO) == 0
    with Ledger.open(url) as book:
        first = find_list(book, 1).lines[0].person_id
    assert ended("cycle", "refer", first, *there, *WHO) == 0
    assert ended("cycle", "judge", first, "--accept", *there, *WHO) == 0
    capsys.readouterr()
    assert ended("cycle", "cohort", "2025-04", "--proposed", first, "--list", "2", *there, *WHO) == 2
    assert "no list with the number 2 was drawn" in capsys.readouterr().err
    cite = ("cycle", "cohort", "2025-04", "--proposed", first, "--list", "1", *there, *WHO)
    assert ended(*cite) == 2
    assert "more than 28 days before" in capsys.readouterr().err
    assert ended(*cite, "--list-reason", "No newer extract has come.") == 0


def test_ties_are_put_in_order_by_lot_and_the_order_is_worked_out_again(
    extract: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Committed to before, refused without, revealed with the list; the seed's file is its owner's alone."""
    policy, seed = tmp_path / "lots.yaml", tmp_path / "seed.txt"
    policy.write_text(load_policy().text.replace("ties: []", "lots: true\nties: []"), encoding="utf-8")
    there = ("--ledger", url)
    assert ended("list", "draw", str(extract), *there, *WHO, "--places", "60") == 0
    with Ledger.open(url) as book:
        # So many that people of the made-up force tie at the last place.
        places = next(line.rank for line in find_list(book, 1).lines if line.tied_with and line.rank > 1)
    draw = ("list", "draw", str(extract), *there, *WHO, "--policy", str(policy), "--places", str(places))
    assert ended(*draw) != 0
    assert "commit to a seed first" in capsys.readouterr().err
    capsys.readouterr()
    assert ended("list", "commit", str(seed), *there, *WHO) == 0
    assert seed.stat().st_mode & 0o077 == 0
    assert seed.read_text().strip() not in capsys.readouterr().out
    assert ended("list", "commit", str(seed), *there, *WHO) == 2
    assert ended(*draw, "--seed-file", str(seed)) == 0
    assert "They stand in order of lot; people decide who enters a cohort." in capsys.readouterr().out
    assert ended("list", "lot", "2", *there) == 0
    said = capsys.readouterr().out
    assert seed.read_text().strip() in said
    assert "among the places" in said
    assert "not drawn" in said
    assert "It is no decision: people decide." in said
    assert ended("list", "rebuild", "2", str(extract), *there, "--policy", str(policy)) == 0
