"""What the first places hold where every area draws up a list of its own, for a meeting of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats, Ints, codes_of, outcome_and_score
from matac_ml.evaluation.bootstrap import Interval, PersonBootstrap, percentile_interval
from matac_ml.evaluation.capacity import places

#: Areas whose outcomes are summed together.
_TOGETHER = 16


@dataclass(frozen=True)
class InArea:
    """One contender on the lists of one area, one list a date; everything is exact and none of it fit to be printed.

    Attributes
    ----------
    area : str
        Empty for the lists of all areas together.
    places, hits : float
        Places given out on all its lists, ``k`` each or as many as there are rows, and outcomes among them.
    rows, outcomes : int
        Person-dates of the area, and those with the outcome.
    people_with, people_without : int
        Different people with a row that has the outcome, and with one that has not.
    precision, recall : Interval
        With 95 % intervals in which people are drawn again.
    people_listed : int
        Different people who hold a place, or a share of one: one person may hold a place on every list.
    """

    area: str
    places: float
    hits: float
    rows: int
    outcomes: int
    people_with: int
    people_without: int
    precision: Interval
    recall: Interval
    people_listed: int


def measure_in_areas(
    outcome: npt.ArrayLike, score: npt.ArrayLike, cycle: npt.ArrayLike, area: Sequence[str], *, k: int,
    draws: PersonBootstrap,
) -> tuple[InArea, ...]:  # fmt: skip
    """Draw up the list of every area and date by itself, and measure precision and recall of its first ``k`` places.

    Parameters
    ----------
    outcome : array-like of {0, 1}, shape (n,)
    score : array-like, shape (n,)
        Rows that tie at a cut line share its places.
    cycle : array-like of int, shape (n,)
        One code a date.
    area : sequence of str, length n
        Where each row is listed.
    draws : PersonBootstrap
        Of the people of these rows.

    Returns
    -------
    tuple of InArea
        In the order of the areas' names; last, where there is more than one, all of them together.
    """
    y, s = outcome_and_score(outcome, score)
    names, of = np.unique(np.asarray(area, dtype=str), return_inverse=True)
    dates, count = codes_of(cycle)
    lists = of * count + dates
    chosen = np.zeros(len(y))
    order = np.argsort(lists, kind="stable")
    for inside in np.split(order, np.flatnonzero(np.diff(lists[order])) + 1):
        chosen[inside] = places(s[inside], k)
    each = draws.captured_by_list(y[:, None], s, lists, k=k)
    top = np.zeros((len(names), draws.resamples, 2))
    np.add.at(top, np.unique(lists) // count, each)
    # Beats can be hundreds: a few areas at a time, so that memory is that of a few columns.
    blocks = np.array_split(np.arange(len(names)), len(names) // _TOGETHER + 1)
    outcomes = np.concatenate([draws.sums((of[:, None] == block) * y[:, None]).T for block in blocks])
    found = [
        _in_area(str(name), y, chosen, draws.code, np.flatnonzero(of == i), top[i], outcomes[i])
        for i, name in enumerate(names)
    ]
    if len(names) > 1:
        found.append(_in_area("", y, chosen, draws.code, np.arange(len(y)), top.sum(axis=0), outcomes.sum(axis=0)))
    return tuple(found)


def _in_area(name: str, y: Floats, chosen: Floats, person: Ints, inside: Ints, top: Floats, outcomes: Floats) -> InArea:
    y, chosen, person = y[inside], chosen[inside], person[inside]
    hits, given, with_outcome = float(chosen @ y), float(chosen.sum()), int(y.sum())
    recall = hits / with_outcome if with_outcome else float("nan")
    with np.errstate(all="ignore"):
        return InArea(
            area=name,
            places=given,
            hits=hits,
            rows=len(y),
            outcomes=with_outcome,
            people_with=len(np.unique(person[y == 1])),
            people_without=len(np.unique(person[y == 0])),
            precision=percentile_interval(hits / given, top[:, 0] / top[:, 1]),
            recall=percentile_interval(recall, top[:, 0] / outcomes),
            people_listed=len(np.unique(person[chosen > 0])),
        )
