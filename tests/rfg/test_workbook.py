"""The workbook and the program agree on every cell, by an engine that is not ours."""

import os
from pathlib import Path

import formulas
import pytest

from matac_ml.rfg import load_policy, score_matrix
from matac_ml.rfg.workbook import PEOPLE, write_workbook
from tests.rfg.test_points import people

#: The engine takes a tenth of a second a person: `make prove` asks for a thousand.
MANY = 1000 if "MATAC_PROVE" in os.environ else 150
ROWS = {"rfgv-three-year": MANY, "rfh": 60, "v100-like": 60}


@pytest.mark.parametrize("name", ROWS)
def test_an_independent_engine_finds_the_same_points(name: str, tmp_path: Path) -> None:
    """The `formulas` package computes every point and total from the workbook's formulas as the program did."""
    policy, frame = load_policy(name), people(name, ROWS[name])
    frame.insert(0, "person_id", [f"P{i}" for i in range(len(frame))])
    frame.insert(1, "also_victim", [i % 3 == 0 for i in range(len(frame))])
    path = write_workbook(policy, frame, tmp_path / "list.xlsx")
    book = formulas.ExcelModel().loads(str(path)).finish()
    cells = {key: value for key, value in book.calculate().items() if f"]{PEOPLE.upper()}'!" in key}
    scored = score_matrix(policy, frame)
    columns = [*(f"points_{part}" for part in policy.components), "total"]
    start = 2 + len(policy.features)
    for row, want in enumerate(scored[columns].to_numpy(), 2):
        for place, points in enumerate(want):
            letter = "ABCDEFGHIJKLMN"[start + place]
            key = f"'[{path.name.upper()}]{PEOPLE.upper()}'!{letter}{row}"
            found = cells.get(key) or cells[f"'[{path.name}]{PEOPLE.upper()}'!{letter}{row}"]
            assert int(found.value[0, 0]) == points, key
