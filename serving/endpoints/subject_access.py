"""``POST /v1/subject-access``: what we hold and have disclosed about a person, in plain English."""

import asyncio
from collections import Counter

from matac_ml.api.answers import SubjectAccessAnswer
from matac_ml.explain.subject_access import subject_text
from serving.access.principal import CALLER
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import also_victim
from serving.errors import UNKNOWN, ServiceError
from serving.ledger.history import told_about
from serving.ledger.writer import Consultation
from serving.requests import PersonRequest


class SubjectAccessRequest(PersonRequest):
    """Everything that was said of one person."""


async def subject_access(runtime: Runtime, asked: SubjectAccessRequest) -> SubjectAccessAnswer:
    """The text, for whoever answers the person's request; it is itself an entry about the person."""
    deployment = runtime.deployment
    known_as = deployment.known_as(asked.person_id)
    seen, refused, steps = await asyncio.to_thread(told_about, runtime.ledger, known_as, CALLER.get().agency)
    person = deployment.find(asked.person_id)
    if person is None and not seen and not refused and not steps:
        raise ServiceError(UNKNOWN, faults=[("person_id", "nothing is held of this person")])
    text = subject_text(asked.person_id, person, seen, steps, refused, as_of=deployment.as_of)
    parts = Counter(step.of for step in steps)
    note = await runtime.ledger.write("subject_access", asked, [Consultation(known_as[0], {})])
    return SubjectAccessAnswer(
        also_victim=also_victim(deployment, asked.person_id),
        person_id=asked.person_id,
        text=text,
        times_looked_at=len(seen),
        times_refused=len(refused),
        cycle_steps=parts["cycle"],
        support_acts=parts["support"],
        challenge_entries=parts["challenge"],
        ledger=note,
    )


ENDPOINT = Endpoint(
    address="POST /v1/subject-access",
    permission=Permission.EXPLAIN_AGAIN,
    summary="What is held and was said of one person, in plain English.",
    description="what we hold and have disclosed about a person, in plain English",
    request=SubjectAccessRequest,
    answer=SubjectAccessAnswer,
    errors=(UNKNOWN,),
    handler=subject_access,
)
