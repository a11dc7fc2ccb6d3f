"""A table with a split of its own, with codes and with new values: compared on, and written down."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matac_ml.errors import UsageError
from tests.training.test_table import _frame as made_up
from tests.training.test_table import compare_on, rows_of
from training.recipe import load_recipe
from training.table import TableColumns
from training.table_settings import suited

BOOSTED = "name: b\nresamples: 20\ncontenders: [base_rate, elastic_net, lightgbm_free]\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Compare on a frame in a folder of the test's own."""
    return partial(compare_on, tmp_path, recipe=BOOSTED)


def _divided(**more: Any) -> pd.DataFrame:
    """Six lists, of which the fifth calibrates and the sixth tests."""
    words = ["train", "Train", "training", "train", "calibrate", "TEST"]
    return made_up().assign(part=lambda f: [words[n] for n in f["when"]], **more)


def test_a_given_split_is_used_as_it_is(run: Any, tmp_path: Path) -> None:
    """Whatever the times say; it is said how many rows are for what, and predictions are of the test rows alone."""
    frame = _divided()
    code, out, page = run(frame, "--split", "part")
    assert code == 0, out
    for said in (out, page):
        assert "Split as part says: 320 rows to train, 80 to calibrate and 80 to test." in said
    found = pd.read_parquet(tmp_path / "out" / "predictions.parquet")
    assert list(found.columns) == ["id", "time", "contender", "probability"]
    assert set(found["time"]) == {5}
    assert sorted(found[found["contender"] == "elastic_net"]["id"]) == sorted(frame[frame["when"] == 5]["who"])
    assert found["probability"].between(0, 1).all()


def test_results_hold_every_measure_of_every_contender_with_its_interval(run: Any, tmp_path: Path) -> None:
    """As JSON without NaN, which says which contender was chosen and what was warned of."""
    assert run(_divided(), "--split", "part", "--group", "sex")[0] == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert set(found["contenders"]) == {"base_rate", "elastic_net", "lightgbm_free"}
    for contender in found["contenders"].values():
        assert set(contender["measures"]) == set(found["measures"])
        auc = contender["measures"]["auc"]
        assert auc["low"] <= auc["value"] <= auc["high"]
    assert found["contenders"]["elastic_net"]["measures"]["harm_at_k"]["value"] is None
    assert found["chosen"] in found["contenders"]
    assert found["folds"][0]["test"] == {"rows": 80, "people": 80, "outcomes": int(made_up()["again"][400:].sum())}
    assert (tmp_path / "out" / "results.json").stat().st_mode & 0o077 == 0


def test_a_list_is_worth_what_the_costs_say(run: Any, tmp_path: Path) -> None:
    """Costs are those given; more places are set beside a better model in the report, the terminal and the file."""
    code, out, page = run(_divided(), "--split", "part", "--worth", "3", "--capacity", "20")
    assert code == 0, out
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["worth"]
    assert list(found["net_benefit"]) == ["3.0"]
    assert set(found["net_benefit"]["3.0"]) == {"elastic_net", "lightgbm_free", "everybody"}
    assert found["places"]["k"] == 20
    assert found["places"]["found"]["value"] == pytest.approx(20 * made_up()["again"][400:].mean())
    assert "1 found is worth 3 in vain (from 25% on)" in page
    assert "A list drawn by lot, 20 places" in page
    assert "A list drawn by lot" in out


def test_folds_are_each_tested_by_models_of_the_others(run: Any, tmp_path: Path) -> None:
    """Every row is predicted once, and a value that one fold alone holds is unseen there."""
    frame = made_up().drop(columns="when").assign(fold=np.arange(480) % 160 % 4, town="York")
    frame.loc[frame["fold"] == 2, "town"] = "Hull"
    code, out, _ = run(frame, "--split", "fold", "--time", "")
    assert code == 0, out
    assert "4 folds of 120 to 120 rows, as fold says" in out
    assert "LOOK HERE FIRST. town: 120 of 480 test rows hold a value that no row fitted on holds" in out
    found = pd.read_parquet(tmp_path / "out" / "predictions.parquet")
    assert found.groupby("contender").size().to_dict() == dict.fromkeys(
        ("base_rate", "elastic_net", "lightgbm_free"), 480
    )
    assert found["time"].isna().all()


def test_people_in_several_folds_are_said(run: Any) -> None:
    """A model that knows somebody is better about them than it would be about others."""
    assert (
        "LOOK HERE FIRST. 100% of the rows of a fold are about people on whom"
        in run(made_up().assign(fold=np.arange(480) // 160), "--split", "fold", "--time", "")[1]
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["train"] * 480, "part: no row holds test"),
        (["train", "later"] * 240, "part: 240 of 480 rows hold something other than train, calibrate and test"),
        (["a", "b"] * 240, "part: must hold train, calibrate and test, or the whole number of a fold"),
        (list(range(480)), "part: holds 480 different numbers; there may be 2 to 50 folds. For years"),
        ([1] * 480, "part: holds 1 different numbers"),
        ([""] * 480, "part: must hold train"),
    ],
)
def test_a_column_that_divides_nothing_is_refused(cells: list[Any], said: str, tmp_path: Path) -> None:
    """With its count."""
    with pytest.raises(UsageError, match=said):
        rows_of(tmp_path, made_up().assign(part=cells), TableColumns("again", "when", "who", split="part"))


