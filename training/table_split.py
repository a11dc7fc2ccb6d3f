"""Which rows of a table are fitted on, calibrated on and tested: by its times, or as a column says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from matac_ml.evaluation import TemporalSplit
from matac_ml.tablecolumns import identity, is_empty, read_numbers
from training.folds import Folds
from training.rows import Bools, Ints, Rows
from training.table_times import Times

#: What a column may call each part.
_WORDS = {
    "fit": {"train", "training", "fit"},
    "calibrate": {"calibrate", "calibration", "validate", "validation", "valid", "val"},
    "test": {"test", "testing"},
}
_PART = {word: part for part, words in _WORDS.items() for word in words}
#: More folds than this are years or identifiers; each would be fitted on everything else, the future included.
MOST_FOLDS = 50


@dataclass(frozen=True)
class Part:
    """What each row is for, in one division of the rows.

    Attributes
    ----------
    fit, test : ndarray of bool, shape (n,)
    calibrate : ndarray of bool, shape (n,), or None
        None calibrates on scores of the people of ``fit`` by models of other people.
    """

    fit: Bools
    calibrate: Bools | None
    test: Bools

    @property
    def before(self) -> Bools:
        """Rows that are not tested: those to fit and to calibrate on."""
        return self.fit if self.calibrate is None else self.fit | self.calibrate

    def of(self, rows: Rows, *, horizon_days: int | None) -> Folds:
        """The rows of each fold."""
        later = None if self.calibrate is None else rows.take(self.calibrate)
        return Folds(rows.take(self.fit), later, rows.take(self.test), horizon_days)


def part_of_times(times: Times, split: TemporalSplit) -> Part:
    """What each row is for by its list."""

    def on(dates: Sequence[date]) -> Bools:
        days = set(dates)
        return np.isin(times.of_row, [place for place, day in enumerate(times.starts) if day in days])

    return Part(on(split.fit), on(split.calibrate) if split.calibrate else None, on(split.test))


def given_parts(column: pd.Series, faults: list[str]) -> tuple[Part, ...]:
    """What each row is for as a column says; of whole numbers, each fold is tested by what the others are fitted on.

    Returns
    -------
    tuple of Part
        One for words, one a fold for numbers; empty when there is a fault, which has been added to ``faults``.
    """
    empty = is_empty(column)
    words = [_PART.get(identity(cell).lower()) for cell in column]
    if any(words):
        return _by_words(column, np.array([word or "" for word in words]), empty, faults)
    numbers = read_numbers(column)
    if empty.all() or np.isnan(numbers[~empty]).any() or (numbers[~empty] % 1 != 0).any():
        faults.append(f"{column.name}: must hold train, calibrate and test, or the whole number of a fold in each row")
        return ()
    folds = np.unique(numbers[~empty])
    if not 2 <= len(folds) <= MOST_FOLDS:
        faults.append(
            f"{column.name}: holds {len(folds):,} different numbers; there may be 2 to {MOST_FOLDS} folds. For years "
            "or other times give --time"
        )
        return ()
    return tuple(Part(~empty & (numbers != fold), None, numbers == fold) for fold in folds)


def _by_words(column: pd.Series, word: np.ndarray, empty: Bools, faults: list[str]) -> tuple[Part, ...]:
    unknown = int(((word == "") & ~empty).sum())
    if unknown:
        faults.append(f"{column.name}: {unknown:,} of {len(column):,} rows hold something other than train, calibrate "
                      "and test")  # fmt: skip
    fit, calibrate, test = (np.asarray(word == part, dtype=np.bool_) for part in _WORDS)
    for name, rows in (("train", fit), ("test", test)):
        if not rows.any():
            faults.append(f"{column.name}: no row holds {name}")
    if unknown or not fit.any() or not test.any():
        return ()
    return (Part(fit, calibrate if calibrate.any() else None, test),)


def split_notes(column: str, parts: Sequence[Part]) -> list[str]:
    """Say what a given split is."""
    if len(parts) > 1:
        tested = [int(part.test.sum()) for part in parts]
        said = [
            f"{len(parts)} folds of {min(tested):,} to {max(tested):,} rows, as {column} says: every row is scored by "
            "a model that was fitted on the other folds. Which contender is best was decided on all rows."
        ]
    else:
        (part,) = parts
        held = 0 if part.calibrate is None else int(part.calibrate.sum())
        said = [
            f"Split as {column} says: {int(part.fit.sum()):,} rows to train, {held:,} to calibrate and "
            f"{int(part.test.sum()):,} to test."
            + ("" if held else " Scores of the people to train on calibrate, each by a model of other people.")
        ]
    unused = int((~np.any([part.before | part.test for part in parts], axis=0)).sum())
    return said + ([f"{unused:,} rows for which {column} says nothing are not used."] if unused else [])


def split_warnings(parts: Sequence[Part], person: Ints, times: Times, *, horizon: int) -> list[str]:
    """Say what makes the figures of a given split better than they would be in use."""
    said = []
    in_time = len(times.starts) > 1
    shared = max(float(np.isin(person[part.test], person[part.before]).mean()) for part in parts)
    if shared > 0 and (len(parts) > 1 or not in_time):
        said.append(
            f"{shared:.0%} of the rows {'of a fold' if len(parts) > 1 else 'tested'} are about people on whom the "
            "models were fitted. Figures for people who are new to them would be lower."
        )
    days = np.array([day.toordinal() for day in times.starts])[times.of_row]
    # The outcome of a row fitted on must be known when the first list that tests is drawn up.
    late = sum(int((part.before & (days + max(1, horizon) > days[part.test].min())).sum()) for part in parts)
    if late and in_time:
        of = sum(int(part.before.sum()) for part in parts)
        known = (
            f"have outcomes that are known only {horizon:,} {times.unit} later, when"
            if horizon
            else "are of a time when"
        )
        said.append(
            f"{late:,} of {of:,} rows fitted on {known} the test had already begun. A model in use knows the past "
            "alone: figures may be too good."
        )
    return said
