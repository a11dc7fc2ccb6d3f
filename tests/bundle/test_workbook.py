"""The workbook recomputes every probability by formulas, in an engine that is not ours."""

from collections.abc import Callable
from pathlib import Path

import formulas
import numpy as np
import pytest

from matac_ml.bundle import RiskModel, save_bundle
from matac_ml.bundle.workbook import PEOPLE, write_points_workbook
from matac_ml.cli import main
from matac_ml.errors import UsageError
from tests.bundle.made_up import booster_model, curve_model, pair_model
from tests.bundle.test_curves import BY_HAND


@pytest.mark.parametrize(("make", "column"), [(curve_model, "I"), (pair_model, "J")])
def test_an_independent_engine_finds_the_same_probabilities(
    tmp_path: Path, make: Callable[[], RiskModel], column: str
) -> None:
    """The `formulas` package looks up every number and works out each probability, to 1e-9; an empty row is missing."""
    model = make()
    rows = [row for row, _ in BY_HAND]
    people = [(f"P{i}", dict(zip(model.feature_names, row, strict=True))) for i, row in enumerate(rows)]
    path = write_points_workbook(model, people, tmp_path / "points.xlsx")
    cells = formulas.ExcelModel().loads(str(path)).finish().calculate()
    wanted = model.predict([*rows, [np.nan] * 3])
    for row, probability in enumerate(wanted, start=2):
        (found,) = [cells[key] for key in cells if key.upper().endswith(f"]{PEOPLE.upper()}'!{column}{row}")]
        assert float(found.value[0, 0]) == pytest.approx(probability, abs=1e-9)


def test_the_command_writes_it_and_refuses_another_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`matac-ml model points` writes the workbook of a bundle of curves; no table holds a booster of larger trees."""
    save_bundle(curve_model(), tmp_path / "curves")
    with pytest.raises(SystemExit) as ended:
        main(["model", "points", str(tmp_path / "curves"), str(tmp_path / "points.xlsx")])
    assert ended.value.code == 0
    assert "3 curves" in capsys.readouterr().out
    with pytest.raises(UsageError, match="made of curves"):
        write_points_workbook(booster_model(), [], tmp_path / "none.xlsx")