def test_rows_without_a_part_are_not_used(tmp_path: Path) -> None:
    """And are counted."""
    frame = _divided()
    frame.loc[:9, "part"] = ""
    found = rows_of(tmp_path, frame, TableColumns("again", "when", "who", split="part"))
    assert "10 rows for which part says nothing are not used." in found.notes
    assert len(found.parts[0].fit) == 310


def test_a_split_that_looks_into_the_future_is_said(tmp_path: Path) -> None:
    """Rows fitted on that are as late as the test, or whose outcome was not known by then."""
    columns = TableColumns("again", "when", "who", split="part")
    frame = _divided()
    assert not [said for said in rows_of(tmp_path, frame, columns, horizon=0).warnings if "A model in use" in said]
    late = [said for said in rows_of(tmp_path, frame, columns, horizon=2).warnings if "A model in use" in said]
    assert late[0].startswith("80 of 400 rows fitted on have outcomes that are known only 2 units later")
    frame["when"] = 5 - frame["when"]
    assert [said for said in rows_of(tmp_path, frame, columns, horizon=0).warnings if "400 of 400 rows" in said]


def test_numbers_that_are_codes_are_categories(tmp_path: Path) -> None:
    """Each code is an indicator for models of sums, and one category for trees; unnamed, the column is an amount."""
    frame = made_up().assign(area=np.arange(480) % 3 + 7)
    assert "area" in rows_of(tmp_path, frame).parts[0].fit.names
    found = rows_of(tmp_path, frame, TableColumns("again", "when", "who", categorical=("area",))).parts[0].fit
    assert {"area=7", "area=8", "area=9"} < set(found.with_indicators().names)
    assert dict(found.with_codes().codes)["area"] == ("area=7", "area=8", "area=9")
    assert "area=7" not in found.with_codes().names
    with pytest.raises(UsageError, match="gone: no such column"):
        rows_of(tmp_path, frame, TableColumns("again", "when", "who", categorical=("gone",)))


def test_rare_values_count_as_one(tmp_path: Path) -> None:
    """Thousands of values leave a few indicators, and a note says how many rows that concerns."""
    rng = np.random.default_rng(5)
    frame = made_up(1200).assign(code=[f"c{int(n)}" for n in rng.zipf(1.5, 1200)])
    found = rows_of(tmp_path, frame)
    names = [name for name in found.parts[0].fit.names if name.startswith("code=")]
    assert 2 < len(names) <= 51
    assert "code=(other values)" in names
    assert [note for note in found.notes if note.startswith("code: ") and "count as one" in note]


def test_a_column_whose_values_are_all_new_is_said_before_anything_else(run: Any) -> None:
    """And is left out: what was learnt from it could not be used."""
    frame = _divided(kind=lambda f: np.where(f["when"] == 5, "new ", "old ") + (f["when"] % 2).astype(str))
    code, out, page = run(frame.assign(copy=frame["again"]), "--split", "part")
    assert code == 0, out
    first = [line for line in out.splitlines() if line.startswith("LOOK HERE FIRST.")]
    assert first[0] == (
        "LOOK HERE FIRST. kind: every one of 80 test rows holds a value that no row fitted on holds. The column was "
        "left out: what was learnt from it could not be used."
    )
    assert any("A leak is suspected: copy alone" in line for line in first[1:])
    assert page.index("kind: every one of 80 test rows") < page.index("A leak is suspected")


def test_rows_of_another_kind_are_said(run: Any) -> None:
    """Features alone tell the rows tested from those fitted on; without such a feature nothing is said."""
    frame = made_up(2400)
    frame["drift"] = np.random.default_rng(2).normal(size=2400) + 3.0 * (frame["when"] > 4)
    out = run(frame, "--horizon", "1")[1]
    assert "The rows tested differ in kind from those fitted on" in out
    assert "drift above all" in out
    assert "differ in kind" not in run(frame, "--horizon", "1", "--exclude", "drift")[1]


@pytest.mark.parametrize("rows", [60, 600])
def test_settings_suit_the_size_unless_they_were_chosen(rows: int, tmp_path: Path) -> None:
    """Leaves that a small table can fill; whatever a recipe sets stays."""
    fit = rows_of(tmp_path, made_up(rows), horizon=0).parts[0].fit
    recipe = load_recipe()[0]
    found, said = suited(recipe, fit, asked=())
    assert found.booster.min_leaf == 5
    assert found.additive.min_leaf == 5
    assert found.linear.penalty > recipe.linear.penalty
    assert f"suit {len(fit)} rows" in said
    assert suited(recipe, fit, asked=("booster", "additive", "linear"))[0] == recipe


def test_identifiers_are_written_as_the_table_has_them(run: Any, tmp_path: Path) -> None:
    """Whole numbers as numbers, others as text with their zeros, days as days."""
    frame = _divided(day=lambda f: [f"2024-0{1 + n}-01" for n in f["when"]])
    predictions = tmp_path / "out" / "predictions.parquet"
    for who, kind, first in ((np.arange(480), "int64", 400), ([f"{n:04}" for n in range(480)], "str", "0400")):
        assert run(frame.assign(who=who), "--split", "part", "--time", "day")[0] == 0
        found = pd.read_parquet(predictions)
        assert str(found["id"].dtype) == kind
        assert found["id"][0] == first
        assert str(found["time"][0]) == "2024-06-01"
