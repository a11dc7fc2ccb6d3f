"""``POST /case``, ``GET /cases/NAME`` and ``POST /case/step``: one person's case, recorded when it is opened."""

import asyncio
import secrets
from concurrent.futures import Future
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework import Case, Recorded
from matac_ml.casework.caseload import unrecorded
from matac_ml.casework.judging import CASE_LOOK, is_blind
from matac_ml.casework.on_programme import Contact, asks_removal, offers
from matac_ml.casework.steps import NEXT
from matac_ml.errors import LedgerError
from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints import cycle
from serving.endpoints.casework import act, cycle_of
from serving.endpoints.endpoint import Runtime
from serving.endpoints.people import also_victim
from serving.errors import CONFLICT, INVALID, NO_LEDGER, UNKNOWN, ServiceError
from serving.ledger.writer import Consultation
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import meetings_of
from serving.pages.casework.cases import show_cases
from serving.pages.casework.noting import noting
from serving.pages.casework.sight import (
    actions_of,
    is_partner,
    may_see,
    name_for,
    records_of,
    sees_score,
    shows_score,
    since,
    state_of,
    steps_of,
)
from serving.pages.casework.steps import forms_for, request_fields
from serving.pages.forms import Form, consulting, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page
from serving.requests import PersonRequest

#: Faults that are of a form and of none of its fields.
_OF_FORM = ("", "step", "act")
_NOBODY = "Nobody with this identifier is in the cycle, or the case is another agency's, another area's or restricted"


async def open_case(runtime: Runtime, request: Request) -> Response:
    """Record that a case is opened, and lead to it; or show the page of cases with what is wrong."""
    form, session = await read_form(request), current_session()
    if not session.purpose:
        return go_to("/purpose?to=/cases")
    try:
        asked = consulting(PersonRequest, person_id=form.get("person_id", "").strip())
        case = await asyncio.to_thread(_case, runtime, asked.person_id)
        if not may_see(runtime, case):
            await runtime.ledger.write_refusal(asked, "open_case", UNKNOWN.name)
            raise ServiceError(UNKNOWN, faults=[("person_id", _NOBODY)])
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show_cases(runtime, {}, form, error)
    shown = shows_score(case, runtime.toolkit.judgements)
    look = Consultation(case.person_id, {"page": "case", "score_shown": shown})
    note = await runtime.ledger.write(CASE_LOOK, asked, [look])
    name = f"C-{secrets.token_hex(16)}"
    kept = {"person_id": case.person_id, "entries": list(note.entries), "score_shown": shown}
    runtime.pages.store.open_page(session, name, kept)
    return go_to(f"/cases/{name}")


def _case(runtime: Runtime, person_id: str) -> Case:
    try:
        return cycle_of(runtime, runtime.deployment).case(person_id)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


def _is_own_action(runtime: Runtime, person_id: str, action: int) -> bool:
    return any(own.number == action for own in actions_of(runtime, _case(runtime, person_id)))


def opened_case(runtime: Runtime, name: str) -> dict[str, Any] | None:
    """What this session keeps of a case that it opened; None of any other page."""
    return runtime.pages.store.opened(current_session(), name) if name.startswith("C-") else None


async def show_case(runtime: Runtime, request: Request) -> Response:
    """A case that this session has opened, as it stands now."""
    return await show_again(runtime, request.path_params["name"], "", {}, None)


async def show_again(runtime: Runtime, name: str, step: str, form: Form, error: ServiceError | None) -> Response:
    """The page of a case; with what a form of it held, and what is wrong with it.

    Parameters
    ----------
    step : str
        The form, as the names of its fields on the page begin.
    """
    kept = opened_case(runtime, name)
    case = await asyncio.to_thread(_case, runtime, kept["person_id"]) if kept else None
    if kept is None or case is None or not may_see(runtime, case):
        return show_page(runtime, "casework/not_open.html", here="/cases", of_session=kept is not None)
    judgements = runtime.toolkit.judgements
    shown = sees_score(case, judgements)
    if shows_score(case, judgements) and not kept["score_shown"]:
        # Since it was opened both judgements came: now it holds a score that the first look did not.
        look = Consultation(case.person_id, {"page": "case", "score_shown": True})
        note = await runtime.ledger.write(CASE_LOOK, consulting(PersonRequest, person_id=case.person_id), [look])
        kept = {**kept, "score_shown": True, "entries": [*kept["entries"], *note.entries]}
        runtime.pages.store.open_page(current_session(), name, kept)
    faults = {
        field if field in ("", "step", "act") else f"{step}-{field}": said
        for field, said in plain_faults(error).items()
    }
    return show_page(
        runtime,
        "casework/case.html",
        error.code.status if error else 200,
        here="/cases",
        name=name,
        kept=kept,
        case=case,
        known_as=name_for(case),
        faults={"" if field in ("step", "act") else field: said for field, said in faults.items()},
        form={f"{step}-{field}": value for field, value in form.items()},
        failed=step,
        partner=is_partner(),
        state=state_of(runtime, case),
        since=since(case),
        expected="" if is_partner() else NEXT.get(case.state, ""),
        steps=steps_of(runtime, case, judgements),
        records=records_of(runtime, case),
        actions=actions_of(runtime, case),
        may_report=is_partner() or CALLER.get().may(Permission.RUN_PROGRAMME),
        shown=shown,
        blind=is_blind(case, judgements),
        offers=() if is_partner() else offers(runtime.toolkit, case),
        asked="" if is_partner() else asks_removal(case, runtime.toolkit),
        ways=list(Contact),
        forms=[] if is_partner() else forms_for(case, judgements, runtime.settings),
        **_police(runtime, case),
    )


