"""``GET /actions`` and ``POST /actions/report``: what the reader's agency has agreed to do, with a report on each."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.roles import Permission
from serving.endpoints import own_actions
from serving.endpoints.endpoint import Runtime
from serving.endpoints.own_actions import ON_A_PAGE
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.sight import record_shown
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page


async def _show(
    runtime: Runtime, page: int, form: Form, error: ServiceError | None = None, *, done: bool = False
) -> Response:
    session = current_session()
    agency = own_actions.agency_of(None)
    found = await asyncio.to_thread(own_actions.own_actions, runtime, agency, session.name)
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    await record_shown(runtime, "actions", {one.person_id: False for one in shown})
    failed = form.get("action", "")
    faults = {f"{field}-{failed}" if field else "": said for field, said in plain_faults(error).items()}
    return show_page(
        runtime,
        "actions/actions.html",
        error.code.status if error else 200,
        here="/actions",
        agency=agency,
        actions=shown,
        of=len(found),
        left=sum(not one.done for one in found),
        page=page,
        pages=-(-len(found) // ON_A_PAGE),
        form={f"{field}-{failed}": said for field, said in form.items()},
        failed=failed,
        faults=faults,
        done=done,
    )


async def actions(runtime: Runtime, request: Request) -> Response:
    """The page; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/actions")
    page = request.query_params.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return await _show(runtime, max(number, 1), {}, done="done" in request.query_params)


async def report(runtime: Runtime, request: Request) -> Response:
    """Record a report as the API does; or show the page again with what is wrong."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/actions")
    number, done = form.get("action", ""), form.get("done", "")
    action = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 12 else 1
    try:
        if done not in ("yes", "no"):
            raise ServiceError(INVALID, faults=[("done", "Say whether it is done")])
        given = {"user": current_session().name, "reason": form.get("reason", "").strip()}
        asked = validated(own_actions.OwnReportRequest, {**given, "action": max(action, 1), "done": done == "yes"})
        await own_actions.REPORTED.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, 1, form, error)
    return go_to("/actions?done")


ENDPOINT = page_at("GET /actions", Permission.OWN_ACTIONS, "What the reader's agency has agreed to do.", actions)
REPORT = page_at("POST /actions/report", Permission.OWN_ACTIONS, "Report on an action of the reader's agency.", report)
