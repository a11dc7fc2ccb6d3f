"""What a list is worth: net benefit at a cost that somebody sets, and more places against a better model.

Net benefit (Vickers and Elkin 2006) counts the outcomes found and takes off the people named in vain, each at the cost
that somebody sets: where one outcome found is worth ``w`` people named in vain, whoever has a probability of at least
``1 / (1 + w)`` is worth naming. More places or a better model is the comparison of Perdomo (2024): what the list in use
would find with more places, against what another instrument finds with the same places.

Intervals are 95 % and draw people again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.evaluation._checks import Floats, Ints
from matac_ml.evaluation.bootstrap import Interval, PersonBootstrap, percentile_interval
from matac_ml.evaluation.formulas import Ratio, cell

FOUND, IN_VAIN, ROWS = cell("found"), cell("in_vain"), cell("rows")
#: Draws of people that places are counted in; each goes through every list.
_DRAWS = 400
#: Places looked at, as multiples of those that there are.
_MOST_TIMES = 3


@dataclass(frozen=True)
class NetBenefit:
    """Net benefit where one outcome found is worth so many people named in vain.

    Attributes
    ----------
    worth : float
        People named in vain that one outcome found is worth; above 0.
    """

    worth: float

    @property
    def threshold(self) -> float:
        """The probability from which on somebody is worth naming."""
        return 1 / (1 + self.worth)

    @property
    def formula(self) -> Ratio:
        """Outcomes found, less the people named in vain at their cost, of each row."""
        return (FOUND - IN_VAIN.times(1 / self.worth)) / ROWS

    def of(self, y: Floats, probability: Floats, draws: PersonBootstrap) -> Interval:
        """The net benefit of naming everybody whose probability reaches the threshold, at most 1."""
        named = probability >= self.threshold
        rows = np.column_stack([named * y, named * (1 - y), np.ones_like(y)])
        names = ("found", "in_vain", "rows")
        value = float(self.formula.of(dict(zip(names, rows.sum(axis=0), strict=True))))
        return percentile_interval(value, self.formula.of(dict(zip(names, draws.sums(rows).T, strict=True))))


@dataclass(frozen=True)
class MorePlaces:
    """What more places bring, beside what a better model brings; all per list.

    Attributes
    ----------
    found : Interval
        Outcomes on a list of the instrument in use.
    better_model : Interval
        Outcomes on a list of the model, less those of the instrument in use, with the same places.
    more_places : mapping of int to Interval
        Places more -> outcomes more under the instrument in use.
    same_as : Interval
        Places more that the instrument in use needs to find as many as the model; as many as were looked at, where
        these do not suffice.
    curve : mapping of int to (Interval, Interval)
        Places -> outcomes on a list of the instrument in use, and of the model.
    """

    k: int
    found: Interval
    better_model: Interval
    more_places: Mapping[int, Interval]
    same_as: Interval
    curve: Mapping[int, tuple[Interval, Interval]]


def more_places(
    y: Floats, in_use: Floats, model: Floats, cycle: Ints, person: Ints, *, k: int, seed: int
) -> MorePlaces:
    """Compare more places with a better model.

    Parameters
    ----------
    y : ndarray of {0, 1}, shape (n,)
    in_use, model : ndarray, shape (n,)
        Scores; rows that tie share places.
    cycle, person : ndarray of int, shape (n,)
        The list that each row stands on, and who it is about.
    k : int
        Places on each list.
    """
    draws = PersonBootstrap(person, resamples=_DRAWS, seed=seed)
    most = int(min(_MOST_TIMES * k, np.unique(cycle, return_counts=True)[1].max()))
    grid = np.unique(np.round(np.append(np.linspace(0, max(most, k), 61), k))).astype(np.int64)
    # The first line is of everybody once, the others of each draw.
    a, b = (_found(y, score, cycle, grid, draws) for score in (in_use, model))
    at = int(np.flatnonzero(grid == k)[0])
    needed = np.array([_needed(line, goal, grid) for line, goal in zip(a, b[:, at], strict=True)]) - k
    steps = [int(grid[np.abs(grid - k * (1 + share)).argmin()]) for share in (0.1, 0.25, 0.5, 1.0)]
    later = {step - k: int(np.flatnonzero(grid == step)[0]) for step in steps if step > k}
    return MorePlaces(
        k,
        found=_interval(a[:, at]),
        better_model=_interval(b[:, at] - a[:, at]),
        more_places={extra: _interval(a[:, place] - a[:, at]) for extra, place in later.items()},
        same_as=_interval(needed),
        curve={int(step): (_interval(a[:, i]), _interval(b[:, i])) for i, step in enumerate(grid)},
    )


def _interval(lines: Floats) -> Interval:
    return percentile_interval(float(lines[0]), lines[1:])


def _found(y: Floats, score: Floats, cycle: Ints, grid: Ints, draws: PersonBootstrap) -> Floats:
    """Outcomes per list on so many places, shape ``(1 + draws, places)``."""
    found = np.zeros((draws.resamples + 1, len(grid)))
    lists = np.unique(cycle)
    for list_ in lists:
        inside = np.flatnonzero(cycle == list_)
        order = inside[np.argsort(-score[inside], kind="stable")]
        # Rows that tie share places: between two levels of the score, outcomes rise in a straight line.
        ends = np.append(np.flatnonzero(np.diff(score[order]) != 0), len(order) - 1)
        for line in range(draws.resamples + 1):
            drawn = draws.counts[line - 1, draws.code[order]].astype(np.float64) if line else np.ones(len(order))
            rows, hits = np.cumsum(drawn)[ends], np.cumsum(drawn * y[order])[ends]
            found[line] += np.interp(grid, np.append(0, rows), np.append(0, hits))
    return found / len(lists)


def _needed(line: Floats, goal: float, grid: Ints) -> float:
    """The places at which the line reaches the goal; the last of the grid where it does not."""
    reached = np.flatnonzero(line >= goal - 1e-12)
    if not len(reached):
        return float(grid[-1])
    place = int(reached[0])
    if place == 0 or line[place] == line[place - 1]:
        return float(grid[place])
    share = (goal - line[place - 1]) / (line[place] - line[place - 1])
    return float(grid[place - 1] + share * (grid[place] - grid[place - 1]))


def net_benefits(
    y: Floats, probabilities: Mapping[str, Floats], worths: Sequence[float], draws: PersonBootstrap
) -> dict[float, dict[str, Interval]]:
    """Net benefit by worth and instrument, with that of naming everybody under ``everybody``."""
    everybody = {**probabilities, "everybody": np.ones_like(y)}
    return {worth: {name: NetBenefit(worth).of(y, p, draws) for name, p in everybody.items()} for worth in worths}
