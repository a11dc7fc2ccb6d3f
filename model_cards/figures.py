"""Figures as a reader wants them: three places, an interval, a dash where nothing could be measured."""

from matac_ml.fact import Estimate
from matac_ml.fairness.disclosure import MARK, NOT_SHOWN


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


def with_interval(one: Estimate, *, signed: bool = False, places: int = 3) -> str:
    """A value and its 95 % interval.

    >>> with_interval(Estimate(value=0.5, low=0.4, high=0.6), places=2)
    '0.50 (0.40 to 0.60)'
    """
    value = figure(one.value, signed=signed, places=places)
    if one.value is None or one.low is None or one.high is None:
        return value
    low, high = (figure(end, signed=signed, places=places) for end in (one.low, one.high))
    return f"{value} ({low} to {high})"


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
