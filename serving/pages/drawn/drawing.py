"""``GET /drawn`` and ``POST /drawn``: every list that was drawn, and the form that draws one."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.api.lists import DrawnListAnswer
from serving.endpoints import draw_list
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.lists import every_list
from serving.endpoints.rank import capacity
from serving.errors import INVALID, ServiceError
from serving.pages.forms import Form, consulting, current_session, plain_faults, read_form
from serving.pages.rendering import go_to, show_page


def remember(runtime: Runtime, answer: DrawnListAnswer, **more: object) -> str:
    """Let this session come back to a list that it was shown, and whose showing is in the ledger; give its address."""
    entries = answer.ledger.entries
    kept = {"entries": [min(entries), max(entries)], **more}
    runtime.pages.store.open_page(current_session(), reference_of(answer.summary.number), kept)
    return f"/drawn/{answer.summary.number}"


def reference_of(number: int | str) -> str:
    """The name under which a session keeps a drawn list."""
    return f"drawn-{number}"


async def _show(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    deployment = runtime.deployment
    found = await asyncio.to_thread(every_list, runtime)
    areas, mine = deployment.ranking.areas(), current_session().area
    return show_page(
        runtime,
        "drawn/lists.html",
        error.code.status if error else 200,
        here="/drawn",
        faults=plain_faults(error),
        lists=found.lists,
        size=form.get("places", str(capacity(deployment))),
        area=form.get("area", mine if mine in areas else ""),
        order=form.get("order", "matrix"),
        areas=areas,
        as_of=deployment.as_of,
    )


async def lists_page(runtime: Runtime, _: Request) -> Response:
    """The lists and the empty form; first the purpose, for whoever has not said it."""
    return go_to("/purpose?to=/drawn") if not current_session().purpose else await _show(runtime, {})


async def draw(runtime: Runtime, request: Request) -> Response:
    """Draw the list that the form asks for, and lead to it; or show the form again with what is wrong with it."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    try:
        filled_in = {name: form[name] for name in ("places", "area", "order") if form.get(name)}
        if filled_in.get("area", "") not in ("", *runtime.deployment.ranking.areas()):
            raise ServiceError(INVALID, faults=[("area", "an area of the list")])
        asked = consulting(draw_list.DrawListRequest, **filled_in)
        answer = await draw_list.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, form, error)
    return go_to(remember(runtime, answer))


ENDPOINT = Endpoint(
    address="GET /drawn",
    permission=Permission.SCORE,
    summary="Every list that was drawn, and the form that draws one, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=lists_page,
)
FORM = Endpoint(
    address="POST /drawn",
    permission=Permission.SCORE,
    summary="Draw a list.",
    media=("text/html",),
    page=True,
    described=False,
    handler=draw,
)
