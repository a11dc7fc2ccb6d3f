"""``matac-ml score``: the batch gives the numbers that an explained score gives."""

import json
from pathlib import Path

import pandas as pd
import pytest

from matac_ml.api.explanation import ExplainedScore
from matac_ml.cli import main
from tests.explain.conftest import Scored


@pytest.fixture(scope="module")
def folder(scored: Scored) -> Path:
    """Where the extract and its bundle lie."""
    assert scored.extract.folder is not None
    return scored.extract.folder.parent


def run(folder: Path, out: Path, *more: str) -> None:
    """``matac-ml score`` in this process."""
    with pytest.raises(SystemExit) as ended:
        main(["score", str(folder / "extract"), str(out), "--bundle", str(folder / "bundle"), *more])
    assert ended.value.code == 0


def test_a_table_of_everybody_equals_their_explained_scores(scored: Scored, folder: Path, tmp_path: Path) -> None:
    """Parquet of everybody and JSON of the first ten hold the same points and probabilities, to 1e-9."""
    run(folder, tmp_path / "all.parquet")
    run(folder, tmp_path / "top.json")
    table = pd.read_parquet(tmp_path / "all.parquet").set_index("person_id")
    assert len(table) == len(scored.ranking.people)
    scores = [ExplainedScore.model_validate(score) for score in json.loads((tmp_path / "top.json").read_text())]
    assert len(scores) == 10
    for score in scores:
        row = table.loc[score.person_id]
        assert row["matrix_total"] == score.matrix.total
        assert {line.component: line.points for line in score.matrix.lines} == {
            name.removeprefix("points_"): points for name, points in row.items() if str(name).startswith("points_")
        }
        if score.model is not None and score.model.probability is not None:
            assert row["probability"] == pytest.approx(score.model.probability, abs=1e-9)


def test_the_same_batch_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Two runs write one table."""
    run(folder, tmp_path / "one.csv")
    run(folder, tmp_path / "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize("more", [("--as-of", "2099-01-01"), ("--person", "nobody")])
def test_what_cannot_be_met_is_said(
    folder: Path, tmp_path: Path, more: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A day after the extract and a stranger end with exit code 2, without a traceback and without a file."""
    with pytest.raises(SystemExit) as ended:
        main(["score", str(folder / "extract"), str(tmp_path / "out.json"), *more])
    assert ended.value.code == 2
    assert not (tmp_path / "out.json").exists()
    assert "nobody by" not in capsys.readouterr().err
