"""Any labelled feature table: the same contenders and measures without records, policy or catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from training.folds import Folds
from training.recipe import Recipe
from training.rows import Floats, Ints, Rows
from training.table_features import Features, read_cells, read_features
from training.table_split import given_parts, part_of_times, split_notes, split_warnings
from training.table_times import Times, read_times, split_times


@dataclass(frozen=True)
class TableColumns:
    """Which column is what.

    Attributes
    ----------
    time : str or None
        May be left out where ``split`` is given: then all rows tested stand on one list.
    groups : tuple of str
        Used to audit, never as features.
    split : str or None
        Holds train, calibrate and test, or the numbers of folds.
    categorical : tuple of str
        Columns whose numbers are codes.
    score, recency : str or None
        An instrument already in use, and days since the last event: they stand where the matrix and the simple rule do.
    date_format : str or None
        How the time column writes dates, as for ``datetime.strptime``; ISO dates or whole numbers when None.
    cycle : int
        Days, or units of the time column, that one list holds; 0 makes a list of every different time.
    """

    outcome: str
    time: str | None
    person: str
    groups: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    score: str | None = None
    recency: str | None = None
    split: str | None = None
    categorical: tuple[str, ...] = ()
    date_format: str | None = None
    cycle: int = 0

    @property
    def no_features(self) -> set[str]:
        """Columns that are not learnt from."""
        named = {self.outcome, self.person, *self.groups, *self.exclude}
        return named | {name for name in (self.time, self.split, self.score) if name}


@dataclass(frozen=True)
class LabelledTable:
    """A table made into rows, with what was done to it.

    Attributes
    ----------
    parts : tuple of Folds
        One, or one for each fold of a given split.
    split : TemporalSplit or None
        None where the split was given.
    tested : ndarray of int, shape (n,)
        Where each row tested stands in the table, part after part.
    first, warnings, notes : tuple of str
        What a reader must know before anything else, and before any figure; what was left out.
    recipe : Recipe
        With the contenders for which the table has a column.
    """

    parts: tuple[Folds, ...]
    split: TemporalSplit | None
    times: Times
    tested: Ints
    groups: pd.DataFrame
    first: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    recipe: Recipe


@dataclass(frozen=True)
class _Columns:
    """The columns that are no features, as they were read."""

    y: Floats
    person: Ints
    times: Times
    score: Floats
    recency: Floats
    groups: pd.DataFrame


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
    faults = _named_faults(held, columns)
    read = _read(held.frame, columns, faults)
    given = given_parts(*column_of(held.frame, columns.split, faults)) if columns.split else ()
    features_of = held.frame.drop(columns=list(columns.no_features), errors="ignore")
    cells = read_cells(features_of, faults, categorical=columns.categorical)
    split = None if columns.split else _split(read, horizon, faults)
    if read is None or faults or not (split or given):
        raise _refused(held, faults)
    parts = (part_of_times(read.times, split),) if split else given
    features = read_features(cells, parts=parts)
    if not features.columns:
        raise _refused(held, ["no column is left as a feature", *features.first, *features.warnings, *features.notes])
    rows = _rows(read, features)
    folds = tuple(part.of(rows, horizon_days=horizon if len(parts) == 1 else None) for part in parts)
    _both_outcomes(held, folds)
    tested = np.concatenate([np.flatnonzero(part.test) for part in parts])
    said = (
        _horizon_warning(horizon, read.times)
        if split
        else split_warnings(parts, rows.person, read.times, horizon=horizon)
    )
    return LabelledTable(
        folds,
        split,
        read.times,
        tested,
        read.groups.iloc[tested].reset_index(drop=True),
        first=features.first,
        warnings=(*said, *_same_score(columns, read.score), *features.warnings),
        notes=(
            *held.notes,
            *(split_notes(columns.split, parts) if columns.split else ()),
            *_notes(rows, read.times, features),
        ),
        recipe=_recipe(recipe, columns),
    )


def _read(frame: pd.DataFrame, columns: TableColumns, faults: list[str]) -> _Columns | None:
    """Read every column that is no feature; None where there is no time because of a fault."""
    y = required_outcome(*column_of(frame, columns.outcome, faults))
    person = identities(*column_of(frame, columns.person, faults))
    times: Times | None = Times.one_list(len(frame))
    if columns.time:
        named = column_of(frame, columns.time, faults)
        times = read_times(*named, date_format=columns.date_format, cycle=columns.cycle)
    score = required_numbers(*column_of(frame, columns.score, faults)) if columns.score else np.zeros(len(frame))
    recency = _recency(frame, columns.recency, faults)
    by = {name: groups(*column_of(frame, name, faults)) for name in columns.groups}
    if times is None:
        return None
    codes = pd.factorize(person, sort=True)[0].astype(np.int64)
    return _Columns(y, codes, times, score, recency, pd.DataFrame(by, index=range(len(frame))))


def _rows(read: _Columns, features: Features) -> Rows:
    names = tuple(features.columns)
    nothing = np.zeros(len(read.y))
    return Rows(
        names=names,
        directions=(0,) * len(names),
        dates=read.times.starts,
        X=features.matrix,
        y=read.y,
        person=read.person,
        identity=read.person,
        cycle=read.times.of_row,
        matrix=read.score,
        last_incident=read.recency,
        harm=nothing,
        new_victims=nothing,
        codes=tuple(features.codes.items()),
    )


def _split(read: _Columns | None, horizon: int, faults: list[str]) -> TemporalSplit | None:
    """The split of times that could be read; what stops it is a fault like the others."""
    try:
        return None if read is None else split_times(read.times, horizon=horizon)
    except UsageError as error:
        faults.append(str(error))
        return None


def _refused(held: TableFile, faults: list[str]) -> UsageError:
    return UsageError(f"{held.name} cannot be compared on.", faults=faults)


def _named_faults(held: TableFile, columns: TableColumns) -> list[str]:
    """Columns that are not there, or that are given for two things."""
    roles = [columns.outcome, columns.time, columns.person, columns.score, columns.recency, *columns.groups]
    one_each = [name for name in (*roles, columns.split) if name]
    faults = named_twice(one_each)
    absent = sorted({*one_each, *columns.exclude, *columns.categorical} - set(held.frame.columns))
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


def _both_outcomes(held: TableFile, parts: Sequence[Folds]) -> None:
    faults = []
    for number, folds in enumerate(parts):
        fold = f" of fold {number + 1}" if len(parts) > 1 else ""
        named = {"fit": "fitted on", "calibrate": "calibrated on", "test": "tested"}
        one_sided = [
            f"{named[name]}{fold}: {len(rows):,} rows, {int(rows.y.sum()):,} of them with the outcome"
            for name, rows in folds.named.items()
            if rows.y.min() == rows.y.max()
        ]
        faults += one_sided or [f"fitted on{fold}: {fault}" for fault in folds.too_few_people]
        people = len(np.union1d(folds.fit.person, folds.calibrated_on.person))
        if people < 3:
            faults.append(f"fitted on{fold}: {people} people; at least 3 are needed")
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
        "--horizon is 0: "
        "rows up to the list before the test are fitted on, although their outcomes may not have been known then. "
        f"If an outcome takes time to be known, give that time in {times.unit} as --horizon; "
        "figures are otherwise too good.",
    )


def _notes(rows: Rows, times: Times, features: Features) -> list[str]:
    lists = f"{len(times.starts):,} lists from {times.name(times.starts[0])} to {times.name(times.starts[-1])}"
    if times.cycle > 1:
        lists += f", each of {times.cycle} {times.unit} of the time column"
    if len(times.starts) == 1:
        lists = "One list"
    return [
        f"{lists}; {len(rows.with_indicators().names)} features.",
        *features.notes,
        *repeats(rows.person, rows.cycle),
    ]


def _recipe(recipe: Recipe, columns: TableColumns) -> Recipe:
    """Leave out the contenders for which the table has no column."""
    absent = {"matrix": columns.score, "last_incident": columns.recency}
    kept = tuple(name for name in recipe.contenders if absent.get(name, "present"))
    return recipe.model_copy(update={"contenders": kept})
