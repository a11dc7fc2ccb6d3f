"""What several addresses say of one person: who it is, as of which day, and why there may be no score."""

from dataclasses import replace
from datetime import date

from matac_ml import clock
from matac_ml.api.explanation import ExplainedScore, IncidentLine, NotScored
from matac_ml.asof import PersonFile, PersonView
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.incident_table import incident_table
from matac_ml.explain.person import explain_people
from serving.deployment.active import ActiveDeployment
from serving.errors import CONFLICT, UNKNOWN, ServiceError


def context_on(deployment: ActiveDeployment, as_of: date | None) -> ScoringContext:
    """The context of scores on a day; ranks are known for the day after the extract alone.

    Raises
    ------
    ServiceError
        ``conflict`` when the day lies after the extract: nobody knows yet what such a day would see.
    """
    today = clock.today()
    if as_of is None or as_of == deployment.as_of:
        return replace(deployment.context, today=today, rank_table=deployment.ranking.rank_table)
    if as_of > deployment.as_of:
        message = f"it must not be after {deployment.as_of}, the day after the extract ends"
        raise ServiceError(CONFLICT, faults=[("as_of", message)])
    return replace(deployment.context, as_of=as_of, today=today, rank_table=None)


def known_person(deployment: ActiveDeployment, person_id: str) -> PersonFile:
    """The file of a person whom the extract knows; ServiceError ``unknown`` otherwise."""
    person = deployment.find(person_id)
    if person is None:
        raise ServiceError(UNKNOWN, faults=[("person_id", "the extract holds nobody with this identifier")])
    return person


def why_not_scored(person: PersonFile, context: ScoringContext) -> NotScored | None:
    """What is said in place of a score of a person who is recorded as a suspect in no incident; None for others."""
    if context.view(person).is_suspect:
        return None
    answer = explain_people([Subject(person)], context)[0]
    return answer if isinstance(answer, NotScored) else None


def also_victim(deployment: ActiveDeployment, person_id: str) -> bool | None:
    """Whether the person is recorded as a suspect and as a victim; None for a person whom the extract does not know."""
    person = deployment.find(person_id)
    return None if person is None else PersonView(person, deployment.as_of).has_dual_role


def incidents_of(deployment: ActiveDeployment, score: ExplainedScore | NotScored) -> tuple[IncidentLine, ...]:
    """The incidents of a score, with the people in them.

    Empty when the records, the policy, the harm index or the bundle are no longer those it was made from, or when it
    was made from a partner's records, which are not kept.
    """
    now, then = deployment.context.versions, score.versions
    if (now.data_hash, now.policy_sha256, now.harm_index) != (then.data_hash, then.policy_sha256, then.harm_index):
        return ()
    # A bundle carries its harm index and its look-back: another bundle may hold others under the same name.
    if now.model_hash and then.model_hash and now.model_hash != then.model_hash:
        return ()
    person = deployment.find(score.person_id)
    return () if person is None else incident_table(person, context_on(deployment, score.as_of))
