"""``/model-incidents``: the incident register, and the forms that record an incident and what was done about it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.approval.acting import Who
from matac_ml.casework import Ledger
from matac_ml.errors import GateError, LedgerError, UsageError
from matac_ml.incident_register import (
    KINDS_OF_REGISTER,
    Step,
    close_incident,
    incidents_in,
    record_incident,
    record_step,
)
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.board import register_line
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.naming import check_nobody
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.pages.forms import Form, current_session, plain_faults, read_form
from serving.pages.rendering import go_to, show_page


async def _show(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    entries = await asyncio.to_thread(partial(runtime.ledger.read, kind=KINDS_OF_REGISTER))
    return show_page(
        runtime,
        "board/model-incidents.html",
        error.code.status if error else 200,
        here="/board",
        faults=plain_faults(error),
        form={"found_on": clock.today().isoformat(), **form},
        incidents=[register_line(one) for one in reversed(incidents_in(entries))],
        steps={step.value: step.words for step in Step},
        may_close=CALLER.get().may(Permission.DECIDE_APPROVAL),
    )


async def register(runtime: Runtime, _: Request) -> Response:
    """The register and the empty form."""
    return await _show(runtime, {})


async def record(runtime: Runtime, request: Request) -> Response:
    """Record the incident of the form."""
    form = await read_form(request)
    release = runtime.deployment.release

    def write(ledger: Ledger, who: Who) -> None:
        record_incident(ledger, who=who, found_on=_day(form), release=release)

    return await _written(runtime, form, "what", write)


async def done(runtime: Runtime, request: Request) -> Response:
    """Record what was done about an incident, or close it."""
    form = await read_form(request)
    number = int(form["number"]) if form.get("number", "").isdecimal() and len(form["number"]) < 10 else 0
    step = form.get("step", "")
    if step == "close":
        CALLER.get().check(Permission.DECIDE_APPROVAL)

    def write(ledger: Ledger, who: Who) -> None:
        if step == "close":
            close_incident(ledger, number, who=who)
        elif step in list(Step):
            record_step(ledger, number, who=who, step=Step(step))
        else:
            raise ServiceError(CONFLICT, faults=[("step", "choose what kind of step it was")])

    return await _written(runtime, form, "text", write)


async def _written(runtime: Runtime, form: Form, field: str, write: Callable[[Ledger, Who], None]) -> Response:
    text = form.get(field, "").strip()

    def work(begun: "Future[None]") -> None:
        check_nobody(runtime.deployment, {field: text})
        who = Who(current_session().name, text, CALLER.get().id, partial(begin, begun))
        try:
            write(runtime.ledger.ledger, who)
        except (GateError, UsageError) as error:
            faults = [(field, fault) for fault in error.faults or (error.message,)]
            raise ServiceError(CONFLICT, faults=faults) from error
        except LedgerError as error:
            raise ServiceError(NO_LEDGER) from error

    try:
        await act(work)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, form, error)
    return go_to("/model-incidents")


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.get("found_on", "").strip())
    except ValueError:
        message = "Enter the day as year, month and day, such as 2026-11-28"
        raise ServiceError(CONFLICT, faults=[("found_on", message)]) from None


ENDPOINT = Endpoint(
    address="GET /model-incidents",
    permission=Permission.READ_BOARD,
    summary="The incident register, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=register,
)
RECORD = Endpoint(
    address="POST /model-incidents",
    permission=Permission.READ_BOARD,
    summary="Record an incident of the model or the service.",
    media=("text/html",),
    page=True,
    described=False,
    handler=record,
)
DONE = Endpoint(
    address="POST /model-incidents/done",
    permission=Permission.READ_BOARD,
    summary="Record what was done about an incident, or close it.",
    media=("text/html",),
    page=True,
    described=False,
    handler=done,
)
