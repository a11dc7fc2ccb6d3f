"""``POST /victims/open``, ``GET /victims/NAME`` and ``POST /victims/support``: one person, and their support."""

import asyncio
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.api.victims import VictimAnswer
from matac_ml.roles import Permission
from serving.endpoints import support, victims
from serving.endpoints.endpoint import Runtime
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.forms import Form, consulting, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page
from serving.pages.victims.network import drawing_of, told_tie

_NEEDED = {
    "text": "Say what is done, in one line of 3 to 300 characters",
    "due": "Enter the day by which it is due, such as 2027-03-31",
    "agreed_by": "Enter who agreed to it for the agency",
}


async def open_victim(runtime: Runtime, request: Request) -> Response:
    """Record that a person is looked at, and everybody whom the network names, and lead to the page."""
    form, session = await read_form(request), current_session()
    if not session.purpose:
        return go_to("/purpose?to=/victims")
    asked = consulting(victims.VictimRequest, person_id=form.get("person_id", "").strip())
    answer = await victims.SHOWN.call(runtime, asked)
    name = f"V-{secrets.token_hex(16)}"
    kept = {"person_id": answer.person_id, "entries": list(answer.ledger.entries), "people": _named(answer)}
    runtime.pages.store.open_page(session, name, kept)
    return go_to(f"/victims/{name}")


def _named(answer: VictimAnswer) -> list[str]:
    return sorted({consultation.subject for consultation in victims.looks_at(answer)})


async def show_victim(runtime: Runtime, request: Request) -> Response:
    """A person whom this session has opened, as recorded now."""
    return await _show(runtime, request.path_params["name"], "", {}, None)


async def _show(runtime: Runtime, name: str, act: str, form: Form, error: ServiceError | None) -> Response:
    kept = runtime.pages.store.opened(current_session(), name) if name.startswith("V-") else None
    if kept is None:
        return show_page(runtime, "victims/not_open.html", here="/victims")
    try:
        answer = await asyncio.to_thread(victims.victim_now, runtime, kept["person_id"], current_session().name)
    except ServiceError as refused:
        if refused.code.status >= 500:
            raise
        return show_page(runtime, "victims/not_open.html", here="/victims")  # restricted to others since
    if _named(answer) != kept["people"]:  # other records are in force: others would be shown than are on record
        return show_page(runtime, "victims/not_open.html", here="/victims")
    faults = {f"{act}-{field}" if field not in ("", "act") else "": said for field, said in plain_faults(error).items()}
    return show_page(
        runtime,
        "victims/victim.html",
        error.code.status if error else 200,
        here="/victims",
        name=name,
        kept=kept,
        answer=answer,
        drawing=drawing_of(answer.ties, answer.person_id, answer.as_of),
        told_tie=told_tie,
        act=act,
        form={f"{act}-{field}": value for field, value in form.items()},
        faults=faults,
    )


async def take(runtime: Runtime, request: Request) -> Response:
    """Record one act of support, and lead back to the person; or the page again with what is wrong."""
    form = await read_form(request)
    name, act = form.get("victim", ""), form.get("act", "")
    kept = runtime.pages.store.opened(current_session(), name) if name.startswith("V-") else None
    if kept is None or act not in support.ACTS:
        return show_page(runtime, "victims/not_open.html", here="/victims")
    try:
        asked = validated(support.SupportRequest, {**_fields(act, form), "person_id": kept["person_id"]})
        await support.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, name, act, form, error)
    return go_to(f"/victims/{name}")


def _fields(act: str, form: Form) -> dict[str, Any]:
    """What a form says as the request takes it; ServiceError ``invalid`` for what is left blank."""
    said = {field: form.get(field, "").strip() for field in support.ACTS[act]}
    blank = [(field, _NEEDED.get(field, "Enter this")) for field, value in said.items() if not value]
    if act == "report" and form.get("done") not in ("yes", "no"):
        blank = [("done", "Say whether it is done")]
    if blank:
        raise ServiceError(INVALID, faults=blank)
    fields: dict[str, Any] = {
        **said,
        "user": current_session().name,
        "reason": form.get("reason", "").strip(),
        "act": act,
    }
    if act == "report":
        number = said["action"]
        fields |= {
            "done": said["done"] == "yes",
            "action": int(number) if number.isdecimal() and len(number) < 12 else 0,
        }
    return fields


OPEN = page_at("POST /victims/open", Permission.SUPPORT_VICTIMS, "Open one person recorded as a victim.", open_victim)
VIEW = page_at(
    "GET /victims/{name}", Permission.SUPPORT_VICTIMS, "One person recorded as a victim, as a page.", show_victim
)
STEP = page_at("POST /victims/support", Permission.SUPPORT_VICTIMS, "Record an act of support from a page.", take)
