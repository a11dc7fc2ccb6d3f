"""``GET /programme`` and ``POST /programme``: everybody's weeks on one board, and one form for a week of everybody."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.casework import Case, State
from matac_ml.casework.caseload import unrecorded
from matac_ml.casework.on_programme import asks_removal, missed
from matac_ml.roles import Permission, titles, who_may
from serving.access.principal import CALLER
from serving.endpoints import cycle
from serving.endpoints.endpoint import Runtime
from serving.endpoints.people import also_victim
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.cases import open_cases
from serving.pages.casework.many import MOST_ROWS, moved, rows_sent
from serving.pages.casework.sight import is_masked, record_looks
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page

#: How many weeks back the form can be filled in.
MOST_BACK = 52
_NOTHING = "Say of at least one person whether they engaged"


@dataclass(frozen=True)
class OnBoard:
    """One person's weeks.

    Attributes
    ----------
    week : int
        The week that the form is about; 0 where the person has none then.
    missed : int
        Weeks in a row, up to the last recorded one, in which the person did not engage.
    asked : str
        The question whether to remove the person, where the toolkit asks it.
    """

    case: Case
    week: int
    weeks: tuple[str, ...]
    missed: int
    missing: tuple[int, ...]
    also_victim: bool
    asked: str


def week_of(case: Case, day: date) -> int:
    """The week of the programme in which a day lies; 0 where it lies in none."""
    if case.started is None or day < case.started:
        return 0
    week = (day - case.started) // timedelta(weeks=1) + 1
    return week if week <= case.programme_weeks else 0


def board(runtime: Runtime, day: date) -> list[OnBoard]:
    """Everybody on a programme whom the caller may see, whoever ends first first."""
    cases = [case for case in open_cases(runtime) if case.state is State.PLANNED and not is_masked(runtime, case)]
    cases.sort(key=lambda case: (str(case.ends or ""), case.person_id))
    cases = cases[:MOST_ROWS]
    runtime.deployment.find_all([case.person_id for case in cases])  # in one go, not one after the other
    said: dict[bool | None, str] = {True: "yes", False: "no"}
    return [
        OnBoard(
            case,
            week_of(case, day),
            tuple(said.get(case.weeks.get(week), "") for week in range(1, case.programme_weeks + 1)),
            missed(case)[0],
            unrecorded(case, clock.today()),
            bool(also_victim(runtime.deployment, case.person_id)),
            asks_removal(case, runtime.toolkit),
        )
        for case in cases
    ]


async def _show(runtime: Runtime, back: int, form: Form, error: ServiceError | None, done: int = 0) -> Response:
    day = clock.today() - timedelta(weeks=back)
    rows = await asyncio.to_thread(board, runtime, day)
    await record_looks(runtime, "programme", [row.case for row in rows], judgements=runtime.toolkit.judgements)
    sent, faults = moved(form, plain_faults(error), "", [row.case.person_id for row in rows])
    needed = Permission.RUN_PROGRAMME
    return show_page(
        runtime,
        "casework/programme.html",
        error.code.status if error else 200,
        here="/programme",
        rows=rows,
        most=max((len(row.weeks) for row in rows), default=0),
        back=back,
        day=day,
        most_back=MOST_BACK,
        form=sent,
        faults=faults,
        done=done,
        why_not="" if CALLER.get().may(needed) else f"Weeks are recorded by the role {titles(who_may(needed))}",
    )


def _whole(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0


async def programme(runtime: Runtime, request: Request) -> Response:
    """The board; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/programme")
    query = request.query_params
    return await _show(runtime, _whole(query.get("back", ""), MOST_BACK), {}, None, _whole(query.get("done", ""), 999))


async def record_week(runtime: Runtime, request: Request) -> Response:
    """Record what is said of everybody's week; or show again what could not be recorded."""
    form = await read_form(request)
    back, note = _whole(form.get("back", ""), MOST_BACK), form.get("note", "").strip()
    faults: list[tuple[str, str]] = []
    done, code = 0, INVALID
    for row, who in rows_sent(form, ""):
        if form.get(f"engaged-{row}") not in ("yes", "no"):
            continue
        week, engaged = _whole(form.get(f"week-{row}", ""), 999), form[f"engaged-{row}"] == "yes"
        given = {"user": current_session().name, "person_id": who, "step": "engage", "week": week, "engaged": engaged}
        try:
            reason = form.get(f"why-{row}", "").strip() or note
            await cycle.ENDPOINT.call(runtime, validated(cycle.CycleRequest, {**given, "reason": reason}))
            done += 1
        except ServiceError as error:
            if error.code.status >= 500:
                raise
            code = error.code
            faults += [(f"why-{row}", said) for said in plain_faults(error).values()]
    if not done and not faults:
        faults.append(("", _NOTHING))
    if faults:
        return await _show(runtime, back, form, ServiceError(code, faults=faults))
    return go_to(f"/programme?back={back}&done={done}")


ENDPOINT = page_at("GET /programme", Permission.READ_CASES, "Everybody's weeks of the programme.", programme)
FORM = page_at("POST /programme", Permission.RUN_PROGRAMME, "Record a week of everybody.", record_week)
