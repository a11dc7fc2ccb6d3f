"""``GET /static/service.css``: the one style sheet."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import NO_ROUTE, ServiceError

_SHEET = Path(__file__).parent / "shared" / "service.css"


async def style(_: Runtime, request: Request) -> Response:
    """The style sheet, by its one name."""
    if request.path_params["name"] != _SHEET.name:
        raise ServiceError(NO_ROUTE)
    return FileResponse(_SHEET, media_type="text/css")


ENDPOINT = Endpoint(
    address="GET /static/{name}",
    permission=Permission.ANYBODY,
    summary="Style of the pages.",
    errors=(NO_ROUTE,),
    media=("text/css",),
    handler=style,
)
