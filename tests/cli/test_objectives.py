"""``matac-ml objectives``: the paper of a quarter, and what an estimate will need, as they are typed."""

import csv
from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.synthetic import make_force
from tests.cli.test_commands import ended

WHO = ("--actor", "An Analyst", "--reason", "For the evaluation of next year.")


def test_a_paper_without_anybody_and_a_file_that_is_on_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The warning comes first; everybody in the file has an entry before it is written."""
    extract, url, out = tmp_path / "extract", f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "out"
    make_force(extract, incidents=600, years=3, seed=3)
    assert ended("list", "draw", str(extract), "--ledger", url, *WHO) == 0
    at = ("--extract", str(extract), "--ledger", url)
    capsys.readouterr()
    assert ended("objectives", "paper", *at, "--actor", "A. Board", "--out", str(out)) == 0
    said = capsys.readouterr().out
    assert said.startswith("These figures show what was recorded. They do not show that anything worked.")
    (paper,) = out.glob("objectives-*.md")
    assert "1 list was drawn" in " ".join(paper.read_text().split())
    assert "P000" not in paper.read_text()
    assert ended("objectives", "keep", *at, *WHO, "--out", str(out / "kept.csv")) == 0
    rows = list(csv.DictReader((out / "kept.csv").open()))
    assert {row["list"] for row in rows} == {"1"}
    assert all(int(row["rank"]) >= 1 for row in rows)
    with Ledger.open(url) as ledger:
        looked = {entry.personal.subject for entry in ledger.entries(kind="drawn_list_shown") if entry.personal}
    assert looked == {row["person_id"] for row in rows}
    assert ended("objectives", "paper", *at, "--actor", "A", "--out", str(out), "--quarter", "2026") != 0
    assert "A quarter is named as year and number" in capsys.readouterr().err
