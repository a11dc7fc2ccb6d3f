"""``matac-ml pack``: what is written as files, and recorded before."""

from pathlib import Path

import pytest

from matac_ml import clock
from matac_ml.asof import read_people
from matac_ml.casework import Ledger
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import rank_everybody
from matac_ml.packs import DISCLOSED
from matac_ml.records import read_extract
from matac_ml.rfg import load_policy
from matac_ml.synthetic import make_force
from tests.cli.test_commands import ended

WHO = ("--actor", "C. Chair", "--reason", "The meeting of June.")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up force."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=600, years=3, seed=3)
    return folder


def both_roles(folder: Path) -> str:
    """Somebody on the list who is also recorded as a victim."""
    extract, rules = read_extract(folder), load_policy()
    context = ScoringContext(
        policy=rules,
        harm=rules.harm_index,
        model=None,
        as_of=extract.cut_off,
        data_as_of=extract.cut_off,
        data_hash="",
        today=clock.today(),
    )
    people = rank_everybody(extract, context).people
    found = next(str(who) for who, row in people.iterrows() if row["also_victim"] and row["eligible"])
    assert read_people(extract, [found])
    return found


def test_papers_are_recorded_and_written(extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pack, partner's paper and profile of somebody with both roles; each file is its owner's alone."""
    person, url, out = both_roles(extract), f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "papers"
    book, records = ("--ledger", url), ("--extract", str(extract))
    terms = ("--source", "Housing", "--share", "meeting")
    assert ended("cycle", "refer", person, *book, *records, *terms, *WHO) == 0
    opened = ("--day", clock.today().isoformat(), "--attended", "H. Officer=Housing")
    assert ended("meeting", "open", "June", *book, *opened, *WHO) == 0
    into = (*records, *book, "--out", str(out), *WHO)
    capsys.readouterr()
    assert ended("pack", "meeting", "June", *into) == 0
    assert capsys.readouterr().out.startswith(f"READ FIRST: also recorded as a victim: {person}.")
    assert ended("pack", "partner", "June", *into, "--agency", "Housing", "--recipient", "H. Officer") == 0
    assert "Details of 1 person are disclosed to this agency." in capsys.readouterr().out
    assert ended("pack", "profile", person, *into) == 0
    for name in ("meeting-pack", "partner-pack", "profile"):
        assert {"html", "md", "xlsx"} <= {path.suffix[1:] for path in out.glob(f"{name}.*")}
        assert person in (out / f"{name}.md").read_text()
    assert all(path.stat().st_mode & 0o077 == 0 for path in out.iterdir())
    with Ledger.open(url) as ledger:
        kinds = [entry.kind for entry in ledger.entries(subject=person)]
    assert kinds == ["referral", "case_look", DISCLOSED, "consultation"]
    assert ended("pack", "meeting", "July", *into) != 0
    assert "No meeting of this name has been opened." in capsys.readouterr().err
    before = set(out.iterdir())
    assert ended("pack", "partner", "June", *into, "--agency", " ", "--recipient", "H. Officer") != 0
    assert set(out.iterdir()) == before
