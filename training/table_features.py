"""The columns of a table as features: numbers as they are, text as one indicator a value, and what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
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

#: Text columns with more different values than this are not features: they identify rather than describe.
MOST_LEVELS = 20
#: The value of a text column where nothing is written.
NO_VALUE = "(no value)"
#: Columns named in full for each reason; of the others the number is given.
_MOST_NAMED = 12


@dataclass
class Features:
    """Features of a table.

    Attributes
    ----------
    columns : dict of name to ndarray, shape (n,)
    """

    columns: dict[str, Floats] = field(default_factory=dict)
    _warnings: dict[str, list[str]] = field(default_factory=dict)
    _notes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, values: Floats) -> None:
        """Take a feature; one whose name is taken, as ``town=York`` may be, gets a number."""
        again, number = name, 2
        while again in self.columns:
            again, number = f"{name} ({number})", number + 1
        self.columns[again] = values

    def warn(self, name: str, why: str, more: str = "") -> None:
        """Say of a column what a reader must know before any figure."""
        self._warnings.setdefault(why, []).append(f"{name} {why}{more}.")

    def note(self, name: str, why: str, more: str = "") -> None:
        """Say of a column what was left out or read in a way that is not plain."""
        self._notes.setdefault(why, []).append(f"{name}: {why}{more}.")

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
    """

    name: str
    column: pd.Series
    empty: Bools
    marked: Bools
    numbers: Floats

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers and nothing else."""
        return bool(self.readable.any() and (self.readable | self.empty | self.marked).all())

    @property
    def readable(self) -> Bools:
        """Cells that hold a number."""
        return ~np.isnan(self.numbers)

    @property
    def others(self) -> int:
        """Cells with text in a column most of whose cells hold numbers; 0 where it is no such column."""
        others = ~(self.readable | self.empty | self.marked)
        return int(others.sum()) if self.readable.sum() > others.sum() else 0


def read_cells(frame: pd.DataFrame, faults: list[str]) -> list[Cells]:
    """Read every column of a frame; infinite numbers are faults."""
    found = []
    for name in frame:
        column = frame[name]
        marked = np.array([isinstance(c, str) and c.strip() in MARKS for c in column], dtype=np.bool_)
        cells = Cells(str(name), column, is_empty(column), marked, read_numbers(column))
        written = says_infinite(column)
        infinite = int((is_infinite(cells.numbers) | written).sum())
        is_number = cells.readable.any() and (cells.readable | cells.empty | marked | written).all()
        if is_number and infinite:
            faults.append(f"{name}: {infinite:,} of {len(column):,} rows {INFINITE}")
        found.append(cells)
    return found


def read_features(columns: Sequence[Cells], *, fitted: Bools, tested: Bools) -> Features:
    """Make features of columns.

    Parameters
    ----------
    fitted, tested : ndarray of bool, shape (n,)
        Rows fitted on, which decide what values there are, and rows tested.
    """
    found = Features()
    for cells in columns:
        if cells.empty[fitted].all():
            found.warn(cells.name, "has no value in any row fitted on; it was left out")
        elif cells.is_number:
            _number(cells, found, fitted=fitted)
        else:
            _text(cells, found, fitted=fitted, tested=tested)
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


def _text(cells: Cells, found: Features, *, fitted: Bools, tested: Bools) -> None:
    if holds_several(cells.column).any() or are_days(cells.column, cells.empty):
        found.note(cells.name, "left out (dates, lists and records are no features)")
        return
    if 2 * (written := marked_numbers(cells.column)) > int((~cells.empty).sum()):
        why = (
            "holds numbers written with a comma, a blank, a currency or a percent sign; it was left out. Write digits "
        )
        found.warn(cells.name, f"{why}and a decimal point alone", f" ({written:,} of {len(cells.column):,} rows)")
        return
    value = np.array(
        [NO_VALUE if gone else identity(cell) for cell, gone in zip(cells.column, cells.empty, strict=True)],
        dtype=object,
    )
    levels = sorted(set(value[fitted]))
    if cells.others:
        so = "it was left out" if len(levels) > MOST_LEVELS else "each value counts as a category"
        why = f"holds numbers in most rows and text in others, so {so}. Correct these cells, or exclude the column"
        found.warn(cells.name, why, f" ({cells.others:,} of {len(value):,} rows hold text)")
    if len(levels) > MOST_LEVELS:
        if not cells.others:
            found.note(cells.name, f"left out (text of more than {MOST_LEVELS} different values)")
        return
    if len(levels) < 2:
        found.warn(cells.name, "is the same in every row fitted on and says nothing; it was left out")
        return
    _count_unseen(cells.name, value, levels, found, tested=tested)
    for level in levels:
        found.add(f"{cells.name}={level}", (value == level).astype(np.float64))


def _count_unseen(name: str, value: np.ndarray, levels: list[str], found: Features, *, tested: Bools) -> None:
    unseen = tested & ~np.isin(value, levels)
    if unseen.any():
        values = len(set(value[unseen]))
        found.warn(
            f"{name}: {int(unseen.sum()):,} of {int(tested.sum()):,} test rows",
            f"hold one of {values} {'value' if values == 1 else 'values'} that no row fitted on holds. The models know "
            "nothing of them: such a row counts as none of the known values",
        )
