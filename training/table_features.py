"""The columns of a table as features: numbers as they are, text as one indicator a value, and what was left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.tablecolumns import (
    INFINITE,
    MARKS,
    are_days,
    holds_several,
    identity,
    is_empty,
    is_infinite,
    marked_numbers,
    read_numbers,
    says_infinite,
)
from training.rows import Bools, Floats
from training.table_split import Part

Texts = npt.NDArray[np.object_]

#: Values of a column that get an indicator of their own: the most frequent ones, fewer where columns are many.
MOST_LEVELS, _FEWEST_LEVELS = 50, 4
#: Indicators of all columns together, and the cells that they may take.
_MOST_INDICATORS, _MOST_CELLS = 3_000, 150_000_000
#: A value needs so many of the rows fitted on to be learnt from: one in so many, at least and at most.
_ONE_IN, _LEAST_ROWS, _ENOUGH_ROWS = 200, 2, 20
#: A column whose frequent values stand in fewer of its rows than this identifies rather than describes.
_DESCRIBES = 0.2
#: From this share of the test rows on, values that no row fitted on holds are said before anything else.
_MATTERS = 0.05
#: The value of a text column where nothing is written, and what stands for all values that few rows hold.
NO_VALUE, OTHERS = "(no value)", "(other values)"
#: Columns named in full for each reason; of the others the number is given.
_MOST_NAMED = 12


@dataclass
class Features:
    """Features of a table.

    Attributes
    ----------
    columns : dict of name to ndarray, shape (n,)
    codes : dict of name to names
        Columns that hold the number of a category, and the indicators of the same categories.
    """

    columns: dict[str, Floats] = field(default_factory=dict)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _first: dict[str, list[str]] = field(default_factory=dict)
    _warnings: dict[str, list[str]] = field(default_factory=dict)
    _notes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, values: Floats) -> str:
        """Take a feature and return its name; one whose name is taken, as ``town=York`` may be, gets a number."""
        again, number = name, 2
        while again in self.columns:
            again, number = f"{name} ({number})", number + 1
        self.columns[again] = values
        return again

    def warn(self, name: str, why: str, more: str = "", *, first: bool = False) -> None:
        """Say of a column what a reader must know before any figure, or before anything else."""
        (self._first if first else self._warnings).setdefault(why, []).append(f"{name} {why}{more}.")

    def note(self, name: str, why: str, more: str = "") -> None:
        """Say of a column what was left out or read in a way that is not plain."""
        self._notes.setdefault(why, []).append(f"{name}: {why}{more}.")

    @property
    def first(self) -> tuple[str, ...]:
        """What a reader must know before anything else."""
        return _shortened(self._first)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know before any figure."""
        return _shortened(self._warnings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or read in a way that is not plain."""
        return _shortened(self._notes)

    @property
    def matrix(self) -> Floats:
        """All of them, shape ``(n, features)``."""
        return np.column_stack(list(self.columns.values()))


def _shortened(said: Mapping[str, list[str]]) -> tuple[str, ...]:
    found: list[str] = []
    for why, lines in said.items():
        more = len(lines) - _MOST_NAMED
        found += lines[:_MOST_NAMED] + [f"And {more:,} more columns: {why}."] * (more > 0)
    return tuple(found)


@dataclass(frozen=True)
class Cells:
    """One column as it was read.

    Attributes
    ----------
    empty, marked : ndarray of bool, shape (n,)
        Cells that hold nothing, and those that hold what programs write where a number is missing.
    numbers : ndarray, shape (n,)
        NaN where a cell holds none.
    is_code : bool
        Whether its numbers are names, not amounts.
    """

    name: str
    column: pd.Series
    empty: Bools
    marked: Bools
    numbers: Floats
    is_code: bool = False

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers and nothing else."""
        whole = self.readable | self.empty | self.marked
        return not self.is_code and bool(self.readable.any() and whole.all())

    @property
    def readable(self) -> Bools:
        """Cells that hold a number."""
        return ~np.isnan(self.numbers)

    @property
    def others(self) -> int:
        """Cells with text in a column most of whose cells hold numbers; 0 where it is no such column."""
        others = ~(self.readable | self.empty | self.marked)
        return int(others.sum()) if self.readable.sum() > others.sum() and not self.is_code else 0


def read_cells(frame: pd.DataFrame, faults: list[str], *, categorical: Collection[str] = ()) -> list[Cells]:
    """Read every column of a frame; infinite numbers are faults.

    Parameters
    ----------
    categorical : collection of str
        Columns whose numbers are codes.
    """
    found = []
    for name in frame:
        column = frame[name]
        marked = np.array([isinstance(c, str) and c.strip() in MARKS for c in column], dtype=np.bool_)
        cells = Cells(str(name), column, is_empty(column), marked, read_numbers(column), is_code=name in categorical)
        written = says_infinite(column)
        infinite = int((is_infinite(cells.numbers) | written).sum())
        is_number = cells.readable.any() and (cells.readable | cells.empty | marked | written).all()
        if is_number and not cells.is_code and infinite:
            faults.append(f"{name}: {infinite:,} of {len(column):,} rows {INFINITE}")
        found.append(cells)
    return found


def read_features(columns: Sequence[Cells], *, parts: Sequence[Part]) -> Features:
    """Make features of columns; which values there are is decided by the rows fitted on."""
    found = Features()
    fitted = np.any([part.fit for part in parts], axis=0)
    texts = sum(not cells.is_number for cells in columns)
    room = min(_MOST_INDICATORS, _MOST_CELLS // len(fitted)) // max(1, texts)
    most = int(np.clip(room, _FEWEST_LEVELS, MOST_LEVELS))
    for cells in columns:
        if cells.empty[fitted].all():
            found.warn(cells.name, "has no value in any row fitted on; it was left out")
        elif cells.is_number:
            _number(cells, found, fitted=fitted)
        elif _is_text(cells, found):
            _text(cells, found, parts=parts, fitted=fitted, most=most)
    return found


def _number(cells: Cells, found: Features, *, fitted: Bools) -> None:
    if cells.marked.any():
        found.note(
            cells.name, f"{int(cells.marked.sum()):,} rows hold NA or the like where others hold a number: missing"
        )
    if len(np.unique(cells.numbers[fitted])) < 2:  # numpy counts all that is missing as one value
        found.warn(cells.name, "is the same in every row fitted on and says nothing; it was left out")
    else:
        found.add(cells.name, cells.numbers)


def _is_text(cells: Cells, found: Features) -> bool:
    """Whether a column holds values to tell apart; of any other it is said what it holds."""
    if holds_several(cells.column).any() or are_days(cells.column, cells.empty):
        found.note(cells.name, "left out (dates, lists and records are no features)")
        return False
    written = marked_numbers(cells.column)
    if not cells.is_code and 2 * written > int((~cells.empty).sum()):
        why = (
            "holds numbers written with a comma, a blank, a currency or a percent sign; it was left out. Write digits "
        )
        found.warn(cells.name, f"{why}and a decimal point alone", f" ({written:,} of {len(cells.column):,} rows)")
        return False
    return True


def _text(cells: Cells, found: Features, *, parts: Sequence[Part], fitted: Bools, most: int) -> None:
    value = np.array(
        [NO_VALUE if gone else identity(cell) for cell, gone in zip(cells.column, cells.empty, strict=True)],
        dtype=object,
    )
    counts = pd.Series(value[fitted]).value_counts()
    least = int(np.clip(fitted.sum() // _ONE_IN, _LEAST_ROWS, _ENOUGH_ROWS))
    kept = sorted(counts[counts >= least].sort_index().sort_values(ascending=False, kind="stable").index[:most])
    identifies = counts[kept].sum() < _DESCRIBES * fitted.sum()
    if cells.others:
        so = "it was left out" if identifies else "each value counts as a category"
        why = f"holds numbers in most rows and text in others, so {so}. Correct these cells, or exclude the column"
        found.warn(cells.name, why, f" ({cells.others:,} of {len(value):,} rows hold text)")
    if len(counts) < 2:
        found.warn(cells.name, "is the same in every row fitted on and says nothing; it was left out")
        return
    if identifies:
        if not cells.others:
            found.note(cells.name, "left out (text of which hardly any value occurs often)")
        return
    if _mostly_unseen(cells.name, value, found, parts=parts):
        return
    inside = {level: value == level for level in kept}
    if (rest := counts.sum() - counts[kept].sum()) >= least:
        inside[OTHERS] = ~np.isin(value, kept)
    code = np.full(len(value), np.nan)
    for number, rows in enumerate(inside.values()):
        code[rows] = number
    names = [found.add(f"{cells.name}={level}", rows.astype(np.float64)) for level, rows in inside.items()]
    found.codes[found.add(cells.name, code)] = tuple(names)
    if rest:
        found.note(
            cells.name,
            f"{len(counts) - len(kept):,} of {len(counts):,} values, in {rest:,} of {int(fitted.sum()):,} rows fitted "
            "on, are too rare to be learnt from one by one and count as one",
        )


def _mostly_unseen(name: str, value: Texts, found: Features, *, parts: Sequence[Part]) -> bool:
    """Count the test rows whose value no row fitted on holds; where they are most, the column is left out."""
    unseen = np.zeros(len(value), dtype=np.bool_)
    for part in parts:
        unseen |= part.test & ~np.isin(value, np.unique(value[part.fit]))
    rows, tested = int(unseen.sum()), int(np.any([part.test for part in parts], axis=0).sum())
    if not rows:
        return False
    gone = 2 * rows > tested
    held = "every one of" if rows == tested else f"{rows:,} of"
    values = len(set(value[unseen]))
    what = (
        "The column was left out: what was learnt from it could not be used"
        if gone
        else "The models know nothing of them: such a value counts like those that are rare"
    )
    which = "a value" if values == 1 else f"one of {values:,} values"
    found.warn(
        f"{name}: {held} {tested:,} test rows",
        f"hold{'s' * (rows == tested)} {which} that no row fitted on holds. {what}",
        first=rows >= _MATTERS * tested,
    )
    return gone
