"""Figures as a reader wants them: three places, an interval, a dash where nothing could be measured."""

import math
from datetime import date

from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import MARK, NOT_SHOWN

#: Stands for an end of an interval that rounding made 0 and that is not 0: a verdict needs its side.
BARELY = 1e-9


def with_side(rounded: float | None, exact: float | None, *, neutral: float = 0.0) -> float | None:
    """The rounded end of an interval, which keeps its side of 0, or of another neutral value.

    >>> with_side(0.0, -0.04), with_side(-0.2, -0.14), with_side(0.0, 0.0)
    (-1e-09, -0.2, 0.0)
    """
    if rounded is None or exact is None or abs(rounded - neutral) >= BARELY / 2 or abs(exact - neutral) < BARELY / 2:
        return rounded
    return neutral + math.copysign(BARELY, exact - neutral)


def figure(value: float | None, *, signed: bool = False, places: int = 3) -> str:
    """A number; a dash for None.

    >>> figure(0.12345), figure(0.5, signed=True), figure(None), figure(-0.0001, signed=True)
    ('0.123', '+0.500', '–', '0.000')
    """
    if value is None:
        return "–"
    # A rounded nothing has no sign.
    value = 0.0 if round(value, places) == 0 else value
    return f"{value:+.{places}f}" if signed and value else f"{value:.{places}f}"


def with_interval(estimate: Estimate, *, signed: bool = False, places: int = 3, neutral: float | None = None) -> str:
    """A value and its 95 % interval; an end that is just above or below ``neutral`` (0 of a difference) is called so.

    >>> with_interval(Estimate(value=0.5, low=0.4, high=0.6), places=2)
    '0.50 (0.40 to 0.60)'
    >>> with_interval(Estimate(value=-0.2, low=-0.4, high=-0.001), signed=True, places=2)
    '-0.20 (-0.40 to below 0)'
    >>> with_interval(Estimate(value=-0.0003, low=-0.001, high=-0.0001), signed=True)
    'below 0 (-0.001 to below 0)'
    """
    value = figure(estimate.value, signed=signed, places=places)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return value
    neutral = 0.0 if signed and neutral is None else neutral
    if neutral is not None and (estimate.low > neutral or estimate.high < neutral):
        # The whole interval is on one side: a value that rounds to nothing is on that side too.
        nearer = estimate.low if estimate.low > neutral else estimate.high
        inside = nearer if estimate.value == neutral else estimate.value
        value = _end(inside, neutral, signed=signed, places=places)
    low, high = (_end(end, neutral, signed=signed, places=places) for end in (estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _end(end: float, neutral: float | None, *, signed: bool, places: int) -> str:
    if neutral is not None and abs(end - neutral) >= BARELY / 2 and round(end - neutral, places) == 0:
        return f"{'above' if end > neutral else 'below'} {neutral:g}"
    return figure(end, signed=signed, places=places)


def day(value: date) -> str:
    """A day as people write it.

    >>> day(date(2025, 4, 1))
    '1 April 2025'
    """
    return f"{value.day} {value:%B %Y}"


def period(days: int) -> str:
    """A horizon as people say it.

    >>> period(365), period(730), period(182)
    ('one year', 'two years', '182 days')
    """
    years, rest = divmod(days, 365)
    if rest or not 0 < years < len(_NUMBERS):
        return f"{days:,} days"
    return f"{_NUMBERS[years]} year{'s' if years > 1 else ''}"


_NUMBERS = ("no", "one", "two", "three", "four", "five")


def counted(count: float | None) -> str:
    """A published count, as a table prints it.

    >>> counted(24320), counted(-1)
    ('24,320', '[c]')
    """
    return MARK if count is None or count == NOT_SHOWN else f"{count:,.0f}"


def about(count: float) -> str:
    """The same in a sentence.

    >>> about(24320), about(-1)
    ('about 24,320', 'a number too small to print')
    """
    return "a number too small to print" if count == NOT_SHOWN else f"about {count:,.0f}"
