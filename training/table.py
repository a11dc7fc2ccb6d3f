"""Any labelled feature table: the same contenders and measures without records, policy or catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.evaluation import TemporalSplit
from matac_ml.tablecolumns import (
    column_of,
    groups,
    identities,
    is_empty,
    named_twice,
    read_numbers,
    repeats,
    required_numbers,
    required_outcome,
)
from matac_ml.tablefile import TableFile
from training.compare import Folds
from training.recipe import Recipe
from training.rows import Bools, Floats, Rows
from training.table_features import Features, read_cells, read_features
from training.table_times import Times, read_times, split_times


@dataclass(frozen=True)
class TableColumns:
    """Which column is what.

    Attributes
    ----------
    groups : tuple of str
        Used to audit, never as features.
    score, recency : str or None
        An instrument already in use, and days since the last event: they stand where the matrix and the simple rule do.
    date_format : str or None
        How the time column writes dates, as for ``datetime.strptime``; ISO dates or whole numbers when None.
    cycle : int
        Days, or units of the time column, that one list holds; 0 makes a list of every different time.
    """

    outcome: str
    time: str
    person: str
    groups: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    score: str | None = None
    recency: str | None = None
    date_format: str | None = None
    cycle: int = 0

    @property
    def no_features(self) -> set[str]:
        """Columns that are not learnt from."""
        named = {self.outcome, self.time, self.person, *self.groups, *self.exclude}
        return named | ({self.score} if self.score else set())


@dataclass(frozen=True)
class LabelledTable:
    """A table made into rows, with what was done to it.

    Attributes
    ----------
    warnings, notes : tuple of str
        What a reader must know before any figure; what was left out.
    recipe : Recipe
        With the contenders for which the table has a column.
    """

    folds: Folds
    split: TemporalSplit
    times: Times
    groups: pd.DataFrame
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    recipe: Recipe


def table_rows(held: TableFile, columns: TableColumns, *, recipe: Recipe, horizon: int) -> LabelledTable:
    """Make rows and folds of a table.

    Parameters
    ----------
    held : TableFile
        One row a person and time.
    horizon : int
        Gap between folds, in days, or in the unit of the time column when that is a number.

    Raises
    ------
    UsageError
        With every column that is missing or cannot be what it is said to be, each with its count.
    """
    frame = held.frame
    faults = _named_faults(held, columns)
    y = required_outcome(*column_of(frame, columns.outcome, faults))
    person = identities(*column_of(frame, columns.person, faults))
    times = read_times(*column_of(frame, columns.time, faults), date_format=columns.date_format, cycle=columns.cycle)
    score = required_numbers(*column_of(frame, columns.score, faults)) if columns.score else np.zeros(len(frame))
    recency = _recency(frame, columns.recency, faults)
    named = {name: groups(*column_of(frame, name, faults)) for name in columns.groups}
    cells = read_cells(frame.drop(columns=list(columns.no_features), errors="ignore"), faults)
    split = _split(times, horizon, faults)
    if times is None or split is None or faults:
        raise _refused(held, faults)
    fitted, tested = (_inside(times, dates) for dates in (split.fit, split.test))
    features = read_features(cells, fitted=fitted, tested=tested)
    if not features.columns:
        raise _refused(held, ["no column is left as a feature", *features.warnings, *features.notes])
    by = pd.DataFrame(named, index=range(len(frame)))
    codes = pd.factorize(person, sort=True)[0].astype(np.int64)
    rows = Rows(
        names=tuple(features.columns),
        directions=(0,) * len(features.columns),
        dates=times.starts,
        X=features.matrix,
        y=y,
        person=codes,
        identity=codes,
        cycle=times.of_row,
        matrix=score,
        last_incident=recency,
        harm=np.zeros(len(frame)),
        new_victims=np.zeros(len(frame)),
    )
    folds = Folds.of(rows, split, seed=recipe.seed)
    _both_outcomes(held, folds)
    return LabelledTable(
        folds,
        split,
        times,
        by.loc[tested].reset_index(drop=True),
        warnings=(*_horizon_warning(horizon, times), *_same_score(columns, score), *features.warnings),
        notes=(*held.notes, *_notes(rows, times, features)),
        recipe=_recipe(recipe, columns),
    )


def _split(times: Times | None, horizon: int, faults: list[str]) -> TemporalSplit | None:
    """The split of times that could be read; what stops it is a fault like the others."""
    try:
        return None if times is None else split_times(times, horizon=horizon)
    except UsageError as error:
        faults.append(str(error))
        return None


def _refused(held: TableFile, faults: list[str]) -> UsageError:
    return UsageError(f"{held.name} cannot be compared on.", faults=faults)


def _named_faults(held: TableFile, columns: TableColumns) -> list[str]:
    """Columns that are not there, or that are given for two things."""
    roles = [columns.outcome, columns.time, columns.person, columns.score, columns.recency, *columns.groups]
    one_each = [name for name in roles if name]
    faults = named_twice(one_each)
    absent = sorted({*one_each, *columns.exclude} - set(held.frame.columns))
    if absent:
        faults += [f"{name}: no such column" for name in absent] + [f"the columns are {held.names}"]
    return faults


def _recency(frame: pd.DataFrame, name: str | None, faults: list[str]) -> Floats:
    """Days since the last event; a row without any is NaN."""
    if name is None:
        return np.zeros(len(frame))
    column, faults = column_of(frame, name, faults)
    required_numbers(column[~is_empty(column)], faults, within=(0.0, np.finfo(np.float64).max))
    return read_numbers(column)


def _inside(times: Times, dates: Sequence[date]) -> Bools:
    days = set(dates)
    wanted = [place for place, day in enumerate(times.starts) if day in days]
    return np.isin(times.of_row, wanted)


def _both_outcomes(held: TableFile, folds: Folds) -> None:
    named = {"fitted on": folds.fit, "calibrated on": folds.calibrate, "tested": folds.test}
    faults = [
        f"{name}: {len(rows):,} rows, {int(rows.y.sum()):,} of them with the outcome"
        for name, rows in named.items()
        if rows.y.min() == rows.y.max()
    ]
    people = len(np.union1d(folds.fit.person, folds.calibrate.person))
    if people < 3:
        faults.append(f"fitted on: {people} people; at least 3 are needed")
    if faults:
        raise UsageError(
            f"The rows of {held.name} that are fitted on, and those that test, must each hold both outcomes.",
            faults=faults,
        )


def _same_score(columns: TableColumns, score: Floats) -> tuple[str, ...]:
    same = columns.score is not None and np.ptp(score) == 0
    return (f"{columns.score} is the same in every row: it puts nobody before anybody.",) if same else ()


def _horizon_warning(horizon: int, times: Times) -> tuple[str, ...]:
    if horizon:
        return ()
    return (
        f"--horizon is 0: rows up to the list before the test are fitted on, although their outcomes may not have been "
        f"known then. If an outcome takes time to be known, give that time in {times.unit} as --horizon; figures are "
        "otherwise too good.",
    )


def _notes(rows: Rows, times: Times, features: Features) -> list[str]:
    lists = f"{len(times.starts):,} lists from {times.name(times.starts[0])} to {times.name(times.starts[-1])}"
    if times.cycle > 1:
        lists += f", each of {times.cycle} {times.unit} of the time column"
    return [f"{lists}; {len(rows.names)} features.", *features.notes, *repeats(rows.person, rows.cycle)]


def _recipe(recipe: Recipe, columns: TableColumns) -> Recipe:
    """Leave out the contenders for which the table has no column."""
    absent = {"matrix": columns.score, "last_incident": columns.recency}
    kept = tuple(name for name in recipe.contenders if absent.get(name, "present"))
    return recipe.model_copy(update={"contenders": kept})
