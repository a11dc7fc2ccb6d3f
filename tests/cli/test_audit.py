"""Any table of scores can be audited, a spreadsheet's too."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command."""
    with pytest.raises(SystemExit) as ended:
        main(["audit", *arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A spreadsheet's scores that leave one group out, with a missing group."""
    rng = np.random.default_rng(1)
    n = 4000
    group = rng.choice(["north", "south"], n)
    level = rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "points": np.round(level * 10 - 12 * (group == "south")),
            "again": (rng.random(n) < 1 / (1 + np.exp(1 - level))).astype(int),
            "side": np.where(rng.random(n) < 0.001, None, group),
        }
    )
    frame.to_csv(tmp_path / "sheet.csv", index=False)
    return tmp_path / "sheet.csv"


def test_a_disparity_is_named_first(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdicts come first; the group left out is named, and people without a group are a group of their own."""
    given = ("--table", str(table), "--score", "points", "--outcome", "again", "--group", "side", "--k", "200")
    code, out, _ = run(capsys, *given)
    assert code == 0
    assert "disparity. north has" in out
    assert "Not stated" in out
    assert "fewer than 10" in out or "withheld" in out


def test_a_missing_column_is_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which columns are missing and which there are."""
    given = ("--table", str(table), "--score", "score", "--outcome", "again", "--group", "sex")
    code, _, err = run(capsys, *given)
    assert code == 2
    assert "must have the columns score, sex; it has points, again, side" in err
