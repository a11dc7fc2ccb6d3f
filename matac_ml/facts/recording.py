"""What a second list says of whose incidents are missing from the record."""

from typing import Literal

from pydantic import Field

from matac_ml.facts.audit import Verdict
from matac_ml.facts.base import Estimate, Fact


class PowerFacts(Fact):
    """How often a loss of so large a share of a group's incidents would be found."""

    loss: float
    power: float


class GroupRecordingFacts(Fact):
    """One group, beside everybody else whose group is known.

    Attributes
    ----------
    power, smallest_loss : tuple of PowerFacts, float or None
        What the comparison can find, worked out without its result; None where even a loss of everything would be
        missed.
    share, others : Estimate
        Share of what partners know that the police held before the referral.
    ratio : Estimate
        The one over the other; 1 where as much is held.
    p_value, p_adjusted : float or None
        One-sided, before and after the correction for all groups compared (Holm). Power allows for it too.
    cancelling_odds : float or None
        The odds ratio of referral that would cancel the finding.
    recorded, estimated : int, Estimate
        Incidents of this group's suspects on the record in the time the partners' incidents span, and the estimate of
        all by capture and recapture; none where partners know no dates.
    """

    group: str
    people: int
    linked: int = Field(description="Referred people who stand anywhere in the police record.")
    known: int = Field(description="Incidents, or people, that partners know.")
    held: int
    power: tuple[PowerFacts, ...] = ()
    smallest_loss: float | None = None
    share: Estimate
    others: Estimate
    ratio: Estimate
    p_value: float | None = None
    p_adjusted: float | None = None
    cancelling_odds: float | None = None
    recorded: int | None = None
    estimated: Estimate | None = None
    verdict: Verdict
    text: str


class RecordingFacts(Fact):
    """One attribute, by incidents that partners can date or by people referred.

    Attributes
    ----------
    people, linked, stated : int
        People referred; those of them who stand anywhere in the police record; those whose group is known.
    per_person : int
        The most incidents that partners know of one person.
    compared : int
        Groups whose tests, and whose power, allow for each other: those of every attribute that was looked at.
    """

    attribute: str
    title: str
    of: Literal["incidents", "people"]
    tolerance_days: int | None = Field(default=None, description="How far two dates of one incident may lie apart.")
    people: int
    linked: int
    stated: int
    per_person: int
    compared: int
    source: str = Field(description="Where the groups come from, in a sentence.")
    groups: tuple[GroupRecordingFacts, ...]
    notes: tuple[str, ...] = ()
