"""``POST /v1/explanation``: what was given under a nomination id, byte for byte."""

import asyncio

from matac_ml.api.answers import ExplanationAnswer
from matac_ml.api.explanation import ExplainedScore, NotScored
from serving.access.principal import CALLER
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN, ServiceError
from serving.explained import read_explanation
from serving.ledger.history import find_explanation
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest, NominationId


class ExplanationRequest(ConsultationRequest):
    """Fetch an explanation again, exactly as it was given."""

    nomination_id: NominationId


async def explanation(runtime: Runtime, asked: ExplanationRequest) -> ExplanationAnswer:
    """The explanation, to whoever got it, and to auditors."""
    found = await asyncio.to_thread(find_explanation, runtime.ledger, asked.nomination_id, asked.user, CALLER.get())
    if found is None:
        message = "no explanation of that id was given to this user, or it has been erased"
        raise ServiceError(UNKNOWN, faults=[("nomination_id", message)])
    answer = read_explanation(found.text)
    seen = Consultation(answer.person_id, {"nomination_id": asked.nomination_id})
    note = await runtime.ledger.write("explanation_again", asked, [seen])
    return ExplanationAnswer(
        nomination_id=asked.nomination_id,
        given_at=found.given_at,
        score=answer if isinstance(answer, ExplainedScore) else None,
        not_scored=answer if isinstance(answer, NotScored) else None,
        ledger=note,
    )


ENDPOINT = Endpoint(
    address="POST /v1/explanation",
    permission=Permission.EXPLAIN_AGAIN,
    summary="An explanation again, exactly as it was given.",
    description="an explanation again by its nomination id, exactly as it was given: to whoever got it and to auditors",
    request=ExplanationRequest,
    answer=ExplanationAnswer,
    errors=(UNKNOWN,),
    handler=explanation,
)
