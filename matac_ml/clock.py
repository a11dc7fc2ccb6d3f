"""The product's only clock. Every "today" is read here, in a stated time zone, so that a test can set it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The zone in which an extract's days are meant unless its ``extract.yaml`` names another.
LONDON = ZoneInfo("Europe/London")

_set_to: datetime | None = None


def now() -> datetime:
    """Return the moment, in UTC.

    Returns
    -------
    datetime.datetime
        Aware, in UTC. The time zone of the machine has no influence.
    """
    return _set_to or datetime.now(UTC)


def today(zone: ZoneInfo = LONDON) -> date:
    """Return the date in a time zone.

    Parameters
    ----------
    zone : zoneinfo.ZoneInfo, default Europe/London
        Where the day is asked for.

    Returns
    -------
    datetime.date
    """
    return now().astimezone(zone).date()


@contextmanager
def set_clock(moment: datetime) -> Iterator[None]:
    """Set the clock of this process for the duration of a test.

    Parameters
    ----------
    moment : datetime.datetime
        Aware: a moment without a time zone is not a moment.

    Raises
    ------
    ValueError
        The moment has no time zone.
    """
    global _set_to
    if moment.tzinfo is None:
        raise ValueError(f"moment must have a time zone, got {moment.isoformat()}")
    before, _set_to = _set_to, moment.astimezone(UTC)
    try:
        yield
    finally:
        _set_to = before
