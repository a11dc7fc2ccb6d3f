"""The workbook and the program agree on every cell, by an engine that is not ours."""

from decimal import Decimal
from pathlib import Path

import formulas
import pytest
from openpyxl import load_workbook

from matac_ml.errors import UsageError
from matac_ml.rfg import Policy, load_policy, score_matrix
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.policy import Component, PerUnit
from matac_ml.rfg.workbook import MOST_ROWS, PEOPLE, POLICY, write_workbook
from tests.proving import at_least
from tests.rfg.test_points import people

#: The engine takes a tenth of a second a person: `make prove` asks for a thousand.
MANY = at_least(60, 1000)
WEIGHTED = "weighted"
FEW = at_least(15, 40)
ROWS = {"rfgv-three-year": MANY, "rfh": FEW, "v100-like": FEW, WEIGHTED: FEW}
GRAVITY, VICTIMS = ComponentName.GRAVITY, ComponentName.VICTIMS


def weighted() -> Policy:
    """The default policy with all that can stand beside bands: weights, a cap, points by amount, a condition."""
    policy = load_policy()
    parts = dict(policy.components)
    parts[GRAVITY] = Component(per_unit=PerUnit(every=Decimal("2.5"), points=2), at_most=30, weight=3)
    parts[VICTIMS] = parts[VICTIMS].model_copy(update={"weight": 2})
    eligibility = policy.eligibility.model_copy(update={"crimes_at_least": 1})
    entry = policy.entry.model_copy(update={"components": parts, "eligibility": eligibility})
    return Policy(entry, policy.text, policy.folder)


@pytest.mark.parametrize("name", ROWS)
def test_an_independent_engine_finds_the_same_points(name: str, tmp_path: Path) -> None:
    """The `formulas` package computes every point and total from the workbook's formulas as the program did."""
    policy = weighted() if name == WEIGHTED else load_policy(name)
    frame = people("rfgv-three-year" if name == WEIGHTED else name, ROWS[name])
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


def test_the_sheets_say_who_is_also_a_victim_and_what_each_number_is(tmp_path: Path) -> None:
    """Each number of the policy stands under its own words; nothing on record is an empty cell, not a nought."""
    frame = people("rfgv-three-year", 40)
    frame.insert(0, "person_id", [f"P{i}" for i in range(len(frame))])
    frame.insert(1, "also_victim", [i == 1 for i in range(len(frame))])
    frame.loc[2, "policy_recency"] = None
    book = load_workbook(write_workbook(weighted(), frame, tmp_path / "list.xlsx"))
    first, second, *_ = book[PEOPLE].iter_rows(min_row=2, max_col=2, values_only=True)
    assert (first, second) == (("P0", ""), ("P1", "YES"))
    recency = [row[0] for row in book[PEOPLE].iter_rows(min_row=2, min_col=3, max_col=3, values_only=True)]
    assert [None if value != value else value for value in frame["policy_recency"]] == recency
    assert recency[2] is None
    policy = list(book[POLICY].iter_rows(max_col=2, values_only=True))
    assert policy[:2] == [("rfgv-three-year", "1"), ("SHA-256", load_policy().sha256)]
    assert policy[4:8] == [
        ("recency: up to", 28), ("recency: points", 20), ("recency: up to", 90), ("recency: points", 15),
    ]  # fmt: skip
    said = dict(policy[4:])
    assert ("frequency: from" in said, "gravity: from" in said, "victims: from" in said) == (True, False, True)
    assert (said["gravity: for every"], said["gravity: points"], said["gravity: at most"]) == (2.5, 2, 30)
    assert (said["recency: counted times"], said["victims: counted times"]) == (1, 2)
    assert said["an incident that is not a crime counts"] == 0.5
    assert said["crimes needed for any points"] == 1


def test_more_people_than_a_spreadsheet_opens_are_refused(tmp_path: Path) -> None:
    """The message says how many a workbook holds, and nothing is written."""
    frame = people("rfh", MOST_ROWS + 1)
    with pytest.raises(UsageError, match="at most 100,000 people, got 100,001"):
        write_workbook(load_policy("rfh"), frame, tmp_path / "list.xlsx")
    assert not any(tmp_path.iterdir())
