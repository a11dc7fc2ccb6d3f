"""95 % intervals by resampling people, written with numpy: 1,000 resamples of 200,000 rows in seconds.

One resample draws as many people as there are, with replacement (Efron 1979; Davison & Hinkley 1997, section 3.8), and
every row of a person counts as often as the person was drawn. Instead of copying rows, each measure is computed from
the counts: sums by one matrix product, ranks by one running sum over rows sorted once. All scores share the same
draws, so that the interval of a difference is the interval of the paired difference.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse
from threadpoolctl import threadpool_limits

from matac_ml.errors import UsageError
from matac_ml.evaluation._checks import Floats, Ints, codes_of, outcome_and_probability, outcome_and_score
from matac_ml.evaluation.calibration import log_odds
from matac_ml.evaluation.formulas import Levels

Counts = npt.NDArray[np.uint8]

#: Fewer people than this say nothing of others: drawn again and again they give an interval that is far too narrow,
#: and one person alone gives none at all.
FEWEST_PEOPLE = 10
#: Resamples turned to floats at a time; bounds the memory of the matrix products.
_CHUNK = 50
#: Rows of a group worked on together: small enough for the cache, and for sums in single precision to lose nothing.
_BLOCK = 1024


@dataclass(frozen=True)
class Interval:
    """A measure with its 95 % interval; ``low`` and ``high`` are NaN when it could not be resampled."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.low > 0 or self.high < 0


def percentiles(replicates: Floats) -> tuple[Floats, Floats]:
    """The 2.5th and 97.5th percentile over the first axis, of what is finite; NaN where less than half is.

    Those of :func:`numpy.quantile`, which has no fast way to leave out values: it would look at each column by itself.
    """
    finite = np.isfinite(replicates)
    n = finite.sum(axis=0)
    ordered = np.sort(np.where(finite, replicates, np.nan), axis=0)  # NaN go last
    enough = (2 * n >= len(replicates)) & (n >= 2)
    ends = []
    for level in (0.025, 0.975):
        at = level * np.maximum(n - 1, 0)
        below = np.floor(at).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(n - 1, 0))
        low, high = (np.take_along_axis(ordered, place[None], axis=0)[0] for place in (below, above))
        share = at - below
        between = np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1 - share))
        ends.append(np.where(enough, between, np.nan))
    return ends[0], ends[1]


def percentile_interval(value: float, replicates: Floats) -> Interval:
    """Return the percentile interval of the replicates; resamples in which the measure is undefined are left out.

    A value that is undefined has no interval, and neither has one that is undefined in half of the resamples.
    """
    low, high = percentiles(replicates) if np.isfinite(value) else (np.nan, np.nan)
    return Interval(value, float(low), float(high))


def clustered_error(values: Floats, person: Ints) -> float:
    """Standard error of the mean of values whose rows belong to people (Liang and Zeger 1986, for a mean).

    Rows of one person err together: counted as if they were independent, the error came out 1.6 to 2.7 times too small.
    Infinite with fewer than two people, of whom nothing can be told.

    Parameters
    ----------
    values : ndarray, shape (n,)
    person : ndarray of int from 0, shape (n,)
    """
    sums = np.bincount(person, weights=values - values.mean())
    people = len(np.unique(person))
    return float(np.sqrt((sums**2).sum() * people / (people - 1)) / len(values)) if people > 1 else np.inf


def sums_by_code(values: Floats, code: Ints, size: int) -> Floats:
    """Sums of the rows of each code below ``size``, shape ``(size, m)``, from values of shape ``(n, m)``."""
    return np.column_stack([np.bincount(code, weights=column, minlength=size) for column in values.T])


