"""Tables as other programs write them: compared on rightly or refused with counts, whatever their columns hold."""

import resource
import signal
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.errors import UsageError
from matac_ml.tablefile import read_table
from tests.training.test_table import NAMED, compare_on, rows_of
from tests.training.test_table import _frame as made_up
from training.folder import one_at_a_time
from training.recipe import Recipe
from training.table import table_rows

N = 120


def _frame() -> pd.DataFrame:
    return made_up(N)


def _typed() -> dict[str, Any]:
    """A column of every kind that a Parquet file may hold besides numbers and text."""
    day = datetime(2024, 1, 31, 8)
    numbers = [Decimal(i) / 4 for i in range(N)]
    return {
        "lists": pa.array([[1, i] for i in range(N)]),
        "records": pa.array([{"a": i, "b": "x"} for i in range(N)]),
        "maps": pa.array([[("k", i)] for i in range(N)], pa.map_(pa.string(), pa.int64())),
        "zoned": pa.array([day] * N, pa.timestamp("us", tz="Europe/London")),
        "stamp": pa.array([day + timedelta(hours=i) for i in range(N)]),
        "day": pa.array([date(2024, 1, 1 + i % 4) for i in range(N)]),
        "decimal": pa.array(numbers, pa.decimal128(10, 2)),
        "category": pa.array(["a", "b", None] * (N // 3)).dictionary_encode(),
        "flag": pa.array([True, None, False] * (N // 3)),
        "tiny": pa.array([i % 100 for i in range(N)], pa.int8()),
        "half": pa.array(np.arange(N), pa.float16()),
        "whole": pa.array([None if i % 5 == 0 else i for i in range(N)], pa.int64()),
        "bytes": pa.array([b"x", b"y"] * (N // 2)),
        "nothing": pa.nulls(N),
    }


def _parquet(path: Path, **changed: Any) -> Path:
    plain = _frame()[["who", "when", "again"]].convert_dtypes()
    columns = {name: pa.array(plain[name]) for name in plain} | _typed() | changed
    pq.write_table(pa.table(columns), path)
    return path


def _rows(path: Path, columns: Any = NAMED) -> Any:
    return table_rows(read_table(path), columns, recipe=Recipe(name="x"), horizon=1)


def test_every_type_of_a_parquet_file_is_read_or_named(tmp_path: Path) -> None:
    """Numbers, categories and flags are features; dates, lists and records are left out by name; nothing crashes."""
    found = _rows(_parquet(tmp_path / "t"))
    assert set(found.parts[0].test.with_indicators().names) == {
        "decimal", "category=a", "category=b", "category=(no value)", "flag", "tiny", "half", "whole", "bytes=b'x'",
        "bytes=b'y'",
    }  # fmt: skip
    for name in ("lists", "records", "maps", "zoned", "stamp", "day"):
        assert f"{name}: left out (dates, lists and records are no features)." in found.notes
    assert "nothing has no value in any row fitted on; it was left out." in found.warnings


@pytest.mark.parametrize("role", ["person", "groups", "outcome", "time", "score", "recency"])
@pytest.mark.parametrize("name", ["lists", "records", "maps"])
def test_a_column_of_lists_or_records_is_nothing_that_can_be_named(role: str, name: str, tmp_path: Path) -> None:
    """Refused with the column and its count, whatever it was given for."""
    told: Any = (name,) if role == "groups" else name
    with pytest.raises(UsageError, match=f"{name}: {N} of {N} rows (hold|do not hold)"):
        _rows(_parquet(tmp_path / "t"), replace(NAMED, **{role: told}))


def test_times_with_a_zone_are_refused_and_those_without_are_days(tmp_path: Path) -> None:
    """A column of timestamps, sorted or not."""
    path = _parquet(tmp_path / "t")
    with pytest.raises(UsageError, match=f"zoned: {N} of {N} rows hold a time with a time zone"):
        _rows(path, replace(NAMED, time="zoned"))
    found = _rows(path, replace(NAMED, time="stamp", cycle=1))
    assert found.notes[0].startswith("6 lists from 2024-01-31 to 2024-02-05")


def _one_text(length: int, *, rows: int) -> Any:
    """One long text in every row, held once."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array(["x" * length]))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (_one_text(2_000_000, rows=20_000), "must hold at most [0-9,]+ bytes of text"),
        (pa.array(np.zeros(3_000_000)), "holds 3,000,000 rows"),
    ],
)
def test_a_small_file_that_unpacks_to_very_much_is_refused(column: Any, said: str, tmp_path: Path) -> None:
    """Before it is unpacked."""
    pq.write_table(pa.table({"x": column}), tmp_path / "t")
    assert (tmp_path / "t").stat().st_size < 2_500_000
    with pytest.raises(UsageError, match=said):
        read_table(tmp_path / "t")


def test_thousands_of_columns_are_said_in_a_few_lines(tmp_path: Path) -> None:
    """Twelve of each kind are named; of the others the number is given."""
    wide = {f"same{i}": "1" for i in range(1500)} | {f"name{i}": [f"v{j}" for j in range(48)] for i in range(1500)}
    frame = pd.concat([made_up(48)[["who", "when", "again", "x_1"]], pd.DataFrame(wide, index=range(48))], axis=1)
    frame["again"] = [0, 1] * 24
    found = rows_of(tmp_path, frame, horizon=0)
    assert found.parts[0].test.with_indicators().names == ("x_1",)
    assert len((*found.warnings, *found.notes)) < 30
    assert "And 1,488 more columns: is the same in every row fitted on and says nothing; it was left out." in (
        found.warnings
    )
    with pytest.raises(UsageError, match="and 2,964 more"):
        rows_of(tmp_path, frame, replace(NAMED, outcome="gone"))


@pytest.mark.parametrize("cells", [
    ["10,5", "3,25", "7"], ["1.825,5"], ["£3", "£3.50"], ["12%", "7 %"], ["1 000", "25 000,5"], ["1,234", "12,345.5"],
])  # fmt: skip
def test_numbers_with_other_marks_are_said_loudly(cells: list[str], tmp_path: Path) -> None:
    """A column of decimal commas or currencies is no text of many values: a warning says how to write it."""
    found = rows_of(tmp_path, _frame().assign(cost=[cells[i % len(cells)] for i in range(N)]))
    assert [one for one in found.warnings if one.startswith("cost holds numbers written with a comma, a blank")]
    assert not [name for name in found.parts[0].test.with_indicators().names if name.startswith("cost")]


@pytest.mark.parametrize("written", ["2024-01-0{}", "2024-01-0{}T08:00", "2024-01-0{} 08:00:00+01:00", "2024-01-0{}Z"])
def test_dates_as_text_are_no_features(written: str, tmp_path: Path) -> None:
    """A few different days would otherwise be values like any text."""
    found = rows_of(tmp_path, _frame().assign(seen=[written.format(1 + i % 3) for i in range(N)]))
    expected = written != "2024-01-0{}Z"  # which is no way to write a day
    assert ("seen: left out (dates, lists and records are no features)." in found.notes) is expected


def test_a_feature_never_takes_the_place_of_another(tmp_path: Path) -> None:
    """A column called like the value of another: both are kept."""
    extra = {"town=York": np.arange(N), "town=Leeds": np.arange(N) % 7}
    names = rows_of(tmp_path, _frame().assign(**extra)).parts[0].test.with_indicators().names
    assert {"town=York", "town=York (2)", "town=Leeds", "town=Leeds (2)"} <= set(names)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1.23457E+11"], "who: 1 of 120 rows hold a number too long to be exact"),
        (["p1\u200b", "p\u202e1"], "who: 2 of 120 rows hold characters that cannot be seen"),
        (["a\u00a0b"], "who: 1 of 120 rows hold characters that cannot be seen"),
    ],
)
def test_identifiers_that_could_be_somebody_elses_are_refused(cells: list[str], said: str, tmp_path: Path) -> None:
    """Long numbers that a spreadsheet shortened, and characters that nobody sees."""
    frame = _frame()
    frame["who"] = [*cells, *frame["who"].tolist()[len(cells) :]]
    with pytest.raises(UsageError, match=said):
        rows_of(tmp_path, frame)


@pytest.mark.parametrize("form", ["%d/%m", "%H:%M", "%Y %Y", "%", "%Q", "soon", "%d/%m/%Y %z", "%Y-%d"])
def test_a_format_that_names_no_day_is_refused(form: str, tmp_path: Path) -> None:
    """Also one that the library itself stumbles over."""
    with pytest.raises(UsageError, match="must say the year and no time zone"):
        rows_of(tmp_path, _frame(), replace(NAMED, date_format=form))


def test_months_and_years_are_their_first_days(tmp_path: Path) -> None:
    """A format may stop at the month."""
    frame = _frame()
    frame["when"] = [f"2023-{1 + n:02}" for n in frame["when"]]
    found = rows_of(tmp_path, frame, replace(NAMED, date_format="%Y-%m"))
    assert found.notes[0].startswith("6 lists from 2023-01-01 to 2023-06-01")


def test_missing_columns_and_the_faults_of_others_come_at_once(tmp_path: Path) -> None:
    """So nobody mends a table five times."""
    frame = _frame()
    for name, cell in (("who", ""), ("again", 7), ("when", -3), ("x_1", "1e999"), ("points", "x")):
        frame[name] = [cell, *frame[name].tolist()[1:]]
    columns = replace(NAMED, score="points", recency="gone", groups=("lost",))
    with pytest.raises(UsageError) as refused:
        rows_of(tmp_path, frame, columns)
    said = str(refused.value)
    for part in ("gone: no such column", "lost: no such column", "who: 1 of 120", "again: 1 of 120", "when: 1 of 120",
                 "x_1: 1 of 120", "points: 1 of 120"):  # fmt: skip
        assert part in said
    frame["when"] = 1
    with pytest.raises(UsageError, match=r"who: 1 of 120 rows(.|\n)*There must be a list whose 1 units end"):
        rows_of(tmp_path, frame, NAMED)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_moves_nothing(seed: int, tmp_path: Path) -> None:
    """Times that are not sorted make the same folds."""
    frame = _frame()
    mixed = frame.sample(frac=1, random_state=seed)
    one, other = (rows_of(tmp_path, each) for each in (frame, mixed))
    for fold in ("fit", "calibrate", "test"):
        a, b = (getattr(found.parts[0], fold) for found in (one, other))
        for rows in (a, b):
            order = np.lexsort((rows.person, rows.cycle))
            rows.X[:], rows.y[:] = rows.X[order], rows.y[order]
        assert np.array_equal(a.X, b.X)
        assert np.array_equal(a.y, b.y)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.head(3), "f"),
        (lambda f: f.assign(who="p"), "fitted on: 1 people; at least 3 are needed"),
        (lambda f: f.assign(again=np.where(f["when"] > 4, 0, f["again"])), "tested: 20 rows, 0 of them with the"),
        (lambda f: f.assign(again=np.where(f["when"] > 4, f["again"], 0)), "fitted on: 100 rows, 0 of them with the"),
        (lambda f: f.assign(sex=[f"g{i}" for i in range(N)] * 1), None),
    ],
)
def test_what_nothing_can_be_learnt_from_is_refused(change: Any, said: str | None, tmp_path: Path) -> None:
    """Three rows, one person, one outcome in the test or before it; a group of many values alone is no fault."""
    if said is None:
        assert rows_of(tmp_path, change(_frame()), replace(NAMED, groups=("sex",)), horizon=0)
        return
    with pytest.raises(UsageError, match=said):
        rows_of(tmp_path, change(_frame()), horizon=0)


def test_nothing_is_claimed_of_a_handful_of_people(tmp_path: Path) -> None:
    """Fewer than ten people in the test: no interval, no verdict against the score, and both papers say why."""
    frame = made_up(480)
    frame["who"] = np.where(frame["when"] > 4, [f"t{i % 3}" for i in range(480)], frame["who"])
    code, out, page = compare_on(tmp_path, frame, "--score", "points", recipe=_with_matrix())
    assert code == 0, out
    assert "By AUC" not in out
    for said in (out, page):
        assert "The test rows are about 3 people: no figure has an interval" in said


def _with_matrix() -> str:
    return "name: small\nresamples: 20\ncontenders: [base_rate, matrix, elastic_net]\n"


def test_lists_of_one_row_and_a_score_that_tells_nothing_are_said(tmp_path: Path) -> None:
    """Everybody then has a place; and a constant score puts nobody first."""
    frame = made_up(240).assign(when=np.arange(240), flat=7)
    code, out, page = compare_on(tmp_path, frame, "--score", "flat", recipe=_with_matrix())
    assert code == 0, out
    for said in (out, page):
        assert "1 place on each list: " in said
        assert "The shortest list has only 1 row: everybody on it has a place." in said
        assert "flat is the same in every row: it puts nobody before anybody." in said


def test_huge_numbers_are_fitted_on_or_refused(tmp_path: Path) -> None:
    """Of either sign; beyond what can be squared they are counted."""
    frame = made_up(240)
    frame["big"] = np.where(np.arange(240) % 2, -1e99, 1e99)
    frame["low"] = -1e90 * np.arange(240)
    assert compare_on(tmp_path, frame)[0] == 0
    frame.loc[0, "low"] = -1e300
    code, out, _ = compare_on(tmp_path, frame)
    assert code == 2
    assert "low: 1 of 240 rows hold an infinite number, or one beyond 1e+100" in out


def test_a_second_comparison_into_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    """And one into a file; in each case nothing is written."""
    with one_at_a_time(tmp_path / "out"):
        code, out, page = compare_on(tmp_path, _frame())
        assert (code, page) == (2, "")
        assert "Another command is writing into" in out
    (tmp_path / "file").touch()
    code, out, _ = compare_on(tmp_path, _frame(), "--out", str(tmp_path / "file"))
    assert code == 2
    assert "--out must be a folder that can be written to" in out


def test_a_study_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A search.db that is something else ends in one sentence, and stays as it is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "search.db").write_text("not a database, but long enough to be looked at as one" * 40)
    code, out, _ = compare_on(tmp_path, _frame(), recipe=_with_matrix() + "search: {trials: 1, seconds: 60}\n")
    assert code == 2
    assert "search.db" in out
    assert "Traceback" not in out
    assert (tmp_path / "out" / "search.db").read_text().startswith("not a database")


def test_a_folder_without_room_ends_in_one_sentence(tmp_path: Path) -> None:
    """No report, no part of one, and no traceback."""
    frame = made_up(60)
    compare_on(tmp_path, frame, "--outcome", "gone")  # writes the table
    most, before = resource.getrlimit(resource.RLIMIT_FSIZE)[1], signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    written = (tmp_path / "t.csv").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (written, most))
        code, out, page = compare_on(tmp_path, frame)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        signal.signal(signal.SIGXFSZ, before)
    assert (code, page) == (2, "")
    assert "comparison.html must be a file that can be written; File too large" in out
    assert [one.name for one in (tmp_path / "out").iterdir()] == [".lock"]
