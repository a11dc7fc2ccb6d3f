"""One series of counts: what is expected of each by the counts before it, and how much they usually vary."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Weeks of which the expected count is an average: a year, so that seasons weigh the same.
AVERAGED = 52
#: The newest weeks are not averaged, so that a change does not hide itself.
GAP = 8
#: Fewer weeks than this before the first that is judged, and nothing is expected.
FEWEST_WEEKS = 26
#: A share moves this far towards a half of one record: a kind that was never recorded can still appear.
_HALF = 0.5
#: What a model says of so many events weighs as much as so many events that were seen.
_SAID = 100.0
#: Counts that are taken together where it is asked how much they vary: one, and four.
TOGETHER = (1, 4)


@dataclass(frozen=True)
class Series:
    """Counts of consecutive weeks, or of consecutive cycles.

    Attributes
    ----------
    seen : ndarray of shape (n,)
    of : ndarray of shape (n,) or None
        Records that each count is out of; None where the count stands by itself.
    judged_from : int
        The first that is judged; those before are what it is judged by.
    base : ndarray of shape (n,) or None
        What a model says of each count. It is corrected by how the counts before were, beside what was said of them.
    weeks_each : int
        1 for weeks, 4 for cycles.
    lag : int
        Each count is about as many cycles before it: an outcome that has matured.
    """

    seen: Floats
    of: Floats | None
    judged_from: int
    base: Floats | None = None
    weeks_each: int = 1
    lag: int = 1

    @cached_property
    def expected(self) -> Floats:
        """What each count was expected to be, shape (n,); NaN where too few lie before it."""
        if self.base is not None:
            seen, said = self._total(self.seen, fewest=0), self._total(self.base, fewest=0)
            return self.base * (seen + _SAID) / (said + _SAID)
        if self.of is None:
            return self._total(self.seen / self._season) / self._held * self._season
        return (self._total(self.seen) + _HALF) / (self._total(self.of) + 1) * self.of

    @property
    def _held(self) -> Floats:
        return np.maximum(self._total(np.ones(len(self.seen))), 1.0)

    def _total(self, values: Floats, *, fewest: int = FEWEST_WEEKS) -> Floats:
        """Sum over up to a year, the newest left out; NaN where too few are left."""
        total = np.concatenate([[0.0], np.cumsum(values)])
        place = np.arange(len(values))
        # An outcome says nothing before it has matured.
        gap = max(GAP // self.weeks_each, self.lag)
        end = np.maximum(place - gap, 0)
        start = np.maximum(end - AVERAGED // self.weeks_each, 0)
        return np.where((end - start) * self.weeks_each >= fewest, total[end] - total[start], np.nan)

    @cached_property
    def _season(self) -> Floats:
        """How each week of the year differs from the year, learnt from whole years before the first judged week."""
        years = self.judged_from // AVERAGED
        if years == 0 or self.weeks_each > 1:
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
        shown = [value / _upper(count) for value, count in self.dispersions.values() if count]
        return float(max(1.0, usual, *shown))

    def _dispersion(self, together: int) -> tuple[float, int]:
        weeks = (self.judged_from // together) * together
        first = self.judged_from - weeks
        seen = self.seen[first : self.judged_from].reshape(-1, together).sum(axis=1)
        if self.base is not None:
            said = self.base[first : self.judged_from].reshape(-1, together).sum(axis=1)
            level = variance = said * seen.sum() / max(said.sum(), _HALF)
        elif self.of is None:
            level = variance = self._level[first:].reshape(-1, together).sum(axis=1)
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


def _upper(count: int) -> float:
    """How large the mean square of so many standard normal values is at most in 95 of 100 cases (Wilson and Hilferty).

    >>> round(_upper(26), 2)  # chi-squared with 26 degrees of freedom: 38.89 / 26
    1.5
    """
    return float((1 - 2 / (9 * count) + 1.6449 * (2 / (9 * count)) ** 0.5) ** 3)
