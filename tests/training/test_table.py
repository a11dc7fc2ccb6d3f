"""Any labelled table can be compared on; what cannot be used is refused with columns and counts, nothing is guessed."""

import contextlib
import html
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matac_ml.cli import main
from matac_ml.errors import UsageError
from matac_ml.tablefile import TableFile, read_table
from training.folder import is_finished
from training.recipe import Recipe
from training.table import TableColumns, table_rows

RECIPE = """
name: small
resamples: 20
contenders: [base_rate, elastic_net]
"""
ALL = """
name: whole
resamples: 20
contenders: [base_rate, last_incident, matrix, elastic_net, lightgbm_monotone, lightgbm_free]
booster: {rounds: 20, leaves: 4, depth: 2, min_leaf: 20}
"""
GIVEN = ("--outcome", "again", "--time", "when", "--person", "who")
NAMED = TableColumns("again", "when", "who")


def _frame(rows: int = 480, seed: int = 3) -> pd.DataFrame:
    """Six lists of made-up people, whose outcome one number tells a little."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows)
    return pd.DataFrame(
        {
            "who": [f"p{place % 160}" for place in range(rows)],
            "when": np.sort(np.tile(np.arange(6), rows // 6)),
            "again": (rng.random(rows) < 1 / (1 + np.exp(1 - x))).astype(int),
            "points": np.round(x * 10),
            "x 1": x + rng.normal(size=rows),
            "x_1": rng.normal(size=rows),
            "town": rng.choice(["Leeds", "York", ""], rows),
            "sex": rng.choice(["f", "m"], rows),
        }
    ).astype(object)


def compare_on(folder: Path, frame: pd.DataFrame, *more: str, recipe: str = RECIPE) -> tuple[int, str, str]:
    """Compare on a frame, without pictures unless asked for: exit code, everything said, and the report's text."""
    frame.to_csv(folder / "t.csv", index=False)
    (folder / "recipe.yaml").write_text(recipe, encoding="utf-8")
    given = ("--table", str(folder / "t.csv"), "--out", str(folder / "out"), "--recipe", str(folder / "recipe.yaml"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), pytest.raises(SystemExit) as ended:
        main(["compare", "--no-pictures", *given, *GIVEN, *more])
    page = folder / "out" / "comparison.html"
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8")) if page.exists() else ""
    return int(ended.value.code or 0), said.getvalue(), html.unescape(text)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Compare on a frame in a folder of the test's own."""
    return partial(compare_on, tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, str]:
    """One comparison with every contender, groups, a score, a recency and pictures; tests only read it."""
    frame = _frame().assign(gap=np.arange(480))
    more = ("--horizon", "1", "--group", "sex", "--score", "points", "--recency", "gap", "--pictures")
    return compare_on(tmp_path_factory.mktemp("whole"), frame, *more, recipe=ALL)


def rows_of(folder: Path, frame: pd.DataFrame, columns: TableColumns = NAMED, *, horizon: int = 1) -> Any:
    """The rows and folds of a frame that was written as CSV and read again."""
    frame.to_csv(folder / "t.csv", index=False)
    return table_rows(read_table(folder / "t.csv"), columns, recipe=Recipe(name="x"), horizon=horizon)


def _with(frame: pd.DataFrame, name: str, *cells: Any) -> pd.DataFrame:
    """The frame with the first cells of a column changed."""
    changed = frame.copy()
    changed[name] = [*cells, *frame[name].tolist()[len(cells) :]]
    return changed


@pytest.mark.parametrize(
    ("name", "cells", "said"),
    [
        ("again", [2, "yes"], "again: 2 of 480 rows hold something other than 0 and 1"),
        ("again", ["", ""], "again: 2 of 480 rows hold nothing"),
        ("again", [0] * 480, "again: every row holds 0"),
        ("who", ["", " "], "who: 2 of 480 rows do not say who they are about"),
        ("when", [""], "when: 1 of 480 rows hold nothing"),
        ("when", [0.5], "when: 1 of 480 rows hold a number that is not whole"),
        ("when", [-1], "when: 1 of 480 rows hold a number below 0"),
        ("when", [20240131], "when: 1 of 480 rows hold a number above 1,000,000; a date written as 20240131 needs"),
        ("when", ["soon"], "when: 480 of 480 rows do not hold a date such as 2024-01-31"),
        ("when", ["inf"], "do not hold a date"),
        ("points", ["inf"], "points: 1 of 480 rows hold no number"),
        ("points", [1e999], "points: 1 of 480 rows hold"),
        ("points", ["", "1,5"], "points: 1 of 480 rows hold nothing"),
        ("sex", [f"g{i}" for i in range(480)], "sex: 480 different groups"),
    ],
)
def test_what_cannot_be_compared_on_is_refused_with_its_count(name: str, cells: list[Any], said: str, run: Any) -> None:
    """With the exit code of a usage error, before anything is fitted or written."""
    code, out, page = run(_with(_frame(), name, *cells), "--score", "points", "--group", "sex")
    assert code == 2
    assert said in out
    assert "fit:" not in out
    assert not page


def test_all_faults_come_at_once(run: Any) -> None:
    """Of five columns, each with its own count."""
    bad = _frame()
    for name, cell in (("again", 7), ("who", ""), ("when", -3), ("points", "x"), ("x_1", "1e999")):
        bad = _with(bad, name, cell)
    code, out, _ = run(bad, "--score", "points")
    assert code == 2
    for name in ("again", "who", "when", "points"):
        assert f"{name}: 1 of 480 rows" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--score", "again"), "again: named for two purposes"),
        (("--group", "sex", "--group", "sex"), "sex: named for two purposes"),
        (("--group", "none"), "none: no such column"),
        (("--exclude", "nothing"), "nothing: no such column"),
        (("--recency", "points"), "points: "),
        (("--exclude", "x 1", "--exclude", "x_1", "--exclude", "town", "--exclude", "sex", "--exclude", "points"),
         "no column is left as a feature"),
        (("--horizon", "50"), "There must be a list whose 50 units end before"),
    ],
)  # fmt: skip
def test_options_that_the_table_cannot_meet_are_refused(more: tuple[str, ...], said: str, run: Any) -> None:
    """Each with the column or the number it is about."""
    code, out, _ = run(_frame(), *more)
    assert code == 2
    assert said in out


