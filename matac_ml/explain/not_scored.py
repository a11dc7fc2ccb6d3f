"""What is said of a person who is recorded as a suspect in no incident: what is recorded, and what to do for them."""

from matac_ml.api.explanation import IncidentRef, NotScored
from matac_ml.explain.cautions import CautionInputs, caution_not_scored, victim_text
from matac_ml.wording import day

_VICTIM_ONLY = (
    "Do not nominate this person. The list is of suspects, and this person is recorded only as a victim.",
    "Check that a DASH risk assessment has been made since the latest incident. "
    "Refer the person to a MARAC where your force's threshold is met: "
    "high risk, professional judgement, or repeated incidents.",
    "Find out who supports the person (an IDVA, a social worker, the officer in the case) and pass on what you know. "
    "Make contact only in a way that the person has said is safe.",
    "If somebody referred this person as a perpetrator, ask why. A perpetrator may accuse the victim in turn.",
    "To see whether the suspects in these incidents are on the list, look each of them up by identifier.",
)
_NOTHING = (
    "Check the identifier against the police system.",
    "If you know of a domestic-abuse incident that this person took part in, have it recorded there first.",
)


def what_to_do(*, victim: bool) -> tuple[str, ...]:
    """Steps for whoever looked up somebody who has no score, the most urgent first."""
    return _VICTIM_ONLY if victim else _NOTHING


def not_scored(inputs: CautionInputs) -> NotScored:
    """What is said in place of a score."""
    view, context = inputs.view, inputs.context
    if view.as_victim:
        text = (
            f"This person is recorded as a victim, {victim_text(view)} The person is recorded as a suspect in no "
            "incident, so there is no rank, no points and no probability."
        )
    else:
        text = (
            f"Before {day(context.as_of)} no domestic-abuse incident is recorded with this person as suspect or as "
            "victim, so there is no rank, no points and no probability. Most domestic abuse is never reported, so "
            "having no record is no reassurance."
        )
    return NotScored(
        kind="victim_only" if view.as_victim else "nothing_recorded",
        person_id=view.person_id,
        as_of=context.as_of,
        text=text,
        what_to_do=what_to_do(victim=bool(view.as_victim)),
        incidents=tuple(
            IncidentRef(
                incident_id=incident.incident_id,
                occurred_on=incident.occurred_on,
                recorded_on=incident.recorded_on,
                offence_code=incident.offence_code or "",
            )
            for incident in view.as_victim
        ),
        cautions=caution_not_scored(inputs),
        versions=context.versions,
    )
