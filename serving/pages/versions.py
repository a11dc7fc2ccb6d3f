"""``GET /versions``: everything that decides a score now, and the head of the ledger."""

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.pages.rendering import show_page


async def versions(runtime: Runtime, _: Request) -> Response:
    """The page behind the foot of every page."""
    return show_page(runtime, "shared/versions.html")


ENDPOINT = Endpoint(
    address="GET /versions",
    permission=Permission.READ_PAPERS,
    summary="Versions in force and the ledger's head, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=versions,
)
