"""An incident as it was known on a day, from the side of one person in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from matac_ml.spec.aggregates import Value
from matac_ml.spec.harm_units import HUNDREDTHS

#: What somebody is in an incident; a suspect becomes the offender from the day that a charge is known.
Part = Literal["suspect", "offender", "victim"]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Somebody on the other side of an incident. ``relationship``: what the victim is to the suspect."""

    person_id: str
    relationship: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of one person as known strictly before the as-of day.

    Attributes
    ----------
    part : str
        What the person is in it.
    named_on : date
        The day from which the person's part was known; never before ``recorded_on``.
    values : mapping of str to value
        The columns that every view has, as known on the day; ``harm_days`` in hundredths, and absent where the view was
        made without a harm index.
    reclassified_on : date or None
        Since when it is classified as it is, where that is not since it was recorded.
    others : tuple of Counterpart
        Who is known on the other side, in order of identifier: the person's victims, or who is suspected against them.
    relationship : str or None
        Of a victim, what the person is to the suspect.
    counter_allegation : bool
        Of a victim, whether somebody suspected is also known as this person's own victim.
    """

    incident_id: str
    occurred_on: date
    recorded_on: date
    part: Part
    named_on: date
    values: Mapping[str, Value]
    reclassified_on: date | None = None
    others: tuple[Counterpart, ...] = ()
    relationship: str | None = None
    counter_allegation: bool = False

    @property
    def domestic(self) -> bool:
        """Whether it is domestic abuse."""
        return self.values["domestic"] is True

    @property
    def is_crime(self) -> bool:
        """Whether it was classified as a crime on the day."""
        return self.values["is_crime"] is True

    @property
    def offence_code(self) -> str | None:
        """The offence it was classified as on the day."""
        return cast("str | None", self.values["offence_code"])

    @property
    def found_by_police(self) -> bool:
        """Whether police work found it, not a report."""
        return self.values["proactively_detected"] is True

    @property
    def harm_days(self) -> float | None:
        """Harm by the index of the view; None where the index has none."""
        hundredths = cast("int | None", self.values["harm_days"])
        return None if hundredths is None else hundredths / HUNDREDTHS

    @property
    def order(self) -> tuple[date, str]:
        """The order of incidents: by the day they happened, then by identifier."""
        return self.occurred_on, self.incident_id
