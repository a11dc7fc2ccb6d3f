"""One person's file: every row with the day it became known, and how an incident reads as of a day.

A row is visible at ``t`` when :func:`known_before` says so of its ``known_from``; what changes after that carries its
own day: each :class:`Classification` its ``known_from``, what became known later its own, a charge its
``offender_from``. :class:`~matac_ml.asof.person_view.PersonView` shows the file as of a day, its incidents as
:class:`Incident`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

from matac_ml.spec.harm_units import HUNDREDTHS
from matac_ml.vocabulary import Value

#: What somebody is in an incident; a suspect becomes the offender from the day that a charge is known.
Part = Literal["suspect", "offender", "victim"]


def known_before(t: date, known_from: date | None) -> bool:
    """Whether what is known from a day on was known before ``t``: strictly, and never without a day."""
    return known_from is not None and known_from < t


@dataclass(frozen=True, slots=True)
class Classification:
    """What an incident was classified as from a day on, until the next one."""

    known_from: date
    is_crime: bool
    offence_code: str | None


@dataclass(frozen=True, slots=True)
class RecordedIncident:
    """An incident with every classification it ever had, oldest first.

    Attributes
    ----------
    fixed : mapping of str to value
        The declared columns that features may look at, by name: what was recorded with the incident, and None for each
        that becomes known later.
    later : mapping of str to (datetime.date, value)
        What became known later, with the day.
    """

    incident_id: str
    occurred_on: date
    recorded_on: date
    classifications: tuple[Classification, ...]
    fixed: Mapping[str, Value | None]
    later: Mapping[str, tuple[date, Value]]

    @property
    def domestic(self) -> bool:
        """Whether it is flagged as domestic abuse."""
        return self.fixed["domestic"] is True

    def known(self, t: date) -> dict[str, Value | None]:
        """Every declared column that features may look at, as known strictly before ``t``."""
        classified = self.classified(t)
        known = {**self.fixed, "is_crime": classified.is_crime, "offence_code": classified.offence_code}
        return known | {name: value for name, (since, value) in self.later.items() if known_before(t, since)}

    def classified(self, t: date) -> Classification:
        """The classification visible at ``t``; the first one when none was known yet."""
        visible = [c for c in self.classifications if known_before(t, c.known_from)]
        return visible[-1] if visible else self.classifications[0]


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """An incident in which the person is suspect or offender. ``offender_from``: known as offender from that day."""

    incident: RecordedIncident
    known_from: date
    offender_from: date | None = None


@dataclass(frozen=True, slots=True)
class PairRow:
    """An incident, and one victim of the person in it. ``known_from``: suspect and victim both on the record."""

    incident: RecordedIncident
    known_from: date
    victim_id: str
    relationship: str | None = None
    offender_from: date | None = None


@dataclass(frozen=True, slots=True)
class Suspected:
    """Somebody suspected of an incident against the person. ``known_from``: both on the record."""

    person_id: str
    known_from: date
    relationship: str | None = None


@dataclass(frozen=True, slots=True)
class VictimRow:
    """An incident in which the person is the victim.

    ``counter_from``: the day from which somebody suspected in it is also known as this person's own victim.
    ``suspects``: everybody suspected of it against this person, in order of identifier; no feature looks at them.
    """

    incident: RecordedIncident
    known_from: date
    relationship: str | None = None
    counter_from: date | None = None
    suspects: tuple[Suspected, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A visible row of one of the three views: when it happened (proleptic ordinal), and its columns as known.

    ``harm_days`` is in hundredths of a day.
    """

    day: int
    incident: RecordedIncident
    values: Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Spell:
    """Days in custody or under management, first and last day included; ``end_on`` is None while it lasts."""

    start_on: date
    end_on: date | None
    known_from: date

    def covers(self, t: date) -> bool:
        """Whether it was known before ``t``, began before it and had not ended before it."""
        began = known_before(t, self.known_from) and self.start_on < t
        return began and (self.end_on is None or self.end_on >= t)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything recorded of one person that a feature may look at, in the order of the incidents.

    ``birth_date`` and ``deceased_on`` decide eligibility and are never features. ``at_risk_from``: since when the
    person could be recorded here at all. ``earlier`` makes the file by the merges of identities, and the withdrawals
    of links, known before a day; None where there is none of either, as for nearly everybody: the file is then the
    same on every day.
    """

    person_id: str
    as_suspect: tuple[SuspectRow, ...] = ()
    pairs: tuple[PairRow, ...] = ()
    as_victim: tuple[VictimRow, ...] = ()
    custody: tuple[Spell, ...] = ()
    management: tuple[Spell, ...] = ()
    birth_date: date | None = None
    deceased_on: date | None = None
    at_risk_from: date | None = None
    earlier: "Callable[[date], PersonFile] | None" = field(default=None, compare=False, repr=False)

    def as_of(self, t: date) -> "PersonFile":
        """The file by the identities and the links that held at ``t``."""
        return self if self.earlier is None else self.earlier(t)


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
    values: Mapping[str, Value | None]
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
