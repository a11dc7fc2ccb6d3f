"""One series of weekly counts: what is expected of each week by the weeks before, and how much it usually varies."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

Floats = npt.NDArray[np.float64]

#: Weeks of which the expected count is an average: a year, so that seasons weigh the same.
AVERAGED = 52
#: The newest weeks are not averaged, so that a change does not hide itself.
GAP = 8
#: Fewer weeks than this before the first that is judged, and nothing is expected.
FEWEST_WEEKS = 26
#: A share moves this far towards a half of one record: a kind that was never recorded can still appear.
_HALF = 0.5
#: Weeks that are taken together where it is asked how much counts vary: one, and a cycle of four.
TOGETHER = (1, 4)


@dataclass(frozen=True)
class Series:
    """Counts of consecutive weeks.

    Attributes
    ----------
    seen : ndarray of shape (weeks,)
    of : ndarray of shape (weeks,) or None
        Records that each count is out of; None where the count stands by itself.
    judged_from : int
        The first week that is judged; those before are what it is judged by.
    """

    seen: Floats
    of: Floats | None
    judged_from: int

    @cached_property
    def expected(self) -> Floats:
        """What each week was expected to be, shape (weeks,); NaN where too few weeks lie before it."""
        if self.of is None:
            return _average(self.seen / self._season) * self._season
        seen, of = _average(self.seen), _average(self.of)
        return (seen * AVERAGED + _HALF) / (of * AVERAGED + 1) * self.of

    @cached_property
    def _season(self) -> Floats:
        """How each week of the year differs from the year, learnt from whole years before the first judged week."""
        years = self.judged_from // AVERAGED
        if years == 0:
            return np.ones(len(self.seen))
        past = self.seen[self.judged_from - years * AVERAGED : self.judged_from].reshape(years, AVERAGED)
        by_week = (past / np.maximum(past.mean(axis=1, keepdims=True), _HALF)).mean(axis=0)
        smooth = (np.roll(by_week, 1) + 2 * by_week + np.roll(by_week, -1)) / 4
        return np.resize(np.roll(smooth, self.judged_from % AVERAGED), len(self.seen)).clip(0.2)

    @cached_property
    def dispersions(self) -> dict[int, tuple[float, int]]:
        """By weeks taken together: how many times as much as by chance counts varied before, and of how many counts."""
        return {together: self._dispersion(together) for together in TOGETHER}

    def spread(self, usual: float) -> float:
        """How many times as much as by chance counts are taken to vary, at least 1.

        Parameters
        ----------
        usual : float
            What the checks beside this one have. More is taken where the past shows more than chance explains of it:
            the lower end of a 95 % interval.
        """
        shown = [value * count / chi2.ppf(0.95, count) for value, count in self.dispersions.values() if count]
        return float(max(1.0, usual, *shown))

    def _dispersion(self, together: int) -> tuple[float, int]:
        weeks = (self.judged_from // together) * together
        first = self.judged_from - weeks
        seen = self.seen[first : self.judged_from].reshape(-1, together).sum(axis=1)
        if self.of is None:
            level = self._level[first:].reshape(-1, together).sum(axis=1)
            variance = level
        else:
            of = self.of[first : self.judged_from].reshape(-1, together).sum(axis=1)
            share = (seen.sum() + _HALF) / (of.sum() + 1)
            level, variance = share * of, share * (1 - share) * of
        held = variance > 0
        if not held.any():
            return 1.0, 0
        return float(np.mean((seen[held] - level[held]) ** 2 / variance[held])), int(held.sum())

    @property
    def _level(self) -> Floats:
        """The past as a straight line times the season: what ordinary growth and the year explain."""
        week = np.arange(self.judged_from, dtype=np.float64)
        line = np.polyval(np.polyfit(week, self.seen[: self.judged_from] / self._season[: self.judged_from], 1), week)
        level: Floats = np.maximum(line, 0.0) * self._season[: self.judged_from]
        return level


def _average(values: Floats) -> Floats:
    """Mean of up to a year of weeks, the newest of them left out; NaN where too few are left."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    week = np.arange(len(values))
    end = np.maximum(week - GAP, 0)
    start = np.maximum(end - AVERAGED, 0)
    held = end - start
    return np.where(held >= FEWEST_WEEKS, (total[end] - total[start]) / np.maximum(held, 1), np.nan)
