"""Figures of groups, rounded for publication."""

import math

from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import BASE, SMALLEST, Rounding

NONE = Estimate(value=None)


def rounded_share(to: Rounding, found: Estimate | None, of: int, *key: str) -> Estimate:
    """A share of ``of`` published people, both parts of it at least :data:`SMALLEST`."""
    if found is None or found.value is None or of < 2 * SMALLEST:
        return NONE
    value, low, high = (
        None if end is None else to.to(min(max(end, 0.0), 1.0) * of, BASE, *key)
        for end in (found.value, found.low, found.high)
    )
    if value is None or not SMALLEST <= value <= of - SMALLEST:
        return NONE
    low, high = (None if end is None else end / of for end in (low, high))
    return Estimate(value=value / of, low=low, high=high)


def rounded_estimate(to: Rounding, found: Estimate, step: float, *key: str) -> Estimate:
    """A value and its interval, rounded alike, so that the value stays inside."""
    ends = (None if end is None else to.to(end, step, *key) for end in (found.value, found.low, found.high))
    value, low, high = ends
    return Estimate(value=value, low=low, high=high)


def one_digit(value: float) -> float:
    """One significant digit, upwards: nothing is said to be noticed that would not have been.

    >>> one_digit(0.31), one_digit(0.3), one_digit(0.0)
    (0.4, 0.3, 0.0)
    """
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return round(math.ceil(value / power - 1e-9) * power, 12)
