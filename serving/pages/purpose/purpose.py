"""``GET /purpose`` and ``POST /purpose``: the purpose and the reason of the views that follow."""

from starlette.requests import Request
from starlette.responses import Response

from serving.access.principal import MADE_UP
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.addresses import is_page_address
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import PURPOSES, go_to, show_page
from serving.requests import ConsultationRequest


def _show(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    session = current_session()
    purposes = {name: words for name, words in PURPOSES.items() if name != "demonstration" or session.origin == MADE_UP}
    return show_page(
        runtime,
        "purpose/purpose.html",
        error.code.status if error else 200,
        form={"purpose": session.purpose, "justification": session.reason, "to": "/", **form},
        purposes=purposes,
        faults=plain_faults(error),
    )


async def work_page(runtime: Runtime, request: Request) -> Response:
    """The form, with what was said last."""
    to = request.query_params.get("to", "/")
    return _show(runtime, {"to": to if is_page_address(to) else "/"})


async def work(runtime: Runtime, request: Request) -> Response:
    """Keep what is said in the session, for every view that follows."""
    form, session = await read_form(request), current_session()
    why = {name: form.get(name, "").strip() for name in ("purpose", "justification")}
    try:
        asked = validated(ConsultationRequest, {"user": session.name, **why})
    except ServiceError as error:
        return _show(runtime, form, error)
    runtime.pages.store.change(session, purpose=asked.purpose, reason=asked.justification)
    to = form.get("to", "/")
    return go_to(to if is_page_address(to) else "/")


ENDPOINT = Endpoint(
    address="GET /purpose",
    permission=Permission.OPEN_CASES,
    summary="What somebody is doing, and why.",
    media=("text/html",),
    page=True,
    described=False,
    handler=work_page,
)
FORM = Endpoint(
    address="POST /purpose",
    permission=Permission.OPEN_CASES,
    summary="Purpose and reason of the views that follow.",
    media=("text/html",),
    page=True,
    described=False,
    handler=work,
)
