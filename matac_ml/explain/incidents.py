"""A person's incidents as known on a day, newest first: what cautions and the timeline are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matac_ml.api.explanation import TimelinePoint
from matac_ml.asof import PersonFile
from matac_ml.asof import rows as recorded
from matac_ml.asof.weights import HarmTable
from matac_ml.spec.harm_units import HUNDREDTHS


@dataclass(frozen=True, slots=True)
class Incident:
    """One domestic-abuse incident as it was known before the as-of day."""

    incident_id: str
    occurred_on: date
    recorded_on: date
    offence_code: str
    is_crime: bool
    victims: int
    proactive: bool | None = None


def _known(incident: recorded.RecordedIncident, as_of: date, victims: int) -> Incident:
    classified = incident.classified(as_of)
    return Incident(
        incident_id=incident.incident_id,
        occurred_on=incident.occurred_on,
        recorded_on=incident.recorded_on,
        offence_code=classified.offence_code or "",
        is_crime=classified.is_crime,
        victims=victims,
        proactive=incident.fixed["proactively_detected"] is True,
    )


def _newest_first(incidents: dict[str, Incident]) -> tuple[Incident, ...]:
    return tuple(sorted(incidents.values(), key=lambda one: (one.occurred_on, one.incident_id), reverse=True))


def victims_known(person: PersonFile, as_of: date) -> dict[str, list[recorded.PairRow]]:
    """By incident, the victims of the person known by then, each once."""
    victims: dict[str, list[recorded.PairRow]] = {}
    for pair in person.pairs:
        if pair.known_from < as_of:
            victims.setdefault(pair.incident.incident_id, []).append(pair)
    return victims


def suspects_known(person: PersonFile, as_of: date) -> dict[str, list[recorded.Suspected]]:
    """By incident in which the person is the victim, those known by then to be suspected of it."""
    rows = [row for row in person.as_victim if row.known_from < as_of and row.incident.domestic]
    return {row.incident.incident_id: [one for one in row.suspects if one.known_from < as_of] for row in rows}


def as_suspect(person: PersonFile, as_of: date) -> tuple[Incident, ...]:
    """Incidents in which the person is suspect or offender, with the number of victims known by then."""
    victims = victims_known(person, as_of)
    rows = [row.incident for row in person.as_suspect if row.known_from < as_of and row.incident.domestic]
    return _newest_first(
        {incident.incident_id: _known(incident, as_of, len(victims.get(incident.incident_id, ()))) for incident in rows}
    )


def as_victim(person: PersonFile, as_of: date) -> tuple[Incident, ...]:
    """Incidents in which the person is the victim."""
    rows = [row.incident for row in person.as_victim if row.known_from < as_of and row.incident.domestic]
    return _newest_first({incident.incident_id: _known(incident, as_of, 0) for incident in rows})


def is_suspect(person: PersonFile, as_of: date) -> bool:
    """Whether the person is recorded as suspect or offender in any incident known by then."""
    return any(row.known_from < as_of and row.incident.domestic for row in person.as_suspect)


def has_dual_role(person: PersonFile, as_of: date) -> bool:
    """Whether the person is recorded as suspect and, in any incident known by then, as the victim too."""
    as_victim = any(row.known_from < as_of and row.incident.domestic for row in person.as_victim)
    return as_victim and is_suspect(person, as_of)


def timeline(suspect: Sequence[Incident], victim: Sequence[Incident], *, harm: HarmTable) -> tuple[TimelinePoint, ...]:
    """Both lists on one line of time, newest first."""
    points = [
        TimelinePoint(
            incident_id=one.incident_id,
            occurred_on=one.occurred_on,
            recorded_on=one.recorded_on,
            offence_code=one.offence_code,
            harm_days=_days(one, harm),
            role=role,
            is_crime=one.is_crime,
            victims=one.victims,
        )
        for role, incidents in (("suspect", suspect), ("victim", victim))
        for one in incidents
    ]
    return tuple(sorted(points, key=lambda point: (point.occurred_on, point.incident_id), reverse=True))


def _days(one: Incident, harm: HarmTable) -> float | None:
    found = harm.of(one.offence_code, is_crime=one.is_crime, proactive=one.proactive)
    return None if found is None else found / HUNDREDTHS