class PersonBootstrap:
    """Draws of people, shared by every measure of one test fold.

    Parameters
    ----------
    person : array-like, shape (n,)
        Who each row is about.
    resamples : int
    seed : int or sequence of int
    """

    def __init__(self, person: npt.ArrayLike, *, resamples: int = 1000, seed: int | Sequence[int] = 0) -> None:
        self.code, people = codes_of(person)
        if people < 1 or resamples < 1:
            raise UsageError(f"A bootstrap needs people and resamples, got {people} people, {resamples} resamples")
        rng = np.random.default_rng(seed)
        self.people = people
        #: How often each person was drawn, shape (resamples, people); at most 255 times.
        self.counts = np.empty((resamples, people), dtype=np.uint8)
        for row in self.counts:
            row[:] = np.bincount(rng.integers(people, size=people), minlength=people)

    @property
    def resamples(self) -> int:
        """How many times people were drawn."""
        return int(self.counts.shape[0])

    def sums(self, values: npt.ArrayLike) -> Floats:
        """Return the resampled sums of row values.

        Parameters
        ----------
        values : array-like, shape (n, m)

        Returns
        -------
        ndarray, shape (resamples, m)
        """
        by_person = sums_by_code(np.asarray(values, dtype=np.float64), self.code, self.people)
        parts = [
            self.counts[start : start + _CHUNK].astype(np.float64) @ by_person
            for start in range(0, self.resamples, _CHUNK)
        ]
        return np.concatenate(parts)

    @cached_property
    def _by_person(self) -> Counts:
        """The counts, shape (people, resamples): work that goes through people would wait for memory otherwise."""
        return np.ascontiguousarray(self.counts.T)

    def sums_by_group(self, values: Floats, group: Ints, groups: int) -> Floats:
        """Return the resampled sums of every group of rows.

        Parameters
        ----------
        values : ndarray, shape (n, m)
        group : ndarray of int, shape (n,)
            Below ``groups``.

        Returns
        -------
        ndarray, shape (resamples, groups, m)
        """
        # The rows of a group stand together, so that a group is a few products of small dense matrices: single
        # precision inside a block of rows, double between blocks. Such products are too small for threads, which would
        # wait for each other for twenty times as long as they work.
        order = np.argsort(group, kind="stable")
        ends = np.cumsum(np.bincount(group, minlength=groups))
        live = np.flatnonzero(values.any(axis=0))
        lines = np.ascontiguousarray(values[order][:, live].T, dtype=np.float32)
        found = np.zeros((self.resamples, groups, values.shape[1]))
        with threadpool_limits(limits=1):
            for place, (start, end) in enumerate(zip(np.concatenate([[0], ends[:-1]]), ends, strict=True)):
                total = np.zeros((len(live), self.resamples))
                for at in range(start, end, _BLOCK):
                    block = slice(at, min(at + _BLOCK, end))
                    total += lines[:, block] @ self._by_person[self.code[order[block]]].astype(np.float32)
                found[:, place, live] = total.T
        return found

    def ranked(
        self, outcome: npt.ArrayLike, score: npt.ArrayLike, formulas: Sequence[Callable[[Levels], float]]
    ) -> list[Floats]:
        """Return formulas of ranks, such as the AUC, in every resample, each of shape (resamples,)."""
        y, s = outcome_and_score(outcome, score)
        order = np.argsort(-s, kind="stable")
        starts = np.flatnonzero(np.append(True, np.diff(s[order]) != 0)) if s.size else np.empty(0, dtype=np.int64)
        hit = np.flatnonzero(y[order] == 1)
        if not hit.size:
            return [np.full(self.resamples, np.nan) for _ in formulas]
        # Only scores that some row with the outcome holds are looked at: all sums are kept at those alone.
        level = np.searchsorted(starts, hit, side="right") - 1
        first = np.flatnonzero(np.append(True, np.diff(level) != 0))
        held = level[first]
        begin, end = starts[held], np.append(starts[1:], len(order))[held]
        code, hit_code = self.code[order], self.code[order][hit]
        found = [np.empty(self.resamples) for _ in formulas]
        running = np.zeros(len(order) + 1, dtype=np.int32)
        for b, drawn in enumerate(self.counts):
            np.cumsum(drawn[code], out=running[1:])
            hits = np.add.reduceat(drawn[hit_code], first, dtype=np.int32)
            seen = Levels(hits, running[begin], running[end], int(running[-1]))
            for values, formula in zip(found, formulas, strict=True):
                values[b] = formula(seen)
        return found

    def captured(self, values: npt.ArrayLike, score: npt.ArrayLike, cycle: npt.ArrayLike, *, k: int) -> Floats:
        """Return what the first ``k`` places of every cycle hold, summed over cycles.

        Parameters
        ----------
        values : array-like, shape (n, m)
            What is captured: outcomes, harm, new victims.
        score, cycle : array-like, shape (n,)
            One list is made a cycle; ties at the cut line share the places left.
        k : int

        Returns
        -------
        ndarray, shape (resamples, m + 1)
            The last column is the number of places given out.
        """
        lists = self._each_list(values, score, cycle, k)
        total = next(lists)
        for list_ in lists:
            total += list_
        return total

    def captured_by_list(self, values: npt.ArrayLike, score: npt.ArrayLike, cycle: npt.ArrayLike, *, k: int) -> Floats:
        """Return what :meth:`captured` sums, list by list.

        Returns
        -------
        ndarray, shape (lists, resamples, m + 1)
            Lists in rising order of ``cycle``.
        """
        return np.stack(list(self._each_list(values, score, cycle, k)))

    def _each_list(self, values: npt.ArrayLike, score: npt.ArrayLike, cycle: npt.ArrayLike, k: int) -> Iterator[Floats]:
        v, s, c = np.asarray(values, dtype=np.float64), np.asarray(score, dtype=np.float64), np.asarray(cycle)
        stacked = np.column_stack([v, np.ones(len(s))])
        for list_ in np.unique(c):
            inside = np.flatnonzero(c == list_)
            yield self._captured_once(stacked[inside], s[inside], self.code[inside], k)

    def _captured_once(self, values: Floats, score: Floats, code: Ints, k: int) -> Floats:
        # Drawing people again, the first k places reach deeper than k rows; four times as many and all their ties do.
        reach = min(len(score), 4 * k + 40)
        line = np.partition(score, len(score) - reach)[len(score) - reach]
        top = np.flatnonzero(score >= line)
        order = top[np.argsort(-score[top], kind="stable")]
        starts = np.flatnonzero(np.append(True, np.diff(score[order]) != 0))
        weight = self.counts[:, code[order]].astype(np.float64)
        level = np.add.reduceat(weight, starts, axis=1)
        before = np.cumsum(level, axis=1) - level
        share = np.divide(np.clip(k - before, 0, level), level, out=np.zeros_like(level), where=level > 0)
        per_row = np.repeat(share, np.diff(np.append(starts, len(order))), axis=1) * weight
        return np.asarray(per_row @ values[order])

    def calibration_line(
        self, outcome: npt.ArrayLike, probability: npt.ArrayLike, *, bins: int = 50
    ) -> tuple[Floats, Floats]:
        """Return the resampled calibration slope and shift, each of shape (at most 400,).

        Fitted on rows grouped into bins of neighbouring log-odds; 400 resamples are enough for two plain numbers. The
        slope is NaN where all log-odds are the same.
        """
        y, p = outcome_and_probability(outcome, probability)
        x = log_odds(p)
        edges = np.unique(np.quantile(x, np.linspace(0, 1, bins + 1)[1:-1]))
        group = np.searchsorted(edges, x, side="left")
        size = len(edges) + 1
        seen = np.bincount(group, minlength=size)
        middle = np.bincount(group, weights=x, minlength=size) / np.maximum(seen, 1)
        parts = [
            scipy.sparse.coo_array((value, (group, self.code)), (size, self.people)).tocsr() for value in (y, 1 - y)
        ]
        drawn = self.counts[:400].T.astype(np.float32)
        yes, no = ((part @ drawn).T.astype(np.float64) for part in parts)
        slope, shift = _lines(middle, yes, no)
        return (slope if (seen > 0).sum() > 1 else np.full_like(slope, np.nan)), shift


def _lines(x: Floats, yes: Floats, no: Floats, *, steps: int = 25) -> tuple[Floats, Floats]:
    """Maximum-likelihood slope (with its own intercept) and shift (slope 1), for many weightings of the same bins."""
    n = yes + no
    shift, a, b = np.zeros(len(yes)), np.zeros(len(yes)), np.ones(len(yes))
    with np.errstate(all="ignore"):
        for _ in range(steps):
            p = 1 / (1 + np.exp(-(x + shift[:, None])))
            shift += np.clip((yes - n * p).sum(1) / (n * p * (1 - p)).sum(1), -2, 2)
            p = 1 / (1 + np.exp(-(a[:, None] + b[:, None] * x)))
            w, r = n * p * (1 - p), yes - n * p
            w0, w1, w2, r0, r1 = w.sum(1), (w * x).sum(1), (w * x * x).sum(1), r.sum(1), (r * x).sum(1)
            det = w0 * w2 - w1 * w1
            a += np.clip((w2 * r0 - w1 * r1) / det, -2, 2)
            b += np.clip((w0 * r1 - w1 * r0) / det, -2, 2)
    return b, shift
