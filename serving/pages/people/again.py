"""``POST /again``: an explanation, as it was given, at an address that this session can come back to."""

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints import explanation
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.people.people import show_people
from serving.pages.people.person import remember
from serving.pages.rendering import go_to


async def again(runtime: Runtime, request: Request) -> Response:
    """Record that the explanation is fetched again, and lead to it."""
    form = await read_form(request)
    nomination_id = form.get("nomination_id", "").strip()
    if not current_session().purpose:
        return go_to("/purpose?to=/people")
    try:
        asked = consulting(explanation.ExplanationRequest, nomination_id=nomination_id)
        answer = await explanation.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return show_people(runtime, form, error)
    remember(runtime, nomination_id, answer.ledger)
    return go_to(f"/people/{nomination_id}")


ENDPOINT = Endpoint(
    address="POST /again",
    permission=Permission.EXPLAIN_AGAIN,
    summary="Open an explanation again.",
    media=("text/html",),
    page=True,
    described=False,
    handler=again,
)
