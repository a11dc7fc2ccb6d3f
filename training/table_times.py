"""The times of a table: days or whole numbers, put together into the lists of a meeting."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from matac_ml import clock
from matac_ml.errors import UsageError
from matac_ml.evaluation import TemporalSplit, temporal_split
from matac_ml.evaluation.splits import closed_before
from matac_ml.practice import CYCLE_DAYS
from matac_ml.tablecolumns import days, is_empty, read_numbers
from training.rows import Ints

#: Day 0 of a time given as a number.
EPOCH = date(1, 1, 1)
#: Numbers above this are no count of anything; 20240131 is a date.
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Times:
    """When each row is.

    Attributes
    ----------
    starts : tuple of date
        The first day of every list, rising; whole numbers count from :data:`EPOCH`.
    of_row : ndarray of int, shape (n,)
        Each row's list.
    day : ndarray of int, shape (n,)
        Each row's own day, as days from :data:`EPOCH`, or its whole number; empty where no time was given.
    numbered : bool
        Whether the column holds whole numbers, not dates.
    cycle : int
        Days, or units of the column, that one list holds.
    """

    starts: tuple[date, ...]
    of_row: Ints
    day: Ints
    numbered: bool
    cycle: int = 1

    @classmethod
    def one_list(cls, rows: int) -> "Times":
        """All rows on one list, where no time is given."""
        nothing = np.empty(0, dtype=np.int64)
        return cls((EPOCH,), np.zeros(rows, dtype=np.int64), nothing, numbered=True)

    @property
    def unit(self) -> str:
        """What a horizon is counted in."""
        return "units" if self.numbered else "days"

    def of(self, rows: Ints) -> list[date] | list[int] | list[None]:
        """The own times of some rows: days, whole numbers, or nothing where no time was given."""
        if not len(self.day):
            return [None] * len(rows)
        own = self.day[rows].tolist()
        return own if self.numbered else [EPOCH + timedelta(days=day) for day in own]

    def name(self, day: date) -> str:
        """A time as the table writes it."""
        return str((day - EPOCH).days) if self.numbered else day.isoformat()


def read_times(column: pd.Series, faults: list[str], *, date_format: str | None, cycle: int) -> Times | None:
    """Read the time column and put its times together.

    Parameters
    ----------
    date_format : str or None
        As for ``datetime.strptime``; ISO dates or whole numbers when None.
    cycle : int
        Days, or units of the column, that one list holds; 0 makes a list of every different time.

    Returns
    -------
    Times or None
        None when there is a fault; it has been added to ``faults`` with its count.
    """
    before = len(faults)
    numbers, given = read_numbers(column), ~is_empty(column)
    numbered = date_format is None and bool(given.any()) and not np.isnan(numbers[given]).any()
    if numbered:
        _check_numbers(column.name, numbers, given, faults)
        found = [] if len(faults) > before else [EPOCH + timedelta(days=int(n)) for n in numbers]
    else:
        found = [day for day in days(column, faults, date_format=date_format) if day is not None]
        late = sum(day > clock.today() for day in found)
        faults += [f"{column.name}: {late:,} of {len(column):,} rows lie after today"] * bool(late)
    if len(faults) > before:
        return None
    if not cycle and not numbered and (fault := _too_fine(sorted(set(found)))):
        faults.append(f"{column.name}: {fault}")
        return None
    first = min(found)
    own = np.array([(day - EPOCH).days for day in found], dtype=np.int64)
    if cycle:
        found = [first + timedelta(days=(day - first).days // cycle * cycle) for day in found]
    starts = tuple(sorted(set(found)))
    place = {day: index for index, day in enumerate(starts)}
    of_row = np.array([place[day] for day in found], dtype=np.int64)
    return Times(starts, of_row, own, numbered, max(1, cycle))


def _check_numbers(name: object, numbers: np.ndarray, given: np.ndarray, faults: list[str]) -> None:
    known = numbers[given]
    counts = {
        "hold nothing": int((~given).sum()),
        "hold a number that is not whole": int((np.isfinite(known) & (known % 1 != 0)).sum()),
        "hold a number below 0": int((known < 0).sum()),
        f"hold a number above {_LARGEST:,}; a date written as 20240131 needs --date-format %Y%m%d": int(
            (known > _LARGEST).sum()
        ),
    }
    faults += [f"{name}: {count:,} of {len(numbers):,} rows {what}" for what, count in counts.items() if count]


def _too_fine(found: list[date]) -> str:
    """Why different days cannot each be a list; empty when they can."""
    steps = sorted((after - before).days for before, after in pairwise(found))
    if len(steps) < 2 or steps[len(steps) // 2] >= CYCLE_DAYS:
        return ""
    return (
        f"{len(found):,} different days, most less than {CYCLE_DAYS} days after the one before, would each be a list "
        f"of their own. Give --cycle {CYCLE_DAYS} for lists of {CYCLE_DAYS} days, or --cycle {steps[0]} to keep the "
        "days apart"
    )


def split_times(times: Times, *, horizon: int) -> TemporalSplit:
    """Test on the last quarter of the lists, calibrate on a quarter before it, and leave one horizon between.

    The outcome of a row late in a list is known later than that of a row at its start. The gap is longer by that time.

    Raises
    ------
    UsageError
        When no list ends a horizon before the first that tests.
    """
    lists = times.starts
    test = max(1, len(lists) // 4)
    gap = horizon + times.cycle - 1
    if len(lists) < 2 or not closed_before(lists[:-test], lists[-test], horizon_days=gap):
        raise UsageError(
            f"There must be a list whose {horizon:,} {times.unit} end before the first list that tests; there are "
            f"{len(lists):,} lists, from {times.name(lists[0])} to {times.name(lists[-1])}, of which {test} test. Take "
            "a table of more times, a shorter --horizon or a shorter --cycle."
        )
    return temporal_split(lists, horizon_days=gap, test=test, calibrate=test if len(lists) > 2 else 0)
