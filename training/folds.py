"""The rows of one origin, by what they are for: fitted on, calibrated on, tested; and people in groups."""

from dataclasses import dataclass, replace

import numpy as np

from matac_ml.evaluation import TemporalSplit
from matac_ml.evaluation.splits import closed_before
from training.rows import Bools, Ints, Rows, split_people

#: Groups of people, each scored by a model of the others, where no later dates are left to calibrate on.
GROUPS = 5
#: Share of the people on whom side models, which are never served, are calibrated where no later dates are left.
KEPT_OUT = 0.25
#: The largest share of the dates on which contenders are judged.
_NEWEST = 1 / 3
#: The least share of the rows that must be left to fit on for that: a model of a few early dates is not the one served.
_EARLIER = 1 / 3


@dataclass(frozen=True)
class Folds:
    """The rows of one origin. What is served is fitted on all of ``fit``.

    Attributes
    ----------
    calibrate : Rows or None
        Rows of later dates. None where the history is too short: then scores of the people fitted on calibrate, each by
        a model of other people.
    horizon_days : int or None
        From a date to the day on which its outcomes are known; None where rows are not divided by time.
    newest : int
        Without later dates, how many of the newest dates of ``fit`` calibrate: they see most of the look-back and are
        nearest to use. 0 takes all.
    """

    fit: Rows
    calibrate: Rows | None
    test: Rows
    horizon_days: int | None = None
    newest: int = 0

    @classmethod
    def of(cls, rows: Rows, split: TemporalSplit, *, newest: int = 0) -> "Folds":
        """Cut the rows of all dates into folds."""
        later = rows.on(split.calibrate) if split.calibrate else None
        return cls(rows.on(split.fit), later, rows.on(split.test), split.horizon_days, newest)

    @property
    def later(self) -> bool:
        """Whether there is a calibration set: rows whose dates are later than those of ``fit`` by a horizon."""
        return self.calibrate is not None

    @property
    def calibrated_on(self) -> Rows:
        """The rows whose scores calibrate: the calibration set or, without one, those of the newest dates fitted on."""
        return self.fit.take(on_newest(self.fit, self.newest)) if self.calibrate is None else self.calibrate

    @property
    def named(self) -> dict[str, Rows]:
        """The rows by what they are for: fit, calibrate where there are later dates, and test."""
        all_of_them = {"fit": self.fit, "calibrate": self.calibrate, "test": self.test}
        return {name: rows for name, rows in all_of_them.items() if rows is not None}

    @property
    def too_few_people(self) -> tuple[str, ...]:
        """Why nobody can be scored by a model of other people, where that is needed; empty where everybody can."""
        if self.later:
            return ()
        with_it, without = (len(np.unique(self.fit.person[self.fit.y == value])) for value in (1, 0))
        if min(with_it, without) >= 2:
            return ()
        return (f"{with_it:,} people with the outcome and {without:,} without; at least 2 of each are needed",)

    def keep(self, names: tuple[str, ...]) -> "Folds":
        """The rows with only the named features."""
        later = None if self.calibrate is None else self.calibrate.keep(names)
        return replace(self, fit=self.fit.keep(names), calibrate=later, test=self.test.keep(names))

    def for_side_models(self, *, seed: int) -> tuple[Rows, Rows]:
        """Rows to fit and to calibrate a model on that is never served: one fit, whatever the history."""
        return (self.fit, self.calibrate) if self.calibrate is not None else split_people(self.fit, KEPT_OUT, seed=seed)

    def in_time(self) -> tuple[Rows, Rows] | None:
        """The rows of ``fit`` whose outcomes were known on the first of its newest dates, and the rows of these dates.

        As many dates are newest as leave no fewer earlier ones, a third at most. The earlier ones must hold a third of
        the rows: on five years of records, a year ahead, they held one row in eight and one year of the look-back, and
        what they chose was not what was best with all of them.

        Returns
        -------
        (Rows, Rows) or None
            Earlier and newest; None where no date was closed before another, too few rows are left to fit on, or either
            holds one outcome alone.
        """
        dates = [self.fit.dates[cycle] for cycle in np.unique(self.fit.cycle)]
        if self.horizon_days is None:
            return None
        for count in range(max(1, int(len(dates) * _NEWEST)), 0, -1):
            newest = dates[-count:]
            closed = closed_before(dates[:-count], newest[0], horizon_days=self.horizon_days)
            earlier, judged = self.fit.on(closed), self.fit.on(newest)
            enough = len(earlier) >= _EARLIER * len(self.fit)
            if enough and len(closed) >= count and all(rows.y.min() < rows.y.max() for rows in (earlier, judged)):
                return earlier, judged
        return None

    def before_newest(self) -> Rows:
        """The rows of ``fit`` whose dates are before those calibrated on; all of them where these are under a third."""
        earlier = self.fit.take(~on_newest(self.fit, self.newest))
        enough = len(earlier) >= _EARLIER * len(self.fit) and earlier.y.min() < earlier.y.max()
        return earlier if enough else self.fit


def on_newest(rows: Rows, dates: int) -> Bools:
    """Whether each row is of one of the newest dates; of any where ``dates`` is 0, or they hold one outcome alone."""
    chosen = np.isin(rows.cycle, np.unique(rows.cycle)[-dates:])
    return chosen if 0 < rows.y[chosen].mean() < 1 else np.ones_like(chosen)


def groups_of_people(rows: Rows, *, seed: int, groups: int = GROUPS) -> Ints:
    """A group for each row, the same for all rows of a person, every merge of identities known at the end among them.

    People are dealt out in the order of how often they have the outcome, and by the seed where that is alike: those who
    have it, and those who have not, are spread over the groups.

    Returns
    -------
    ndarray of int, shape (n,)
        From 0 to ``groups`` - 1, or fewer where there are fewer people.
    """
    _, code, counts = np.unique(rows.person, return_inverse=True, return_counts=True)
    often = np.bincount(code, weights=rows.y) / counts
    order = np.lexsort((np.random.default_rng(seed).random(len(counts)), often))
    group = np.empty(len(counts), dtype=np.int64)
    group[order] = np.arange(len(counts)) % groups
    return group[code]
