"""The columns of a table as features: numbers as they are, text as one indicator a value, and what was left out."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from matac_ml.tablecolumns import MARKS, identity, is_empty, read_numbers
from training.rows import Bools, Floats

#: Text columns with more different values than this are not features: they identify rather than describe.
MOST_LEVELS = 20
#: The value of a text column where nothing is written.
NO_VALUE = "(no value)"


@dataclass
class Features:
    """Features of a table.

    Attributes
    ----------
    columns : dict of name to ndarray, shape (n,)
    warnings : list of str
        What a reader must know before any figure.
    notes : list of str
        What was left out or read in a way that is not plain.
    """

    columns: dict[str, Floats] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def matrix(self) -> Floats:
        """All of them, shape ``(n, features)``."""
        return np.column_stack(list(self.columns.values()))


def read_features(frame: pd.DataFrame, faults: list[str], *, fitted: Bools, tested: Bools) -> Features:
    """Make features of every column of a frame.

    Parameters
    ----------
    fitted, tested : ndarray of bool, shape (n,)
        Rows fitted on, which decide what values there are, and rows tested.
    """
    found = Features()
    for name in frame:
        column = frame[name]
        empty = is_empty(column)
        marked = ~empty & np.array([isinstance(c, str) and c.strip() in MARKS for c in column], dtype=np.bool_)
        numbers = read_numbers(column)
        if empty[fitted].all():
            found.warnings.append(f"{name} has no value in any row fitted on; it was left out.")
        elif (readable := ~np.isnan(numbers)).any() and (readable | empty | marked).all():
            _number(str(name), numbers, int(marked.sum()), found, faults, fitted=fitted)
        else:
            _text(str(name), column, empty, found, fitted=fitted, tested=tested, numbers=int(readable.sum()))
    return found


def _number(name: str, numbers: Floats, marked: int, found: Features, faults: list[str], *, fitted: Bools) -> None:
    infinite = int(np.isinf(numbers).sum())
    if infinite:
        faults.append(f"{name}: {infinite:,} of {len(numbers):,} rows hold an infinite number")
    if marked:
        found.notes.append(f"{name}: {marked:,} rows hold NA or the like where others hold a number: missing.")
    if len(np.unique(numbers[fitted])) < 2:  # numpy counts all that is missing as one value
        found.warnings.append(f"{name} is the same in every row fitted on and says nothing; it was left out.")
    else:
        found.columns[name] = numbers


def _text(
    name: str, column: pd.Series, empty: Bools, found: Features, *, fitted: Bools, tested: Bools, numbers: int
) -> None:
    if (
        pd.api.types.is_datetime64_any_dtype(column)
        or column.map(lambda c: isinstance(c, list | dict | np.ndarray)).any()
    ):
        found.notes.append(f"{name}: left out (dates or lists are no features).")
        return
    value = np.array(
        [NO_VALUE if gone else identity(cell) for cell, gone in zip(column, empty, strict=True)], dtype=object
    )
    levels = sorted(set(value[fitted]))
    if len(levels) > MOST_LEVELS:
        mixed = f"; {numbers:,} of {len(value):,} rows hold a number, the others do not" if numbers else ""
        found.notes.append(f"{name}: left out (text of more than {MOST_LEVELS} different values{mixed}).")
        return
    if len(levels) < 2:
        found.warnings.append(f"{name} is the same in every row fitted on and says nothing; it was left out.")
        return
    unseen = tested & ~np.isin(value, levels)
    if unseen.any():
        found.warnings.append(
            f"{name}: {int(unseen.sum()):,} of {int(tested.sum()):,} test rows hold one of {len(set(value[unseen]))} "
            "values that no row fitted on holds. The models know nothing of them: such a row counts as "
            "none of the known values."
        )
    found.columns.update({f"{name}={level}": (value == level).astype(np.float64) for level in levels})