@pytest.mark.parametrize("rows", [1, 2, 6])
def test_a_table_of_next_to_nothing_is_refused(rows: int, run: Any) -> None:
    """One row, two and six hold no test."""
    assert run(_frame().head(rows))[0] == 2


def test_whole_numbers_from_0_are_times(whole: tuple[int, str, str]) -> None:
    """From the first list, 0, to the picture of the design."""
    code, out, page = whole
    assert code == 0
    assert "6 lists from 0 to 5" in out
    assert "Which times fit, calibrate and test." in page


@pytest.mark.parametrize("first", [1, 2010, 999_990])
def test_whole_numbers_may_begin_anywhere(first: int, tmp_path: Path) -> None:
    """As years do."""
    frame = _frame()
    frame["when"] += first
    assert rows_of(tmp_path, frame).notes[0].startswith(f"6 lists from {first} to {first + 5}")


def _dated(step: int, form: str = "%Y-%m-%d") -> pd.DataFrame:
    frame = _frame()
    frame["when"] = [(date(2023, 1, 2) + timedelta(days=step * n)).strftime(form) for n in frame["when"]]
    return frame


def test_dates_written_day_first_need_a_format(tmp_path: Path) -> None:
    """Refused with their count; with the format given, the same lists as of ISO dates, in the same order."""
    with pytest.raises(UsageError, match="when: 480 of 480 rows do not hold a date such as 2024-01-31"):
        rows_of(tmp_path, _dated(31, "%d/%m/%Y"))
    found = rows_of(tmp_path, _dated(31, "%d/%m/%Y"), replace(NAMED, date_format="%d/%m/%Y"))
    assert found.notes[0].startswith("6 lists from 2023-01-02 to 2023-06-06")
    assert found.times.starts == rows_of(tmp_path, _dated(31)).times.starts


def test_days_that_lie_after_today_are_refused(run: Any) -> None:
    """What has not happened has no outcome."""
    code, out, _ = run(_with(_dated(31), "when", "9999-12-31"))
    assert code == 2
    assert "when: 1 of 480 rows lie after today" in out


