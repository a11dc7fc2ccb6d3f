"""The workbook of a model and an explained score of the same person give the same probability."""

from pathlib import Path

import formulas
import pytest

from matac_ml.api.explanation import ExplainedScore
from matac_ml.asof import read_people
from matac_ml.bundle import workbook
from matac_ml.explain.context import Subject
from matac_ml.explain.person import explain_people
from tests.explain.conftest import Scored


def test_the_workbook_and_the_page_give_one_probability(
    scored: Scored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An independent engine works out the workbook's formulas; pages and answers are written from the score's JSON."""
    monkeypatch.setattr(workbook, "FREE_ROWS", 0)
    numbered = scored.ranking.people.index[scored.ranking.people["probability"].notna()]
    people = [str(numbered[place]) for place in (0, len(numbered) // 2, len(numbered) - 1)]
    values = [(person, scored.ranking.values(person) or {}) for person in people]
    path = workbook.write_points_workbook(scored.model, values, tmp_path / "points.xlsx")
    cells = formulas.ExcelModel().loads(str(path)).finish().calculate()
    files = read_people(scored.extract, people)
    for row, answer in enumerate(
        explain_people([Subject(files[person]) for person in people], scored.setting), start=1
    ):
        said = ExplainedScore.model_validate_json(answer.model_dump_json()).model
        assert said is not None
        last = workbook.xl_rowcol_to_cell(row, 2 + 2 * len(scored.model.features))
        (found,) = [cells[key] for key in cells if key.upper().endswith(f"]{workbook.PEOPLE.upper()}'!{last}")]
        assert float(found.value[0, 0]) == pytest.approx(said.probability, abs=1e-9)
