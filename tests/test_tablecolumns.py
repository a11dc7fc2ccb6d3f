"""What a column may hold is said once; what it does not hold is counted, with the column's name and no cell."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matac_ml.tablecolumns import days, groups, identities, read_numbers, required_numbers, required_outcome


def _column(*cells: Any) -> pd.Series:
    return pd.Series(list(cells), name="col", dtype=object)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ((0, 1, 2), "1 of 3 rows hold something other"),
        (("0", "1", "yes"), "1 of 3 rows hold something other"),
        (("0", "1", ""), "1 of 3 rows hold nothing"),
        ((0.0, 1.0, float("nan")), "1 of 3 rows hold nothing"),
        (("0", "1", "nan"), "1 of 3 rows hold something other"),
        ((0, 1, float("inf")), "1 of 3 rows hold something other"),
        ((0, 1, 0.5), "1 of 3 rows hold something other"),
        ((0, 1, -1), "1 of 3 rows hold something other"),
        (("0,0", "1,0", "1"), "2 of 3 rows hold something other"),
        ((1, 1, 1), "every row holds 1"),
        (("False", "false", "0"), "every row holds 0"),
    ],
)
def test_an_outcome_is_0_or_1_in_every_row_and_both_occur(cells: tuple[Any, ...], fault: str) -> None:
    """Everything else is a fault with its count."""
    faults: list[str] = []
    required_outcome(_column(*cells), faults)
    assert len(faults) == 1
    assert faults[0].startswith("col: ")
    assert fault in faults[0]


@pytest.mark.parametrize("cells", [(0, 1), (True, False), ("0", "1"), ("0.0", "1.00"), ("TRUE", "false"), (" 1 ", "0"),
                                   (np.bool_(True), np.int8(0)), (Decimal("1"), Decimal("0"))])  # fmt: skip
def test_true_and_false_are_1_and_0(cells: tuple[Any, ...]) -> None:
    """In whatever type they come."""
    faults: list[str] = []
    assert set(required_outcome(_column(*cells), faults)) == {0.0, 1.0}
    assert not faults


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "nan", "NaN", "1_000", "1,000", "10,5", "0x10", "1e", "--1", "٣",
                                  "a", "1 2", "1%", "£3"])  # fmt: skip
def test_what_only_looks_like_a_number_is_counted(cell: str) -> None:
    """Python would read some of them; a person would not."""
    faults: list[str] = []
    required_numbers(_column("1", cell), faults)
    assert len(faults) == 1
    assert "1 of 2 rows hold no number" in faults[0]


@pytest.mark.parametrize("cell", [float("inf"), -np.inf, "1e999", "-1e101", 2e100])
def test_an_infinite_number_is_counted(cell: Any) -> None:
    """A text too large for a number counts as one, and so does what has no finite square."""
    faults: list[str] = []
    required_numbers(_column(1, cell), faults)
    assert faults == ["col: 1 of 2 rows hold an infinite number, or one beyond 1e+100"]


def test_all_faults_of_a_column_come_at_once() -> None:
    """Missing, unreadable, infinite and outside the range, each with its own count."""
    faults: list[str] = []
    required_numbers(_column("0.5", "", "x", "1e999", "1.7", "-0.1"), faults, within=(0, 1))
    assert [fault.split(" of ")[0] for fault in faults] == ["col: 1", "col: 1", "col: 1", "col: 2"]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int8", "bool", "boolean"])
def test_numbers_come_from_every_type_of_column(dtype: str) -> None:
    """Those of pandas with their own missing value too."""
    column = pd.Series([1, 0, 1], name="col").astype(dtype)
    assert read_numbers(column).tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("cells", "people"),
    [
        ((1, 1.0, "1", " 1", "1.0", "1.000", Decimal("1")), 1),
        (("01", "1"), 2),
        (("001", "01", "1", "1.0"), 3),
        (("a", "A"), 2),
        (("1.5", "1.50"), 2),
        ((2**60, 2**60 + 1), 2),
        (("Nana", "Nona"), 2),
    ],
)
def test_one_person_is_one_key(cells: tuple[Any, ...], people: int) -> None:
    """Whatever type a spreadsheet gave the identifier; a leading nought makes another."""
    faults: list[str] = []
    assert identities(_column(*cells), faults).nunique() == people
    assert not faults


@pytest.mark.parametrize(("cells", "fault"), [
    (("a", None), "1 of 2 rows do not say who"), (("a", "  "), "1 of 2 rows do not say who"),
    ((1.0, float("nan")), "1 of 2 rows do not say who"), ((2.0**60, 1.0), "1 of 2 rows hold a number too long"),
    (("1.2e+15", "P1"), "1 of 2 rows hold a number too long"), (("1e15", "P1"), "1 of 2 rows hold a number too long"),
    (("NULL", "null"), "2 of 2 rows hold what a program writes"), (("None", "#REF!"), "2 of 2 rows hold what a"),
    (("<NA>", "P1"), "1 of 2 rows hold what a program writes"), (("nan", "\\N"), "2 of 2 rows hold what a program"),
])  # fmt: skip
def test_a_missing_or_cut_identifier_is_counted(cells: tuple[Any, ...], fault: str) -> None:
    """Nobody is put together with somebody else for want of an identifier."""
    faults: list[str] = []
    identities(_column(*cells), faults)
    assert len(faults) == 1
    assert fault in faults[0]


def test_groups_keep_their_names_and_empty_ones_are_not_stated() -> None:
    """None, NA, null and nan as text are groups like any other; no cell is lost."""
    found = groups(_column("None", "NA", "null", "nan", "", None, float("nan"), pd.NA, 1.0, "1"), [], most=9)
    assert found.tolist() == ["None", "NA", "null", "nan", *["Not stated"] * 4, "1", "1"]


def test_a_column_of_too_many_groups_is_refused() -> None:
    """An identifier given as a group would compare everybody with everybody."""
    faults: list[str] = []
    groups(_column(*range(50)), faults, most=20)
    assert faults == ["col: 50 different groups; at most 20 can be compared"]


@pytest.mark.parametrize(
    "cell",
    ["31/01/2024", "01/02/2024", "1.2.2024", "2024/01/31", "Jan 31 2024", "31-01-2024", "2024-1-31", "20240131",
     "2024-02-30", "2024-13-01", "24-01-31", "2024-W05-3", "today", "45322"],
)  # fmt: skip
def test_no_format_of_dates_is_guessed(cell: str) -> None:
    """Day-first, month-first, two-digit years and spreadsheet numbers are refused with their count."""
    faults: list[str] = []
    days(_column("2024-01-31", cell), faults, date_format=None)
    assert len(faults) == 1
    assert faults[0].startswith("col: 1 of 2 rows do not hold a date such as 2024-01-31")
    assert "--date-format" in faults[0]


@pytest.mark.parametrize(
    ("cell", "date_format"),
    [
        ("2024-01-31", None),
        ("2024-01-31T23:59:59", None),
        ("2024-01-31 08:00", None),
        (date(2024, 1, 31), None),
        (datetime(2024, 1, 31, 23), None),
        (pd.Timestamp("2024-01-31 23:00"), None),
        ("31/01/2024", "%d/%m/%Y"),
        ("31 Jan 2024", "%d %b %Y"),
        (20240131, "%Y%m%d"),
        (20240131.0, "%Y%m%d"),
        ("01-31-24", "%m-%d-%y"),
    ],
)
def test_a_day_is_the_day_that_is_written(cell: Any, date_format: str | None) -> None:
    """With and without a time of day, by the format that was given."""
    faults: list[str] = []
    assert days(_column(cell), faults, date_format=date_format) == [date(2024, 1, 31)]
    assert not faults


@pytest.mark.parametrize("cell", ["2024-01-31T23:30:00Z", "2024-01-31T23:30:00+01:00", "2024-01-31 23:30-0500",
                                  pd.Timestamp("2024-01-31", tz="UTC")])  # fmt: skip
def test_a_time_with_a_zone_is_refused(cell: Any) -> None:
    """Its day is another one elsewhere."""
    faults: list[str] = []
    days(_column(cell), faults, date_format=None)
    assert len(faults) == 1
    assert "time zone" in faults[0]
