"""``GET /static/service.css``: the one style sheet, with the marking that stands on every printed sheet."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import NO_ROUTE, ServiceError

_SHEET = Path(__file__).parent / "shared" / "service.css"


@cache
def _sheet(marking: str) -> str:
    quoted = " ".join(marking.split()).replace("\\", "\\\\").replace('"', '\\"')
    return _SHEET.read_text(encoding="utf-8").replace('"MARKING"', f'"{quoted}"')


async def style(runtime: Runtime, request: Request) -> Response:
    """The style sheet, by its one name."""
    if request.path_params["name"] != _SHEET.name:
        raise ServiceError(NO_ROUTE)
    return Response(_sheet(runtime.settings.marking), media_type="text/css")


ENDPOINT = Endpoint(
    address="GET /static/{name}",
    permission=Permission.ANYBODY,
    summary="Style of the pages.",
    errors=(NO_ROUTE,),
    media=("text/css",),
    handler=style,
)
