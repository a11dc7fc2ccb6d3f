"""Figures as a reader wants them: three places, an interval, a dash where nothing could be measured."""

from matac_ml.fact import Estimate


def figure(value: float | None, *, signed: bool = False) -> str:
    """A number to three places; a dash for None.

    >>> figure(0.12345), figure(0.5, signed=True), figure(None)
    ('0.123', '+0.500', '–')
    """
    if value is None:
        return "–"
    return f"{value:+.3f}" if signed else f"{value:.3f}"


def with_interval(one: Estimate, *, signed: bool = False) -> str:
    """A value and its 95 % interval."""
    if one.low is None or one.high is None:
        return figure(one.value, signed=signed)
    return f"{figure(one.value, signed=signed)} ({figure(one.low, signed=signed)} to {figure(one.high, signed=signed)})"
