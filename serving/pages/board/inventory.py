"""``GET /inventory``: every version there ever was, as a page and as a table to take away."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.inventory import as_csv
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.inventory import versions_known
from serving.pages.rendering import show_page


async def inventory(runtime: Runtime, _: Request) -> Response:
    """The page, the newest version first."""
    found = await asyncio.to_thread(versions_known, runtime)
    return show_page(runtime, "board/inventory.html", here="/board", versions=tuple(reversed(found)))


async def table(runtime: Runtime, _: Request) -> Response:
    """The same as a CSV file."""
    text = as_csv(await asyncio.to_thread(versions_known, runtime))
    headers = {"Content-Disposition": 'attachment; filename="inventory.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


ENDPOINT = Endpoint(
    address="GET /inventory",
    permission=Permission.READ_BOARD,
    summary="Every version that the ledger holds, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=inventory,
)
TABLE = Endpoint(
    address="GET /inventory/table",
    permission=Permission.READ_BOARD,
    summary="Every version that the ledger holds, as a CSV file.",
    media=("text/csv",),
    page=True,
    described=False,
    handler=table,
)
