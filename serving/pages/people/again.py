"""``POST /again``: an explanation, as it was given, as a page."""

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints import explanation
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN, ServiceError
from serving.pages.forms import consulting, read_form
from serving.pages.people.person import show_person


async def again(runtime: Runtime, request: Request) -> Response:
    """The page of an explanation that the form names."""
    form = await read_form(request)
    nomination_id = form.get("nomination_id", "").strip()
    asked = consulting(explanation.ExplanationRequest, form, nomination_id=nomination_id)
    answer = await explanation.ENDPOINT.call(runtime, asked)
    given = answer.score or answer.not_scored
    if given is None:
        raise ServiceError(UNKNOWN)
    return show_person(runtime, form, answer.nomination_id, given, answer.ledger)


ENDPOINT = Endpoint(
    address="POST /again",
    permission=Permission.EXPLAIN_AGAIN,
    summary="An explanation again as a page.",
    media=("text/html",),
    form=True,
    described=False,
    handler=again,
)
