"""``GET /meetings/NAME`` and ``POST /meetings/act``: the agenda of a meeting, and what it decides, many in one form."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework.judging import who_settles
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.on_programme import offers
from matac_ml.casework.overrides import OverrideCode
from matac_ml.roles import Permission, titles, who_may
from serving.access.personal import why_not_personal
from serving.access.principal import CALLER
from serving.deployment.own_area import is_elsewhere
from serving.endpoints.endpoint import Runtime
from serving.errors import CONFLICT, INVALID, NOT_ALLOWED, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import agenda, find_meeting, name_of
from serving.pages.casework.deciding import (
    Deciding,
    close,
    declare,
    hold_rows,
    lift,
    plan_rows,
    report_rows,
    restrict,
    settle_rows,
    take_cohort,
)
from serving.pages.casework.many import moved
from serving.pages.casework.sight import record_looks, sources_of
from serving.pages.forms import Form, current_session, plain_faults, read_form
from serving.pages.rendering import go_to, show_page
from serving.settings import ServiceSettings

#: What a meeting does: the word in the form, what a role needs for it, and what records it.
ACTS: dict[str, tuple[Permission, Callable[[Deciding], Awaitable[int]]]] = {
    "hold": (Permission.RELEASE_HOLDS, hold_rows),
    "settle": (Permission.JUDGE, settle_rows),
    "cohort": (Permission.CHAIR, take_cohort),
    "plan": (Permission.RUN_PROGRAMME, plan_rows),
    "action": (Permission.RUN_PROGRAMME, report_rows),
    "conflict": (Permission.TAKE_STEPS, declare),
    "restrict": (Permission.RELEASE_HOLDS, restrict),
    "lift": (Permission.RELEASE_HOLDS, lift),
    "close": (Permission.CHAIR, close),
}
#: What only a person decides whom the identity provider names.
_PERSONAL = frozenset({"hold", "settle"})
#: What the page calls each act.
_TITLES = {
    "hold": "decides about safeguarding holds",
    "settle": "settles judgements",
    "cohort": "takes the cohort",
    "plan": "records plans",
    "action": "reports on actions",
    "conflict": "declares a conflict of interest",
    "restrict": "restricts a record",
    "lift": "lifts a restriction",
    "close": "closes the meeting",
}


def _why_not(act: str, settings: ServiceSettings) -> str:
    """Why the caller does not do this, with the roles that do; empty when they do."""
    needed, caller = ACTS[act][0], CALLER.get()
    if not caller.may(needed):
        mine = caller.role.words if caller.role else "none"
        return f"Whoever {_TITLES[act]} has the role {titles(who_may(needed))}; yours is {mine}"
    why = why_not_personal(settings) if act in _PERSONAL else ""
    return why[:1].upper() + why[1:]


async def meeting_page(runtime: Runtime, request: Request) -> Response:
    """The agenda; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/meetings")
    chosen = {"cohort-list": request.query_params.get("list", "")}
    return await _show(runtime, request.path_params["name"], chosen, "", None)


async def _show(runtime: Runtime, name: str, form: Form, act: str, error: ServiceError | None) -> Response:
    meeting = await asyncio.to_thread(find_meeting, runtime, name)
    if meeting is None:
        return show_page(runtime, "casework/no_meeting.html", 404, here="/meetings")
    found = await asyncio.to_thread(agenda, runtime, meeting, form.get("cohort-list", ""))
    await record_looks(runtime, name, found.people, judgements=runtime.toolkit.judgements)
    rows = {"hold": found.holds, "settle": found.to_settle, "cohort": found.to_place, "plan": found.to_plan}
    people = [row.case.person_id for row in rows.get(act, ())]
    people = [person for person, _ in found.actions] if act == "action" else people
    sent, faults = moved(form, plain_faults(error), act, people)
    return show_page(
        runtime,
        "casework/meeting.html",
        error.code.status if error else 200,
        here="/meetings",
        name=name,
        agenda=found,
        meeting=meeting,
        form=sent,
        act=act,
        faults=faults,
        why_not={word: _why_not(word, runtime.settings) for word in ACTS},
        codes=list(OverrideCode),
        toolkit=runtime.toolkit,
        offered={
            row.case.person_id: {offer.name: offer.needs for offer in offers(runtime.toolkit, row.case)}
            for row in found.to_plan
        },
        settles={row.case.person_id: who_settles(row.case, current_session().name) for row in found.to_settle},
        sources=partial(sources_of, runtime),
        everybody=sorted({case.person_id for case in found.people}),
        restricted=sorted({case.person_id for case in found.people if case.restricted_to}),
    )


async def act(runtime: Runtime, request: Request) -> Response:
    """Record what the form decides, and lead back to the agenda; or show it with what could not be recorded."""
    form = await read_form(request)
    name, word = form.get("meeting", ""), form.get("act", "")
    meeting = await asyncio.to_thread(find_meeting, runtime, name)
    if meeting is None or word not in ACTS:
        return show_page(runtime, "casework/no_meeting.html", 404, here="/meetings")
    try:
        await _act(runtime, meeting, form, word)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, name, form, word, error)
    return go_to(f"/meetings/{name_of(meeting.name)}")


async def _act(runtime: Runtime, meeting: Meeting, form: Form, word: str) -> None:
    if not current_session().purpose:
        raise ServiceError(CONFLICT, faults=[("", "Say first what you are doing, and why: open the meeting again")])
    if why := _why_not(word, runtime.settings):
        raise ServiceError(NOT_ALLOWED, faults=[("", why)])
    # What the agenda does not show, a form cannot decide about.
    if await asyncio.to_thread(lambda: any(is_elsewhere(runtime, said) for said in form.values())):
        raise ServiceError(NOT_ALLOWED, faults=[("", "Your account is for another area than somebody named here")])
    deciding = Deciding(runtime, meeting.name, word, form)
    done = await ACTS[word][1](deciding)
    if deciding.faults:
        raise ServiceError(deciding.code, faults=deciding.faults)
    if not done:
        raise ServiceError(INVALID, faults=[("", "Choose what is decided about at least one person")])


ENDPOINT = page_at("GET /meetings/{name}", Permission.READ_CASES, "The agenda of a meeting.", meeting_page)
FORM = page_at("POST /meetings/act", Permission.READ_CASES, "What a meeting decides, many in one form.", act)
