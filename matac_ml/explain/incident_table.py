"""A person's incidents line by line, with the people in them: what a score is checked against, anywhere it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from matac_ml.api.explanation import IncidentLine, OtherPerson
from matac_ml.asof import PersonFile, RecordedIncident
from matac_ml.asof.person_view import PersonView
from matac_ml.asof.weights import HarmTable
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.evidence import EvidenceIndex
from matac_ml.explain.incidents import suspects_known, victims_known
from matac_ml.harm import HarmIndex
from matac_ml.rfg.names import MEASURED_BY
from matac_ml.spec.harm_units import HUNDREDTHS

Role = Literal["victim", "suspect", "offender"]


@dataclass(frozen=True)
class Reading:
    """How incidents are read.

    Attributes
    ----------
    as_of : date
        Only what was known strictly before this day is shown, as it was classified then.
    counts_for : mapping of str to tuple of str
        By incident, the components of the matrix that rest on it.
    """

    as_of: date
    harm: HarmIndex
    table: HarmTable
    counts_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def incident_table(person: PersonFile, context: ScoringContext) -> tuple[IncidentLine, ...]:
    """Every incident of a person as the scores of a context see it, newest first."""
    instruments = context.instruments
    seen = PersonView(person, context.as_of, harm=instruments.harm_table)
    evidence = EvidenceIndex(seen, instruments.evidence_groups)
    declared = {feature.name: feature for feature in context.policy.features}
    counts: dict[str, tuple[str, ...]] = {}
    for component in context.policy.components:
        features = [declared[name] for name in MEASURED_BY[component] if name in declared]
        for ref in evidence.behind_any(features):
            counts[ref.incident_id] = (*counts.get(ref.incident_id, ()), component.value)
    return incident_lines(person, Reading(context.as_of, context.harm, instruments.harm_table, counts))


def incident_lines(person: PersonFile, reading: Reading) -> tuple[IncidentLine, ...]:
    """Every domestic-abuse incident of a person known by the day, newest first; one with both roles comes twice."""
    day = reading.as_of
    others = _Others(person, day)
    lines = [
        _line(reading, row.incident, _role(row.offender_from, day), row.known_from, others.victims(row.incident))
        for row in person.as_suspect
        if row.known_from < day and row.incident.domestic
    ]
    lines += [
        _line(reading, row.incident, "victim", row.known_from, others.suspects(row.incident))
        for row in person.as_victim
        if row.known_from < day and row.incident.domestic
    ]
    return tuple(sorted(lines, key=lambda one: (one.occurred_on, one.incident_id, one.role), reverse=True))


class _Others:
    """Everybody on the other side of a person's incidents, as known by the day."""

    def __init__(self, person: PersonFile, day: date) -> None:
        self._victims, self._suspects = victims_known(person, day), suspects_known(person, day)
        own = {one.victim_id for pairs in self._victims.values() for one in pairs if one.incident.domestic}
        self._each_other = own & {one.person_id for named in self._suspects.values() for one in named}

    def victims(self, incident: RecordedIncident) -> tuple[OtherPerson, ...]:
        """Victims of the person in an incident, in order of identifier."""
        named = self._victims.get(incident.incident_id, ())
        return tuple(sorted((self._other(one.victim_id, one.relationship) for one in named), key=_by_identifier))

    def suspects(self, incident: RecordedIncident) -> tuple[OtherPerson, ...]:
        """Those suspected of an incident against the person, in order of identifier."""
        named = self._suspects.get(incident.incident_id, ())
        return tuple(self._other(one.person_id, one.relationship) for one in named)

    def _other(self, person_id: str, relationship: str | None) -> OtherPerson:
        return OtherPerson(person_id=person_id, relationship=relationship, each_other=person_id in self._each_other)


def _by_identifier(other: OtherPerson) -> str:
    return other.person_id


def _role(offender_from: date | None, day: date) -> Role:
    return "offender" if offender_from is not None and offender_from < day else "suspect"


def _line(
    reading: Reading, incident: RecordedIncident, role: Role, named_on: date, others: tuple[OtherPerson, ...]
) -> IncidentLine:
    known = incident.classified(reading.as_of)
    code = known.offence_code or ""
    harm = reading.table.of(code, is_crime=known.is_crime, proactive=incident.fixed["proactively_detected"] is True)
    return IncidentLine(
        incident_id=incident.incident_id,
        role=role,
        others=others,
        occurred_on=incident.occurred_on,
        recorded_on=incident.recorded_on,
        named_on=named_on,
        is_crime=known.is_crime,
        offence_code=code,
        offence_name=reading.harm.names.get(code),
        reclassified_on=None if known == incident.classifications[0] else known.known_from,
        found_by_police=incident.fixed["proactively_detected"] is True,
        harm_days=None if harm is None else harm / HUNDREDTHS,
        counts_for=reading.counts_for.get(incident.incident_id, ()) if role != "victim" else (),
    )