@pytest.mark.parametrize(("step", "cycle", "lists"), [(1, 2, 3), (7, 7, 6), (7, 28, 2), (1, 1, 6)])
def test_days_finer_than_a_meeting_are_put_together(step: int, cycle: int, lists: int, tmp_path: Path) -> None:
    """Without --cycle they are refused, and the message says what to give."""
    said = f"Give --cycle 28 for lists of 28 days, or --cycle {step} to keep the days apart"
    with pytest.raises(UsageError, match=said):
        rows_of(tmp_path, _dated(step), horizon=0)
    found = rows_of(tmp_path, _dated(step), replace(NAMED, cycle=cycle), horizon=0)
    assert found.notes[0].startswith(f"{lists} lists from 2023-01-02")


def test_a_row_late_in_a_list_keeps_its_whole_horizon() -> None:
    """Lists of 28 days need a gap of horizon and 27 days: no outcome fitted on was known after the test began."""
    from training.table_times import read_times, split_times

    days = pd.Series([(date(2023, 1, 1) + timedelta(days=n)).isoformat() for n in range(28 * 8)], name="when")
    times = read_times(days, [], date_format=None, cycle=28)
    assert times is not None
    split = split_times(times, horizon=28)
    last_fitted = split.calibrate[-1] + timedelta(days=27)
    assert last_fitted + timedelta(days=28) <= split.test[0]


def test_a_horizon_of_0_is_warned_of(run: Any, whole: tuple[int, str, str]) -> None:
    """In the terminal and in the report, in the same words; another horizon is not."""
    code, out, page = run(_frame())
    assert code == 0
    assert "LOOK HERE FIRST. --horizon is 0" in out
    assert "--horizon is 0" in page
    assert "--horizon is 0" not in whole[1]


def test_a_copied_outcome_is_said_loudly(run: Any) -> None:
    """As a word or as a mirror image: in the first lines of the terminal and in the report."""
    frame = _frame()
    copied = frame["again"].map({0: "no", 1: "yes"})
    code, out, page = run(frame.assign(copy=copied, mirror=1 - frame["again"]), "--horizon", "1")
    assert code == 0
    for name in ("copy=no", "copy=yes", "mirror"):
        assert f"LOOK HERE FIRST. A leak is suspected: {name} alone reaches an AUC of 1.000" in out
        assert f"{name} alone reaches an AUC of 1.000" in page


def test_a_score_is_called_by_its_own_name(whole: tuple[int, str, str]) -> None:
    """Nothing in the report of a table is an RFGV matrix or goes into a bundle; recency is called by its column too."""
    code, out, page = whole
    assert code == 0
    for said in (out, page):
        assert not re.search("RFGV|the matrix is|minus matrix|to the matrix", said)
        assert "bundle" not in said
        assert "gap alone" in said
        assert re.search(r"no difference from points can be told|points is better|the model is better", said)
    assert "Differences to points" in page


def test_two_boosters_that_are_one_are_listed_once(whole: tuple[int, str, str]) -> None:
    """Without policy directions the two would be copies; the one left out is named."""
    _, out, page = whole
    assert len(set(re.findall(r'<th scope="row">(LightGBM[^<]*)', page))) == 1
    assert "lightgbm_monotone was not fitted" in out
    assert "lightgbm_monotone was not fitted" in page


def test_the_terminal_says_how_groups_fare(whole: tuple[int, str, str]) -> None:
    """Of the contender chosen and of the score that was brought, with the figures of the report."""
    _, out, page = whole
    lines = [line for line in out.splitlines() if line.startswith("By sex, ")]
    assert len(lines) == 2
    assert lines[0].startswith("By sex, points: Brier f 0.")
    for line in lines:
        briers, rates = re.search(r"Brier (.*); false positive rate at .5: (.*)", line).groups()  # type: ignore[union-attr]
        assert f"<td>{briers}</td><td>{rates}</td>" in page


