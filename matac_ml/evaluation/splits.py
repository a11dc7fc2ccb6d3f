"""Temporal splits: fit on the past, calibrate on a later fold, test on the newest dates, a full horizon between each.

A row as of day t is labelled by what is recorded up to t + horizon. A model that will be used on day T can therefore
have seen only rows with t + horizon <= T: between any two folds lies a gap of one horizon. The same person may stand in
several folds, as in use, where most of those ranked were ranked before; intervals resample people for that reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matac_ml.errors import UsageError


@dataclass(frozen=True)
class TemporalSplit:
    """As-of dates of one origin, by what they are for.

    Attributes
    ----------
    fit : tuple of date
        Their outcomes were known before the first date of ``calibrate`` (or of ``test`` when that is empty).
    calibrate : tuple of date
        Their outcomes were known before the first date of ``test``; empty when the history is too short.
    test : tuple of date
    gap : tuple of date
        Dates left out so that no outcome reaches over a border.
    horizon_days : int
    """

    fit: tuple[date, ...]
    calibrate: tuple[date, ...]
    test: tuple[date, ...]
    gap: tuple[date, ...]
    horizon_days: int

    @property
    def dates(self) -> tuple[date, ...]:
        """Every date that is looked at, rising."""
        return (*self.fit, *self.calibrate, *self.test)


def closed_before(dates: Sequence[date], day: date, *, horizon_days: int) -> tuple[date, ...]:
    """Return the dates whose horizon has closed by ``day``."""
    return tuple(d for d in dates if d + timedelta(days=horizon_days) <= day)


def temporal_split(dates: Sequence[date], *, horizon_days: int, test: int, calibrate: int) -> TemporalSplit:
    """Split rising as-of dates into fit, calibrate and test, with a gap of one horizon before each of the last two.

    Parameters
    ----------
    dates : sequence of date
        Rising; each with its whole horizon before the data's cut-off.
    horizon_days : int
    test, calibrate : int
        How many of the last dates test, and how many of the last dates before the gap calibrate. When the history is
        too short to hold a calibration set as well, ``calibrate`` is empty and the caller calibrates on people fitted
        on.

    Raises
    ------
    UsageError
        When no date's outcomes are known before the first test date.
    """
    ordered = tuple(dates)
    if list(ordered) != sorted(set(ordered)):
        raise UsageError("As-of dates must rise, each named once.")
    tested = ordered[-test:]
    before = closed_before(ordered[:-test], tested[0], horizon_days=horizon_days) if len(ordered) > test else ()
    if not before:
        raise UsageError(
            f"No as-of date has its {horizon_days} days closed before the first test date: "
            f"{len(ordered)} dates from {ordered[0]} to {ordered[-1]}, {test} of them test. "
            "Take earlier dates, fewer test dates or a shorter horizon."
        )
    held = before[-calibrate:] if calibrate else ()
    fit = closed_before(before, held[0], horizon_days=horizon_days) if held else before
    if not fit:
        held, fit = (), before
    used = {*fit, *held, *tested}
    gap = tuple(d for d in ordered if d not in used)
    return TemporalSplit(fit, held, tested, gap, horizon_days)
