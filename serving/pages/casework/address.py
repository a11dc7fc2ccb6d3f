"""An address of the pages of casework."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.roles import Permission
from serving.endpoints.endpoint import Endpoint, Runtime
from serving.pages.once import counted_once


def page_at(
    address: str,
    permission: Permission,
    summary: str,
    handler: Callable[[Runtime, Request], Awaitable[Response]],
) -> Endpoint[Request, Response]:
    """A page of casework, at its address, for whoever has the permission; a form of one counts once."""
    return Endpoint(
        address=address,
        permission=permission,
        summary=summary,
        media=("text/html",),
        page=True,
        described=False,
        handler=counted_once(handler) if address.startswith("POST ") else handler,
    )
