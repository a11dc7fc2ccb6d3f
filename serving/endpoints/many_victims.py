"""``POST /v1/many-victims``: people with several victims and little recorded harm over a long time, never ranked."""

import asyncio
from typing import Annotated

from pydantic import Field

from matac_ml.api.lists import ManyVictimsAnswer, PersonWithManyVictims
from matac_ml.lists.many_victims import MEANING
from serving.endpoints.drawn_lists import NOT_RECORDED, states_in_cycle
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest
from serving.rows import WHOLE, KnownIdentifier

SHOWN = "many_victims_shown"
#: People on one page, where pages are asked for.
ON_A_PAGE = 50


class ManyVictimsRequest(ConsultationRequest):
    """The people of an area, or of the whole force."""

    page: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = Field(
        default=None, description=f"A page of {ON_A_PAGE} people, from 1; everybody unless told."
    )

    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )


async def show_many_victims(runtime: Runtime, asked: ManyVictimsRequest) -> ManyVictimsAnswer:
    """The people; each of them has an entry."""
    answer = await asyncio.to_thread(found_now, runtime, asked.area, asked.page)
    looks = [Consultation(person.person_id, {"victims": person.victims}) for person in answer.people]
    return answer.model_copy(update={"ledger": await runtime.ledger.write(SHOWN, asked, looks)})


def found_now(runtime: Runtime, area: str | None, page: int | None = None) -> ManyVictimsAnswer:
    """The people as of the day after the extract, and where they stand in the cycle now."""
    deployment = runtime.deployment
    if area is not None and area not in deployment.ranking.areas():
        raise ServiceError(UNKNOWN, faults=[("area", "nobody ranked has an incident in an area of that name")])
    everybody = deployment.with_many_victims(area)
    found = everybody if page is None else everybody[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    states = states_in_cycle(runtime, deployment, [person.person_id for person in found])
    return ManyVictimsAnswer(
        also_victims=tuple(person.person_id for person in found if person.also_victim),
        meaning=MEANING,
        as_of=deployment.as_of,
        area=area,
        of=len(everybody),
        people=tuple(
            PersonWithManyVictims(
                also_victim=person.also_victim,
                person_id=person.person_id,
                serial_perpetrator=person.serial_perpetrator,
                victims=person.victims,
                incidents=person.incidents,
                harm_days=person.harm_days,
                first=person.first,
                last=person.last,
                area=person.area,
                status=states.get(person.person_id),
            )
            for person in found
        ),
        ledger=NOT_RECORDED,
    )


ENDPOINT = Endpoint(
    address="POST /v1/many-victims",
    permission=Permission.SCORE,
    summary="People with several victims and little recorded harm over a long time.",
    description="people [with several victims and little recorded harm](lists.md) over a long time, whom an order by "
    "harm alone would not find; in order of identifier, never ranked",
    request=ManyVictimsRequest,
    answer=ManyVictimsAnswer,
    errors=(UNKNOWN,),
    handler=show_many_victims,
)
