"""``GET /meetings`` and ``POST /meetings``: the meetings there are, and the form that opens one."""

import re
from concurrent.futures import Future
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.casework.meetings_read import Attended
from matac_ml.roles import Permission
from matac_ml.written import tidied
from serving.access.principal import CALLER
from serving.deployment.own_area import own_area
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Runtime
from serving.errors import CONFLICT, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import all_meetings, meetings_of, name_of
from serving.pages.casework.noting import noting
from serving.pages.forms import Form, current_session, plain_faults, read_form
from serving.pages.rendering import go_to, show_page
from serving.rows import IDENTIFIER

_NO_NAME = (
    "Enter a name for the meeting, such as 2026-12 Area A: at most 80 letters without accents, digits, blanks and "
    ". _ : / @ + -"
)


def _show(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    session = current_session()
    first = f"{session.known_as}, {session.agency or 'Police'}"
    return show_page(
        runtime,
        "casework/meetings.html",
        error.code.status if error else 200,
        here="/meetings",
        meetings=[(name_of(meeting.name), meeting) for meeting in reversed(all_meetings(runtime))],
        may_open=CALLER.get().may(Permission.CHAIR),
        areas=(only,) if (only := own_area(runtime)) else runtime.deployment.ranking.areas(),
        only=only,
        form={"day": clock.today().isoformat(), "area": session.area, "attended": first, **form},
        faults=plain_faults(error),
    )


async def meetings(runtime: Runtime, _: Request) -> Response:
    """The page; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/meetings")
    return _show(runtime, {})


async def open_meeting(runtime: Runtime, request: Request) -> Response:
    """Open the meeting of the form, and lead to its agenda."""
    form = await read_form(request)
    try:
        day, there = _day(form), _attended(form)
        name = tidied(form.get("name", ""))
        # As every step taken in it must spell it.
        if len(name) > 80 or not re.fullmatch(IDENTIFIER, name):
            raise ServiceError(CONFLICT, faults=[("name", _NO_NAME)])
        await act(partial(_open, runtime, form, name, day, there))
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return _show(runtime, form, error)
    return go_to(f"/meetings/{name_of(name)}")


def _open(runtime: Runtime, form: Form, name: str, day: date, there: list[Attended], begun: "Future[None]") -> None:
    given = {"actor": current_session().name, "reason": f"The meeting {name} is opened."}
    area = form.get("area", "") if form.get("area", "") in runtime.deployment.ranking.areas() else ""
    area = own_area(runtime) or area
    with noting(begun) as before:
        work = meetings_of(runtime)
        work.before_writing = before
        work.open(name, day=day, attended=there, area=area, **given)


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.get("day", "").strip())
    except ValueError:
        raise ServiceError(
            CONFLICT, faults=[("day", "Enter the day as year, month and day, such as 2026-11-28")]
        ) from None


def _attended(form: Form) -> list[Attended]:
    """One person a line, with the agency after a comma."""
    there = []
    for line in form.get("attended", "").splitlines():
        name, comma, agency = line.strip().rpartition(",")
        if not line.strip():
            continue
        if not comma or not name.strip() or not agency.strip():
            raise ServiceError(
                CONFLICT, faults=[("attended", "Enter one person a line: a name, a comma and the agency")]
            )
        there.append(Attended(name.strip(), agency.strip()))
    return there


ENDPOINT = page_at("GET /meetings", Permission.READ_CASES, "Meetings, and the form that opens one.", meetings)
FORM = page_at("POST /meetings", Permission.CHAIR, "Open a meeting.", open_meeting)
