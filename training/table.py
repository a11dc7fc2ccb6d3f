"""Any labelled feature table: the same contenders and measures without records, policy or catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matac_ml.errors import UsageError
from matac_ml.evaluation import TemporalSplit, temporal_split
from training.compare import Folds
from training.recipe import Recipe
from training.rows import Rows

#: Text columns with more different values than this are not features: they identify rather than describe.
MOST_LEVELS = 20
#: Day 0 of a time given as a number.
_EPOCH = date(1, 1, 1)


@dataclass(frozen=True)
class Columns:
    """Which column is what.

    Attributes
    ----------
    groups : tuple of str
        Used to audit, never as features.
    score, recency : str or None
        An instrument already in use, and days since the last event: they stand where the matrix and the simple rule do.
    """

    outcome: str
    time: str
    person: str
    groups: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    score: str | None = None
    recency: str | None = None


@dataclass(frozen=True)
class Table:
    """A table made into rows, with what was done to it."""

    folds: Folds
    split: TemporalSplit
    groups: pd.DataFrame
    notes: tuple[str, ...]
    recipe: Recipe


def read_table(path: Path) -> pd.DataFrame:
    """Read a Parquet or CSV table."""
    if not path.is_file():
        raise UsageError(f"--table must be a Parquet or CSV file, and {path.name} is not there.")
    frame: pd.DataFrame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    return frame


def table_rows(frame: pd.DataFrame, columns: Columns, *, recipe: Recipe, horizon: int) -> Table:
    """Make rows and folds of a table.

    Parameters
    ----------
    frame : DataFrame
        One row a person and time.
    horizon : int
        Gap between folds, in days, or in the unit of the time column when that is a number.

    Raises
    ------
    UsageError
        With every column that is missing or cannot be what it is said to be.
    """
    _check(frame, columns)
    features, notes = _features(frame, columns)
    when = _times(frame[columns.time])
    dates = tuple(sorted(set(when)))
    test, calibrate = max(1, len(dates) // 4), max(1, len(dates) // 4) if len(dates) > 2 else 0
    split = temporal_split(dates, horizon_days=horizon, test=test, calibrate=calibrate)
    place = {day: index for index, day in enumerate(dates)}
    rows = Rows(
        names=tuple(features.columns),
        directions=(0,) * features.shape[1],
        dates=dates,
        X=features.to_numpy(dtype=np.float64),
        y=frame[columns.outcome].to_numpy(dtype=np.float64),
        person=pd.factorize(frame[columns.person].astype(str), sort=True)[0].astype(np.int64),
        cycle=np.array([place[day] for day in when], dtype=np.int64),
        matrix=_column(frame, columns.score),
        last_incident=_column(frame, columns.recency),
        harm=np.zeros(len(frame)),
        new_victims=np.zeros(len(frame)),
    )

    def mask(days: Sequence[date]) -> Any:
        return np.isin(rows.cycle, [place[day] for day in days])

    later = rows.take(mask(split.calibrate)) if split.calibrate else None
    tested = mask(split.test)
    folds = Folds(rows.take(mask(split.fit)), later, rows.take(mask(split.refit)), rows.take(tested))
    groups = frame.loc[tested, list(columns.groups)].reset_index(drop=True)
    return Table(folds, split, groups, notes, _recipe(recipe, columns))


def _check(frame: pd.DataFrame, columns: Columns) -> None:
    named = [columns.outcome, columns.time, columns.person, *columns.groups, *columns.exclude]
    named += [name for name in (columns.score, columns.recency) if name]
    faults = [f"{name}: no such column" for name in named if name not in frame.columns]
    if columns.outcome in frame.columns:
        values = pd.to_numeric(frame[columns.outcome], errors="coerce")
        wrong = int((~values.isin([0, 1])).sum())
        if wrong:
            faults.append(f"{columns.outcome}: must hold 0 and 1, {wrong:,} rows hold something else")
    if faults:
        raise UsageError(
            f"The table cannot be compared on; its columns are {', '.join(map(str, frame.columns[:30]))}.",
            faults=faults,
        )


def _times(column: pd.Series) -> list[date]:
    """Days of a date column; a number n becomes day n, so that a horizon is in the column's own unit."""
    if pd.api.types.is_numeric_dtype(column):
        numbers = column.astype(float)
        if not np.isfinite(numbers).all() or (numbers % 1 != 0).any() or not numbers.between(0, 3_000_000).all():
            raise UsageError(f"{column.name} must hold dates, or whole numbers from 0, in every row.")
        return [_EPOCH + timedelta(days=int(n)) for n in numbers]
    parsed = pd.to_datetime(column, errors="coerce")
    if parsed.isna().any():
        raise UsageError(f"{column.name} must hold dates; {int(parsed.isna().sum()):,} rows cannot be read.")
    return list(parsed.dt.date)


def _column(frame: pd.DataFrame, name: str | None) -> Any:
    return frame[name].astype(float).to_numpy() if name else np.zeros(len(frame))


def _features(frame: pd.DataFrame, columns: Columns) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Numbers as they are, text of few levels as one indicator a level; everything else is left out and named."""
    kept: dict[str, Any] = {}
    notes: list[str] = []
    used = {columns.outcome, columns.time, columns.person, columns.score, *columns.groups, *columns.exclude}
    for name in frame.columns:
        if name in used:
            continue
        column = frame[name]
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            kept[_safe(str(name))] = column.astype(float)
        elif pd.api.types.is_datetime64_any_dtype(column) or column.nunique() > MOST_LEVELS:
            notes.append(f"{name}: left out (dates, or more than {MOST_LEVELS} different values)")
        else:
            for level in sorted(map(str, column.dropna().unique())):
                kept[_safe(f"{name}={level}")] = (column.astype(str) == level).astype(float)
    if not kept:
        raise UsageError("No column is left as a feature.", faults=notes)
    return pd.DataFrame(kept), tuple(notes)


def _safe(name: str) -> str:
    """LightGBM refuses JSON's own characters in names."""
    return "".join("_" if c in '",:[]{}' or c.isspace() else c for c in name)


def _recipe(recipe: Recipe, columns: Columns) -> Recipe:
    """Leave out the contenders for which the table has no column."""
    absent = {"matrix": columns.score, "last_incident": columns.recency}
    kept = tuple(name for name in recipe.contenders if absent.get(name, "present"))
    return recipe.model_copy(update={"contenders": kept})