def _police(runtime: Runtime, case: Case) -> dict[str, Any]:
    """What police records say first; nothing of it to a partner."""
    deployment, partner = runtime.deployment, is_partner()
    work = cycle_of(runtime, deployment)
    recorded = None if partner else work.recorded(case.person_id)
    return {
        "dual": not partner and bool(also_victim(deployment, case.person_id)),
        "victim_only": recorded is Recorded.VICTIM_ONLY,
        "not_recorded": recorded is Recorded.UNKNOWN,
        "opens_score": not partner and CALLER.get().may(Permission.SCORE),
        "missing": unrecorded(case, work.today()),
        "toolkit": runtime.toolkit,
    }


async def take_step(runtime: Runtime, request: Request) -> Response:
    """Take one step as the API does, and lead back to the case; or show it with what keeps the step back."""
    form = await read_form(request)
    name, step = form.get("case", ""), form.get("step", "")
    kept = opened_case(runtime, name)
    if kept is None:
        return show_page(runtime, "casework/not_open.html", here="/cases", of_session=False)
    try:
        fields, missing = request_fields(step, form, runtime.toolkit)
        reason = form.get("reason", "").strip()
        if missing:
            raise ServiceError(INVALID, faults=[*missing.items()])
        given = {"user": current_session().name, "reason": reason, "person_id": kept["person_id"]}
        asked = validated(cycle.CycleRequest, {**given, **fields})
        await cycle.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show_again(runtime, name, step, form, error)
    return go_to(f"/cases/{name}")


async def report(runtime: Runtime, request: Request) -> Response:
    """Report on an action of a case: its owner agency, or whoever runs the programme."""
    form, session = await read_form(request), current_session()
    name = form.get("case", "")
    kept = opened_case(runtime, name)
    if kept is None:
        return show_page(runtime, "casework/not_open.html", here="/cases", of_session=False)
    number, agency = form.get("action", ""), session.agency if is_partner() else ""
    action = int(number) if number.isdecimal() and len(number) < 12 else 0
    given: dict[str, Any] = {"done": form.get("done") == "yes", "actor": session.name}
    given["reason"] = form.get("reason", "").strip()

    def write(begun: "Future[None]") -> None:
        with noting(begun) as before:
            work = meetings_of(runtime)
            work.before_writing = before
            work.report_action(kept["person_id"], action=action, agency=agency, **given)

    try:
        if not is_partner():
            CALLER.get().check(Permission.RUN_PROGRAMME)
        elif not agency:
            raise ServiceError(INVALID, faults=[("", "Your account names no agency, so no action can be yours")])
        if is_partner() and not await asyncio.to_thread(_is_own_action, runtime, kept["person_id"], action):
            raise ServiceError(CONFLICT, faults=[("", "There is no such action, or it is another agency's")])
        if form.get("done") not in ("yes", "no"):
            raise ServiceError(INVALID, faults=[("done", "Say whether it is done")])
        await act(write)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show_again(runtime, name, f"report-{action}", form, error)
    return go_to(f"/cases/{name}")


ENDPOINT = page_at("POST /case", Permission.OPEN_CASES, "Open one person's case.", open_case)
VIEW = page_at("GET /cases/{name}", Permission.OPEN_CASES, "One person's case that was opened, as a page.", show_case)
REPORT = page_at("POST /case/report", Permission.OPEN_CASES, "Report on an action of a case.", report)
STEP = page_at("POST /case/step", Permission.TAKE_STEPS, "Take a step of the cycle from a case's page.", take_step)
