"""``POST /v1/lists/show``: a drawn list as it was kept, with what moved and where everybody stands now."""

import asyncio
from typing import Annotated

from pydantic import Field

from matac_ml.api.answers import LedgerNote
from matac_ml.api.lists import DrawnListAnswer
from matac_ml.casework.listed import Standing
from serving.endpoints.drawn_lists import NOT_RECORDED, known_list, list_answer
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest
from serving.rows import WHOLE

SHOWN = "drawn_list_shown"


class ListRequest(ConsultationRequest):
    """A drawn list, by its number."""

    number: Annotated[int, Field(ge=1, le=1_000_000_000), WHOLE]


async def show_list(runtime: Runtime, asked: ListRequest) -> DrawnListAnswer:
    """The list; everybody on it has an entry."""
    answer = await asyncio.to_thread(_found, runtime, asked)
    return answer.model_copy(update={"ledger": await record(runtime, asked, answer)})


def _found(runtime: Runtime, asked: ListRequest) -> DrawnListAnswer:
    return list_answer(runtime, runtime.deployment, known_list(runtime, asked.number), NOT_RECORDED)


async def record(
    runtime: Runtime, asked: ConsultationRequest, answer: DrawnListAnswer, *, gone_alone: bool = False
) -> LedgerNote:
    """Record a look at everybody whom an answer shows, or at those alone who are gone since the list before."""
    people = answer.gone if gone_alone else (*answer.people, *answer.gone)
    number = answer.summary.number
    looks = [
        Consultation(
            person.person_id,
            {"list": number} | ({} if person.standing == Standing.LEFT_OUT.value else {"rank": person.rank}),
        )
        for person in people
    ]
    return await runtime.ledger.write(SHOWN, asked, looks)


ENDPOINT = Endpoint(
    address="POST /v1/lists/show",
    permission=Permission.SCORE,
    summary="A drawn list as it was kept, with what moved since the list before.",
    description="a [drawn list](lists.md) as it was kept, by its number: who is new, up, down, gone or stayed since "
    "the last list of the area and why, and where everybody stands in the cycle now",
    request=ListRequest,
    answer=DrawnListAnswer,
    errors=(UNKNOWN,),
    handler=show_list,
)
