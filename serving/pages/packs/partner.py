"""``POST /packs`` and ``GET /papers/partner/NAME``: what a partner agency is given, recorded before it is shown."""

import asyncio
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.packs import let_out_of, partner_pack, sha256_of
from matac_ml.roles import Permission
from serving.endpoints.endpoint import Runtime
from serving.endpoints.pack import PackRequest
from serving.endpoints.pack_contents import disclose, gather
from serving.errors import CONFLICT, INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import find_meeting
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.packs.packs import show_packs
from serving.pages.packs.printed import respond_with
from serving.pages.rendering import go_to


async def give(runtime: Runtime, request: Request) -> Response:
    """Record what an agency is given, and lead to it; or the page again with what is wrong."""
    form, session = await read_form(request), current_session()
    if not session.purpose:
        return go_to("/purpose?to=/packs")
    try:
        kept = await _disclosed(runtime, form)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show_packs(runtime, form, error)
    name = f"D-{secrets.token_hex(16)}"
    runtime.pages.store.open_page(session, name, kept)
    return go_to(f"/papers/partner/{name}")


async def _disclosed(runtime: Runtime, form: dict[str, str]) -> dict[str, Any]:
    meeting = await asyncio.to_thread(find_meeting, runtime, form.get("meeting", ""))
    if meeting is None:
        raise ServiceError(INVALID, faults=[("meeting", "Choose a meeting")])
    agency, recipient = form.get("agency", "").strip(), form.get("recipient", "").strip()
    asked = consulting(PackRequest, paper="partner", meeting=meeting.name, agency=agency, recipient=recipient)
    business = await asyncio.to_thread(gather, runtime, meeting, asked.user)
    written = await disclose(runtime, asked, business, agency, recipient)
    return {
        "meeting": form["meeting"],
        "agency": agency,
        "recipient": recipient,
        "sha256": written.sha256,
        "entries": list(written.ledger.entries),
    }


async def given(runtime: Runtime, request: Request) -> Response:
    """What was given in this session, while it is still what the rule lets out: another paper is another disclosure."""
    session = current_session()
    kept = runtime.pages.store.opened(session, request.path_params["name"])
    meeting = await asyncio.to_thread(find_meeting, runtime, kept["meeting"]) if kept and "recipient" in kept else None
    if kept is None or meeting is None:
        return go_to("/packs?closed=1")
    business = await asyncio.to_thread(gather, runtime, meeting, session.name)
    let_out = let_out_of([one.case for one in business.people], kept["agency"], meeting)
    document = partner_pack(meeting, kept["agency"], kept["recipient"], let_out)
    if sha256_of(document) != kept["sha256"]:
        raise ServiceError(
            CONFLICT,
            faults=[("", "What may be disclosed has changed since you opened it. Give the agency its paper again")],
        )
    return await respond_with(runtime, request, document, "partner-pack")


ENDPOINT = page_at("POST /packs", Permission.CHAIR, "Give a partner agency its paper.", give)
VIEW = page_at("GET /papers/partner/{name}", Permission.CHAIR, "What a partner agency was given, to print.", given)
