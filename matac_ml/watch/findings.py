"""What one look of a watch found: facts that name nobody, with every count rounded as what is published is."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from matac_ml.incident_register import Step


class CheckStanding(StrEnum):
    """What a check says."""

    ALARM = "alarm"
    NOTED = "noted"
    QUIET = "quiet"
    NOT_JUDGED = "not_judged"

    @property
    def words(self) -> str:
        """What a reader is told."""
        return _STANDINGS[self]


_STANDINGS = {
    CheckStanding.ALARM: "alarm",
    CheckStanding.NOTED: "worth keeping an eye on; no alarm",
    CheckStanding.QUIET: "nothing found",
    CheckStanding.NOT_JUDGED: "not judged: too few records before",
}


class CheckFound(BaseModel):
    """What one check found.

    Attributes
    ----------
    check : str
        Its name, which never changes; it names a kind of record or a group, and nobody.
    evidence : tuple of float
        One number a cycle, the oldest first: what the bets hold, beside what an alarm takes, as a power of ten. An
        alarm is 0 or more.
    alarmed_in : int or None
        The cycle, from 0, in which the check first raised an alarm.
    direction : str
        ``fewer`` or ``more``: the side on which most is held.
    seen, expected : str
        Over the newest two cycles, rounded for publication.
    would_find : tuple of (float or None, float or None)
        The smallest fall and rise, as a share of what is expected, that would raise an alarm within two cycles in about
        8 of 10 cases; None where none would.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    check: str
    title: str
    part: str
    standing: CheckStanding
    action: Step
    direction: str
    evidence: tuple[float, ...]
    alarmed_in: int | None
    seen: str
    expected: str
    would_find: tuple[float | None, float | None]


class LookFound(BaseModel):
    """What one look found.

    Attributes
    ----------
    begun, until : date
        The first and the last day that are judged: a Monday and a Sunday, in London.
    data_hash, model_hash, settings : str
        SHA-256 of what it was made from; of the model empty where none was looked at.
    budget : float
        The chance of any false alarm in a year of watching.
    restarted : dict of str to date
        Checks that began anew, because a person closed the incident of their last alarm, and when.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: int = 1
    begun: date
    until: date
    data_hash: str
    model_hash: str
    settings: str
    settings_name: str
    budget: float
    restarted: dict[str, date]
    checks: tuple[CheckFound, ...]

    @property
    def alarms(self) -> tuple[CheckFound, ...]:
        """The checks that raise an alarm."""
        return tuple(check for check in self.checks if check.standing is CheckStanding.ALARM)
