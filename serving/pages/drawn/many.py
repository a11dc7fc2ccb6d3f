"""``POST /many-victims`` and ``GET /many-victims``: several victims and little recorded harm, recorded when opened."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from serving.deployment.own_area import own_area
from serving.endpoints import many_victims
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.lists.listing import made_from
from serving.pages.once import counted_once
from serving.pages.rendering import go_to, show_page

_REFERENCE = "many-victims"


async def open_many(runtime: Runtime, request: Request) -> Response:
    """Record that these people are looked at, and lead to them."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    text = form.get("page", "1")
    page = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    area = own_area(runtime) or None
    asked = consulting(many_victims.ManyVictimsRequest, page=page, area=area)
    answer = await many_victims.ENDPOINT.call(runtime, asked)
    entries = [min(answer.ledger.entries), max(answer.ledger.entries)]
    kept = {"entries": entries, "made_from": made_from(runtime.deployment), "page": page, "area": area}
    runtime.pages.store.open_page(current_session(), _REFERENCE, kept)
    return go_to("/many-victims")


async def show_many(runtime: Runtime, _: Request) -> Response:
    """The people whom this session has opened, while the records are those they were found in."""
    kept = runtime.pages.store.opened(current_session(), _REFERENCE)
    if kept is None or kept["made_from"] != made_from(runtime.deployment):
        return show_page(runtime, "drawn/many_not_open.html", here="/drawn")
    answer = await asyncio.to_thread(many_victims.found_now, runtime, kept["area"], kept["page"])
    return show_page(
        runtime,
        "drawn/many.html",
        here="/drawn",
        answer=answer,
        kept=kept,
        pages=-(-answer.of // many_victims.ON_A_PAGE),
    )


ENDPOINT = Endpoint(
    address="POST /many-victims",
    permission=Permission.SCORE,
    summary="Open the people with several victims and little recorded harm.",
    media=("text/html",),
    page=True,
    described=False,
    handler=counted_once(open_many),
)
VIEW = Endpoint(
    address="GET /many-victims",
    permission=Permission.SCORE,
    summary="People with several victims and little recorded harm, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=show_many,
)