def test_the_choice_names_a_calibration_set_only_where_there_is_one(whole: tuple[int, str, str], run: Any) -> None:
    """Two lists are too few for one: then people left out in turn judge, and both terminal and report say so."""
    few = _frame()
    few["when"] = (few["when"] > 2).astype(int)
    code, *said = run(few, "--horizon", "1")
    assert code == 0
    assert ["on the calibration set" in one for one in (*whole[1:], *said)] == [True, True, False, False]
    assert ["on people left out of the fit in turn" in one for one in (*whole[1:], *said)] == [False, False, True, True]


def test_missing_text_is_a_value_and_unseen_values_are_counted(run: Any, tmp_path: Path) -> None:
    """Missing text can be learnt from; a value that stands in test rows alone is counted in terminal and report."""
    frame = _frame()
    rng = np.random.default_rng(1)
    frame["town"] = np.where((rng.random(480) < 0.5) & frame["again"].astype(bool), "", "Leeds")
    frame.loc[470:, "town"] = "Hull"
    code, out, page = run(frame, "--horizon", "1")
    assert code == 0
    said = "town: 10 of 80 test rows hold a value that no row fitted on holds."
    assert said in out
    assert said in page
    assert "town=(no value)" in rows_of(tmp_path, frame).parts[0].fit.names


NOTHING_SAID = {
    "empty": ([""] * 480, " has no value in any row fitted on; it was left out."),
    "empty where fitted": ([""] * 400 + ["7"] * 80, " has no value in any row fitted on; it was left out."),
    "same": (["5"] * 480, " is the same in every row fitted on and says nothing; it was left out."),
    "same where fitted": (["5"] * 400 + ["6"] * 80, " is the same in every row fitted on and says nothing; it"),
    "NA alone": (["NA"] * 480, " is the same in every row fitted on and says nothing; it was left out."),
    "NA among numbers": (["1", "NA"] * 240, ": 240 rows hold NA or the like where others hold a number: missing."),
    "names": ([f"id{i}" for i in range(480)], ": left out (text of which hardly any value occurs often)."),
    "mixed": ([str(i) for i in range(479)] + ["x"], " holds numbers in most rows and text in others"),
}


def test_a_column_that_says_nothing_never_ends_a_comparison(run: Any) -> None:
    """Empty, constant or of one row alone: it is left out and reported, in terminal and report alike."""
    code, out, page = run(_frame().assign(**{name: cells for name, (cells, _) in NOTHING_SAID.items()}))
    assert code == 0, out
    for name, (_, said) in NOTHING_SAID.items():
        assert f"{name}{said}" in out
        assert f"{name}{said}" in page


def test_names_that_look_alike_stay_apart(run: Any) -> None:
    """x 1 and x_1, and names with every mark that means something to a library, are features of their own."""
    frame = _frame().assign(**{'"[x]{1}:,': np.arange(480), "x\t1": np.arange(480)[::-1], "größe<b>": 1, "": 5})
    frame["größe<b>"] = np.arange(480) % 7
    light = RECIPE.replace("elastic_net", "lightgbm_free")  # whose own names bar some marks
    code, out, page = run(frame, "--exclude", "points", recipe=light + "booster: {rounds: 5}\n")
    assert code == 0, out
    assert "10 features." in out  # five numbers, the three values of town and the two of sex
    assert "<b>" not in page


def test_brier_has_four_digits(whole: tuple[int, str, str]) -> None:
    """In the terminal, the table of measures and the table by group."""
    _, out, page = whole
    assert re.search(r"Base rate +\S+ +0\.500 +0\.\d{4}\n", out)
    assert re.search(r"f 0\.\d{4}; m 0\.\d{4}", page)


def test_the_capacity_is_stated_and_precision_is_not_rounded_away(run: Any, whole: tuple[int, str, str]) -> None:
    """Terminal and report say how many places there are and why; with very few, in what steps precision is printed."""
    for said in whole[1:]:
        assert "40 places on each list: --capacity was not given" in said
        assert "printed in steps" in said
    assert "10 places on each list, as --capacity says." in run(_frame(), "--capacity", "10")[1]
    said = run(_frame(), "--capacity", "500")[1]
    assert "The shortest list has only 80 rows: everybody on it has a place." in said
    long = run(_frame(6000))[1]
    assert "60 places on each list" in long
    assert "Precision and recall at 60 are printed in steps" not in long


