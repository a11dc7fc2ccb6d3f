"""``POST /v1/lists/draw``: a list for a meeting, drawn once and kept under a number."""

from concurrent.futures import Future
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matac_ml.api.answers import LedgerNote
from matac_ml.api.lists import DrawnListAnswer
from matac_ml.casework.drawn import write_list
from matac_ml.casework.lots import find_lot
from matac_ml.errors import LedgerError, UsageError
from matac_ml.lists import draw_up
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act
from serving.endpoints.drawn_lists import list_answer
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.rank import capacity
from serving.endpoints.show_list import record
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.requests import MAX_RANKED, ConsultationRequest
from serving.rows import WHOLE, KnownIdentifier

Places = Annotated[int, Field(ge=1, le=MAX_RANKED), WHOLE]


class DrawListRequest(ConsultationRequest):
    """A list of the day after the extract, of one area or of the whole force."""

    places: Places | None = Field(
        default=None, description="How many people the meeting can take; what the policy says unless told."
    )
    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    order: Literal["matrix", "model"] = Field(default="matrix", description="Which instrument orders the list.")
    quotas: dict[KnownIdentifier, Places] = Field(
        default={},
        max_length=MAX_RANKED,
        description="Places of each area, in place of `area` and `places`.",
        # Otherwise the schema would take any name that the pattern of its keys does not describe.
        json_schema_extra={"additionalProperties": False},
    )
    seed: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="That `/v1/lists/commit` gave, where the policy puts ties in order by lot."
    )


async def draw_list(runtime: Runtime, asked: DrawListRequest) -> DrawnListAnswer:
    """Draw the list, whole or not at all; its entries record that everybody on it was shown."""
    answer = await act(partial(_draw, runtime, asked))
    if answer.gone:
        await record(runtime, asked, answer, gone_alone=True)
    return answer


def _draw(runtime: Runtime, asked: DrawListRequest, begun: "Future[None]") -> DrawnListAnswer:
    deployment = runtime.deployment
    try:
        lot = find_lot(runtime.ledger.ledger, asked.seed) if asked.seed else None
        basis, lines = draw_up(
            deployment.extract,
            deployment.context,
            deployment.ranking,
            area=asked.area,
            places=asked.places or (None if asked.quotas else capacity(deployment)),
            order=asked.order,
            quotas=asked.quotas or None,
            lot=lot,
            serial=deployment.serial,
            find=deployment.find_all,
        )
        drawn = write_list(
            runtime.ledger.ledger,
            basis,
            lines,
            actor=asked.user,
            reason=asked.justification,
            purpose=asked.purpose,
            caller=CALLER.get().id,
            before_writing=partial(begin, begun),
        )
        note = LedgerNote(
            entries=tuple(range(drawn.entry, drawn.entry + 1 + len(lines) + (basis.lot is not None))),
            head=runtime.ledger.ledger.head(),
            recorded_at=drawn.drawn_at,
        )
        return list_answer(runtime, deployment, drawn, note)
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("", fault) for fault in error.faults or (error.message,)]) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error


ENDPOINT = Endpoint(
    address="POST /v1/lists/draw",
    permission=Permission.SCORE,
    summary="Draw a list for a meeting, and keep it under a number.",
    description="draws a [list for a meeting](lists.md) once, and keeps it under a number",
    request=DrawListRequest,
    answer=DrawnListAnswer,
    errors=(CONFLICT,),
    handler=draw_list,
)
