"""``POST /v1/lists/rebuild``: a drawn list held against what the records in force give for its day."""

import asyncio

from matac_ml.api.lists import LineThatDiffers, RebuiltAnswer
from matac_ml.errors import UsageError
from matac_ml.lists import rebuild
from serving.endpoints.drawn_lists import NOT_RECORDED, known_list
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import context_on
from serving.endpoints.show_list import SHOWN, ListRequest
from serving.errors import CONFLICT, UNKNOWN, ServiceError
from serving.ledger.writer import Consultation


async def rebuild_list(runtime: Runtime, asked: ListRequest) -> RebuiltAnswer:
    """Draw the list up again; everybody who is named has an entry."""
    answer = await asyncio.to_thread(_rebuild, runtime, asked)
    looks = [Consultation(line.person_id, {"list": asked.number}) for line in answer.differing]
    return answer.model_copy(update={"ledger": await runtime.ledger.write(SHOWN, asked, looks)})


def _rebuild(runtime: Runtime, asked: ListRequest) -> RebuiltAnswer:
    deployment, drawn = runtime.deployment, known_list(runtime, asked.number)
    try:
        found = rebuild(drawn, deployment.extract, context_on(deployment, drawn.basis.as_of))
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("number", error.message)]) from error
    return RebuiltAnswer(
        number=drawn.number,
        same=found.same,
        cause=found.cause,
        changed=found.changed,
        differing=tuple(LineThatDiffers(person_id=person, what=what) for person, what in found.differing),
        erased=found.erased,
        ledger=NOT_RECORDED,
    )


ENDPOINT = Endpoint(
    address="POST /v1/lists/rebuild",
    permission=Permission.SCORE,
    summary="Draw a kept list up again from the records in force, and compare.",
    description="draws a [drawn list](lists.md) up again from the records in force and compares it byte for byte; "
    "where it differs, what differs and which part is another one",
    request=ListRequest,
    answer=RebuiltAnswer,
    errors=(UNKNOWN, CONFLICT),
    handler=rebuild_list,
)
