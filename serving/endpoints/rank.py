"""``POST /v1/rank``: the list of an area or the whole force."""

import asyncio
import uuid
from typing import Annotated, Literal

from pydantic import Field

from matac_ml.api.answers import RankAnswer, RankedPerson
from matac_ml.explain.ranking import FirstPlaces, lines_of
from serving.deployment.active import ActiveDeployment
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import MAX_RANKED, ConsultationRequest
from serving.rows import WHOLE, KnownIdentifier

TIE_RULE = (
    "Equal points go by the policy's rule for ties, and equal probabilities by the matrix. "
    "People who are still equal share a rank."
)


class RankRequest(ConsultationRequest):
    """The list of an area, or of the whole force, to a length."""

    k: Annotated[int, Field(ge=1, le=MAX_RANKED), WHOLE] | None = Field(
        default=None, description="How many people the meeting can take; what the policy says unless told."
    )
    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    order: Literal["matrix", "model"] = Field(default="matrix", description="Which instrument orders the list.")


def capacity(deployment: ActiveDeployment) -> int:
    """How many people the policy says a meeting can take; no more than one list holds."""
    return min(deployment.context.policy.capacity, MAX_RANKED)


async def rank(runtime: Runtime, asked: RankRequest) -> RankAnswer:
    """The list; every person on it has an entry."""
    deployment = runtime.deployment
    first, people = await asyncio.to_thread(first_places, deployment, asked)
    list_id = f"L-{uuid.uuid4().hex}"
    seen = [
        Consultation(person.person_id, {"rank": person.rank, "matrix_total": person.matrix_total}, list_id)
        for person in people
    ]
    note = await runtime.ledger.write("list", asked, seen)
    return RankAnswer(
        mode=deployment.mode,
        list_id=list_id,
        as_of=deployment.as_of,
        area=asked.area,
        of=deployment.ranking.count(asked.area, order=asked.order),
        of_both=deployment.ranking.rank_table.of_both,
        tied_at_cut=first.tied,
        places_for_tied=first.places_left,
        tied_shown=first.tied_shown,
        people=people,
        tie_rule=TIE_RULE,
        serial_rule=deployment.context.policy.serial_rule.label,
        ledger=note,
    )


def first_places(deployment: ActiveDeployment, asked: RankRequest) -> tuple[FirstPlaces, tuple[RankedPerson, ...]]:
    """The first k people of an area or the whole force, with whoever is equal at the last place, and their lines."""
    ranking = deployment.ranking
    if asked.area is not None and asked.area not in ranking.areas():
        raise ServiceError(UNKNOWN, faults=[("area", "nobody ranked has an incident in an area of that name")])
    first = ranking.first(asked.k or capacity(deployment), order=asked.order, area=asked.area)
    return first, lines_of(ranking, first, serial=deployment.serial, doubtful=deployment.extract.doubtful())


ENDPOINT = Endpoint(
    address="POST /v1/rank",
    permission=Permission.SCORE,
    summary="The list of an area or the whole force.",
    description=(
        "the first *k* (the policy's capacity unless told) of an area or the whole force, by the matrix (primary) or "
        "by the model: each with a dual role, the points of every component, both ranks, whether the person is on the "
        "serial registers by the policy's rule, and (`doubtful_identity`) why an identifier may not stand for one "
        "person. People who are equal share a rank (1, 2, 2, 4); a tie at the last of the *k* places is shown whole, "
        "as `tied_at_cut`"
    ),
    request=RankRequest,
    answer=RankAnswer,
    errors=(UNKNOWN,),
    handler=rank,
)
