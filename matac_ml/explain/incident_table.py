"""A person's incidents as known on a day: on one line of time, and line by line with the people in them."""

from collections.abc import Mapping

from matac_ml.api.explanation import IncidentLine, OtherPerson
from matac_ml.asof import Incident, PersonFile, PersonView
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.evidence import EvidenceIndex
from matac_ml.harm import HarmIndex
from matac_ml.rfg.names import MEASURED_BY
from matac_ml.vocabulary import noted


def incident_table(person: PersonFile, context: ScoringContext) -> tuple[IncidentLine, ...]:
    """Every incident of a person as the scores of a context see it, newest first."""
    view = context.view(person)
    evidence = EvidenceIndex(view, context.instruments.evidence_groups)
    declared = {feature.name: feature for feature in context.policy.features}
    counts: dict[str, tuple[str, ...]] = {}
    for component in context.policy.components:
        features = [declared[name] for name in MEASURED_BY[component] if name in declared]
        for ref in evidence.behind_any(features):
            counts[ref.incident_id] = (*counts.get(ref.incident_id, ()), component.value)
    return incident_lines(view, context.harm, counts_for=counts)


def incident_lines(
    view: PersonView, harm: HarmIndex, *, counts_for: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[IncidentLine, ...]:
    """Every domestic-abuse incident of a person, newest first; one with both roles comes twice.

    Parameters
    ----------
    harm : HarmIndex
        Names the offences; the view was made with it.
    counts_for : mapping of str to tuple of str, optional
        By incident, the components of the matrix that rest on it.
    """
    lines = [_line(incident, view, harm, counts_for or {}) for incident in (*view.as_suspect, *view.as_victim)]
    return tuple(sorted(lines, key=lambda line: (line.occurred_on, line.incident_id, line.role), reverse=True))


def _line(
    incident: Incident, view: PersonView, harm: HarmIndex, counts_for: Mapping[str, tuple[str, ...]]
) -> IncidentLine:
    each_other = view.recorded_against_each_other
    return IncidentLine(
        incident_id=incident.incident_id,
        role=incident.part,
        others=tuple(
            OtherPerson(
                person_id=other.person_id, relationship=other.relationship, each_other=other.person_id in each_other
            )
            for other in incident.others
        ),
        occurred_on=incident.occurred_on,
        recorded_on=incident.recorded_on,
        named_on=incident.named_on,
        is_crime=incident.is_crime,
        offence_code=incident.offence_code or "",
        offence_name=harm.names.get(incident.offence_code or ""),
        reclassified_on=incident.reclassified_on,
        found_by_police=incident.found_by_police,
        noted=noted(incident.values),
        harm_days=incident.harm_days,
        counts_for=counts_for.get(incident.incident_id, ()) if incident.part != "victim" else (),
    )
