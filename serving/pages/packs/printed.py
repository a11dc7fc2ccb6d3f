"""``GET /papers/meeting/NAME`` and ``GET /papers/profile/NAME``: a paper of a meeting, as a page, PDF or workbook."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.api.explanation import ExplainedScore
from matac_ml.packs import FORMS, meeting_pack, subject_profile
from matac_ml.page import Document
from matac_ml.roles import Permission, role_named
from serving.access.principal import CALLER
from serving.endpoints.endpoint import Runtime
from serving.endpoints.pack_contents import case_for_paper, gather, print_now, shown_in
from serving.endpoints.people import incidents_of
from serving.explained import read_explanation
from serving.ledger.history import find_explanation
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import find_meeting
from serving.pages.casework.sight import record_shown
from serving.pages.forms import current_session
from serving.pages.rendering import go_to


async def meeting(runtime: Runtime, request: Request) -> Response:
    """The pack of a meeting as it stands; everybody in it is on record first."""
    session = current_session()
    if not session.purpose:
        return go_to("/purpose?to=/packs")
    found = await asyncio.to_thread(find_meeting, runtime, request.path_params["name"])
    if found is None:
        return go_to("/packs?closed=1")
    business = await asyncio.to_thread(gather, runtime, found, session.name)
    await record_shown(runtime, f"pack {found.number}", shown_in(business))
    return await respond_with(runtime, request, meeting_pack(business, clock.today()), "meeting-pack")


async def profile(runtime: Runtime, request: Request) -> Response:
    """The profile of an explanation that this session was given, with the case beside it, which is on record first."""
    name, session = request.path_params["name"], current_session()
    kept = runtime.pages.store.opened(session, name)
    found = await asyncio.to_thread(find_explanation, runtime.ledger, name, session.name, CALLER.get())
    answer = read_explanation(found.text) if kept is not None and found is not None else None
    if not isinstance(answer, ExplainedScore):
        return go_to(f"/people/{name}")
    case = await asyncio.to_thread(case_for_paper, runtime, answer.person_id, session.name)
    if case is not None:
        await record_shown(runtime, "profile", {case.person_id: True})
    document = subject_profile(answer, incidents_of(runtime.deployment, answer), case)
    return await respond_with(runtime, request, document, "subject-profile", tight=True)


async def respond_with(
    runtime: Runtime, request: Request, document: Document, file_name: str, *, tight: bool = False
) -> Response:
    """A paper in the form that the address asks for, a page unless it names another; the file names nobody."""
    asked = request.query_params.get("as", "html")
    form = asked if asked in FORMS else "html"
    session = current_session()
    role = role_named(session.role)
    printed = await print_now(runtime, document, session.name, role.words if role else "", form, tight=tight)
    headers = {} if form in ("html", "pdf") else {"Content-Disposition": f'attachment; filename="{file_name}.{form}"'}
    return Response(printed.content, media_type=printed.media, headers=headers)


MEETING = page_at("GET /papers/meeting/{name}", Permission.READ_CASES, "The pack of a meeting, to print.", meeting)
PROFILE = page_at("GET /papers/profile/{name}", Permission.SCORE, "The profile of one person, to print.", profile)
