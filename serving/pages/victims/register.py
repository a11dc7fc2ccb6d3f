"""``POST /victims`` and ``GET /victims``: the register of victims, on record when it is opened, narrowed by area."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints import victims
from serving.endpoints.endpoint import Runtime
from serving.pages.casework.address import page_at
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.lists.listing import made_from
from serving.pages.rendering import go_to, show_page

_REFERENCE = "victims"


async def open_register(runtime: Runtime, request: Request) -> Response:
    """Record that these people are looked at, and lead to them."""
    await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/victims")
    answer = await victims.REGISTER.call(runtime, consulting(victims.VictimsRequest))
    entries = [min(answer.ledger.entries), max(answer.ledger.entries)]
    kept = {"entries": entries, "made_from": made_from(runtime.deployment)}
    runtime.pages.store.open_page(current_session(), _REFERENCE, kept)
    return go_to("/victims")


async def show_register(runtime: Runtime, request: Request) -> Response:
    """The register that this session has opened, while the records are those it was drawn up from."""
    kept = runtime.pages.store.opened(current_session(), _REFERENCE)
    if kept is None or kept["made_from"] != made_from(runtime.deployment):
        return show_page(runtime, "victims/not_open.html", here="/victims")
    answer = await asyncio.to_thread(victims.register_now, runtime, None)
    area, why = request.query_params.get("area", ""), request.query_params.get("why", "")
    people = [
        person
        for person in answer.people
        if area in ("", person.area) and (why not in ("several", "again") or getattr(person, why))
    ]
    return show_page(
        runtime,
        "victims/register.html",
        here="/victims",
        answer=answer,
        people=people,
        areas=sorted({person.area for person in answer.people if person.area}),
        area=area,
        why=why,
        kept=kept,
        may_support=CALLER.get().may(Permission.SUPPORT_VICTIMS),
    )


ENDPOINT = page_at("POST /victims", Permission.SCORE, "Open the register of victims.", open_register)
VIEW = page_at("GET /victims", Permission.SCORE, "The register of victims, as a page.", show_register)
