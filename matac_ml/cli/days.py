"""The day that a command scores as of."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.records import Extract


def as_of_day(extract: "Extract", given: datetime | None) -> date:
    """The day asked for; the day after the extract ends when none is.

    Raises
    ------
    UsageError
        When it lies later: what happened since is not in the extract, and a list without it would mislead.
    """
    latest = extract.cut_off + timedelta(days=1)
    day = given.date() if given else latest
    if day > latest:
        raise UsageError(f"The as-of day must not be after {latest}, the day after the extract ends; got {day}.")
    return day
