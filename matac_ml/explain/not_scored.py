"""What is said of a person who is recorded as a suspect in no incident: what is recorded, and what to do for them."""

from matac_ml.api.explanation import IncidentRef, NotScored
from matac_ml.explain.cautions import CautionInputs, caution_not_scored, victim_text
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.incidents import Incident
from matac_ml.explain.wording import day

_VICTIM_ONLY = (
    "Do not nominate this person. The list is of suspects, and this person is recorded only as a victim.",
    "Check that a DASH risk assessment has been made since the latest incident. Refer the person to a MARAC where your "
    "force's threshold is met: high risk, professional judgement, or repeated incidents.",
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


def not_scored(victim: tuple[Incident, ...], known: CautionInputs, context: ScoringContext) -> NotScored:
    """Make the answer.

    Parameters
    ----------
    victim : tuple of Incident
        Those in which the person is the victim, newest first, as known on the day of the context.
    known : CautionInputs
        As for the cautions of a score.
    """
    if victim:
        text = (
            f"This person is recorded as a victim, {victim_text(known)} The person is recorded as a suspect in no "
            "incident, so there is no rank, no points and no probability."
        )
    else:
        text = (
            f"Before {day(context.as_of)} no domestic-abuse incident is recorded with this person as suspect or as "
            "victim, so there is no rank, no points and no probability. Most domestic abuse is never reported, so "
            "having no record is no reassurance."
        )
    return NotScored(
        kind="victim_only" if victim else "nothing_recorded",
        person_id=known.stays,
        as_of=context.as_of,
        text=text,
        what_to_do=what_to_do(victim=bool(victim)),
        incidents=tuple(_reference(one) for one in victim),
        cautions=caution_not_scored(known),
        versions=context.versions,
    )


def _reference(one: Incident) -> IncidentRef:
    return IncidentRef(
        incident_id=one.incident_id,
        occurred_on=one.occurred_on,
        recorded_on=one.recorded_on,
        offence_code=one.offence_code,
    )
