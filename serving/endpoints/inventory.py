"""``GET /v1/inventory``: every version that the ledger holds, where it stands and why it was given up."""

import asyncio

from matac_ml import clock
from matac_ml.api.approval import InventoryAnswer, VersionLine
from matac_ml.inventory import KINDS_OF_VERSIONS, VersionRecord, as_json, inventory_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime


def versions_known(runtime: Runtime) -> tuple[VersionRecord, ...]:
    """Every version; ServiceError ``no_ledger`` when the ledger cannot be read."""
    return inventory_of(runtime.ledger.read(kind=KINDS_OF_VERSIONS), clock.today())


def _answer(runtime: Runtime) -> InventoryAnswer:
    lines = (VersionLine.model_validate({**as_json(one), "text": one.text}) for one in versions_known(runtime))
    return InventoryAnswer(versions=tuple(lines), ledger_head=runtime.ledger.head())


async def inventory(runtime: Runtime, _: object) -> InventoryAnswer:
    """Every version."""
    return await asyncio.to_thread(_answer, runtime)


ENDPOINT = Endpoint(
    address="GET /v1/inventory",
    permission=Permission.READ_BOARD,
    summary="Every version that the ledger holds.",
    description="every version that the ledger holds, what it was made from, where it stands and why it was given up",
    answer=InventoryAnswer,
    handler=inventory,
)
