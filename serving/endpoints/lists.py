"""``GET /v1/lists``: every list that was drawn, without the people on them."""

import asyncio

from matac_ml.api.lists import DrawnLists
from matac_ml.casework.drawn import drawn_lists
from matac_ml.errors import LedgerError
from serving.deployment.own_area import own_area
from serving.endpoints.drawn_lists import summary_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import NO_LEDGER, ServiceError


def every_list(runtime: Runtime) -> DrawnLists:
    """The lists that the caller may open, the latest first."""
    try:
        found = drawn_lists(runtime.ledger.ledger)
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
    mine = own_area(runtime)
    return DrawnLists(lists=tuple(summary_of(one) for one in reversed(found) if mine in ("", one.basis.area)))


async def lists(runtime: Runtime, _: object) -> DrawnLists:
    """The lists, the latest first."""
    return await asyncio.to_thread(every_list, runtime)


ENDPOINT = Endpoint(
    address="GET /v1/lists",
    permission=Permission.SCORE,
    summary="Every list that was drawn.",
    description="every [list that was drawn](lists.md), without the people on them",
    answer=DrawnLists,
    errors=(NO_LEDGER,),
    handler=lists,
)