def test_only_choices_that_were_used_are_printed(run: Any) -> None:
    """A search that was asked for is made; what a table has no use for is not in the report."""
    code, out, page = run(_frame(), "--horizon", "1", recipe=RECIPE + "search: {trials: 2, seconds: 60}\n")
    assert code == 0
    assert "search: 2 trials" in out
    assert "trials: 2" in page
    for unused in ("\npolicy:", "harm_index", "lookback_days", "as_of", "permutations", "fit_rows", "mitigation"):
        assert unused not in page


def test_groups_of_a_table_keep_their_names(run: Any) -> None:
    """nan and None as text are groups; an empty cell is Not stated."""
    wide = _frame(2400)
    wide["sex"] = ["nan", "None", ""] * 800
    page = run(wide, "--horizon", "1", "--group", "sex")[2]
    assert re.search(r"None 0\.\d{4}; Not stated 0\.\d{4}; nan 0\.\d{4}", page)


def test_a_comparison_never_writes_over_a_run(run: Any, tmp_path: Path) -> None:
    """The report of a training run stays when its folder is named."""
    bundle = tmp_path / "out" / "bundle"
    bundle.mkdir(parents=True)
    (bundle / "manifest.json").write_text("{}", encoding="utf-8")
    code, out, page = run(_frame(), "--horizon", "1")
    assert code == 2
    assert "holds a training run" in out
    assert not page
    assert is_finished(tmp_path / "out")


@pytest.mark.parametrize("name", ["Run%20March", "o q?a=b", "-#1 & 'Größe'/"])
def test_a_comparison_is_written_into_any_folder(name: str, tmp_path: Path, run: Any) -> None:
    """With its search, and nothing beside it."""
    place = f"{tmp_path}/deep/{name}"
    code, out, _ = run(_frame(), "--out", place, recipe=RECIPE + "search: {trials: 1, seconds: 60}\n")
    assert code == 0, out
    assert {one.name for one in Path(place).iterdir()} == {
        ".lock",
        "comparison.html",
        "predictions.parquet",
        "results.json",
        "search.db",
    }
    assert [one.name for one in (tmp_path / "deep").iterdir()] == [name.strip("/")]


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "+INF", " inf ", "\u221e", "1e999", "-2e120"])
def test_an_infinite_number_as_text_is_a_fault_of_a_column_of_numbers(cell: str) -> None:
    """One such cell does not make a column of numbers text, which would be left out."""
    frame = _frame()
    frame.loc[[3, 7], "x 1"] = cell
    with pytest.raises(UsageError) as refused:
        table_rows(TableFile("t.csv", frame.astype(str)), NAMED, recipe=Recipe(name="small"), horizon=1)
    assert refused.value.faults == ("x 1: 2 of 480 rows hold an infinite number, or one beyond 1e+100",)


@pytest.mark.parametrize("cell", ["#DIV/0!", ">10", "12 days", "see notes", "1,5", "infinite"])
@pytest.mark.parametrize(("name", "so"), [("x 1", "it was left out"), ("few", "each value counts as a category")])
def test_a_column_of_numbers_with_some_text_is_named_before_any_figure(cell: str, name: str, so: str) -> None:
    """With the number of cells to correct: what was a number is no longer one."""
    frame = _frame().assign(few=lambda frame: (np.arange(len(frame)) % 5).astype(object))
    frame.loc[[3, 200, 471], name] = cell
    rows = table_rows(TableFile("t.csv", frame.astype(str)), NAMED, recipe=Recipe(name="small"), horizon=1)
    (said,) = (warning for warning in rows.warnings if warning.startswith(f"{name} holds numbers in most rows"))
    assert so in said
    assert "(3 of 480 rows hold text)" in said
    assert not any(note.startswith(f"{name}:") for note in rows.notes)


def test_text_that_reads_like_infinity_among_text_is_text() -> None:
    """A level of a column of words is a level."""
    frame = _frame().assign(town=lambda frame: np.where(np.arange(len(frame)) % 2, "Inf", "Leeds"))
    rows = table_rows(TableFile("t.csv", frame.astype(str)), NAMED, recipe=Recipe(name="small"), horizon=1)
    assert "town=Inf" in rows.parts[0].test.names
