"""Scores after the NIJ Recidivism Forecasting Challenge: Brier by group, and accuracy discounted by unequal errors.

The challenge (National Institute of Justice, 2021) scored forecasts by ``1 - Brier`` and, for the fairness prize, by
``(1 - Brier) x (1 - |FPR_a - FPR_b|)`` with false positive rates at a threshold of one half. It compared two races
within each sex; here the groups may be any, and the largest and the smallest rate are compared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.codes import NOT_STATED
from matac_ml.evaluation._checks import outcome_and_probability

#: Groups with fewer rows, or fewer rows without the outcome, are not compared: one person would move the rate.
LEAST_ROWS = 30


@dataclass(frozen=True)
class NijScores:
    """Scores of one contender for one grouping.

    Attributes
    ----------
    brier : float
    brier_by_group : mapping of group to float
        Groups with at least ``LEAST_ROWS`` rows.
    false_positive_rate : mapping of group to float
        At a probability of one half; groups with at least ``LEAST_ROWS`` rows without the outcome.
    fair_and_accurate : float
        ``(1 - Brier)(1 - largest difference of false positive rates)``; NaN when fewer than two groups can be compared.
    """

    brier: float
    brier_by_group: dict[str, float]
    false_positive_rate: dict[str, float]
    fair_and_accurate: float


def nij_scores(
    outcome: npt.ArrayLike, probability: npt.ArrayLike, group: npt.ArrayLike, *, threshold: float = 0.5
) -> NijScores:
    """Score probabilities by the formulas of the challenge.

    Parameters
    ----------
    outcome : array-like of {0, 1}, shape (n,)
    probability : array-like in [0, 1], shape (n,)
    group : array-like of str, shape (n,)
        A missing value, or an empty text, is the group *Not stated*; every other text is the group it names.

    Examples
    --------
    >>> y, p = [1, 0] * 60, [0.9, 0.1] * 60
    >>> found = nij_scores(y, p, ["a", "a", "b", "b"] * 30)
    >>> round(found.fair_and_accurate, 3), found.false_positive_rate
    (0.99, {'a': 0.0, 'b': 0.0})
    """
    y, p = outcome_and_probability(outcome, probability)
    names = np.array([NOT_STATED if _absent(value) else str(value) for value in np.asarray(group, dtype=object)])
    square = (p - y) ** 2
    brier_by: dict[str, float] = {}
    rates: dict[str, float] = {}
    for name in sorted(set(names)):
        inside = names == name
        negatives = inside & (y == 0)
        if inside.sum() >= LEAST_ROWS:
            brier_by[str(name)] = float(square[inside].mean())
        if negatives.sum() >= LEAST_ROWS:
            rates[str(name)] = float((p[negatives] >= threshold).mean())
    spread = max(rates.values()) - min(rates.values()) if len(rates) > 1 else float("nan")
    return NijScores(float(square.mean()), brier_by, rates, (1 - float(square.mean())) * (1 - spread))


def _absent(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value or value == ""
