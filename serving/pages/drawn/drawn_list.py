"""``POST /drawn/open``, ``POST /drawn/rebuild`` and ``GET /drawn/NUMBER``: a drawn list, recorded when it is opened."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.api.answers import LedgerNote
from matac_ml.api.lists import DrawnListAnswer
from serving.endpoints import rebuild_list, show_list
from serving.endpoints.drawn_lists import known_list, list_answer
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.drawn.drawing import reference_of, remember
from serving.pages.drawn.narrowing import SHOWN, SORTED, chosen_of, narrowed
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.once import counted_once
from serving.pages.rendering import go_to, show_page, show_problem


async def open_drawn(runtime: Runtime, request: Request) -> Response:
    """Record that a list is looked at, and lead to it."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    try:
        asked = consulting(show_list.ListRequest, number=form.get("number", ""))
        return go_to(remember(runtime, await show_list.ENDPOINT.call(runtime, asked)))
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return show_problem(runtime, error)


async def rebuild_drawn(runtime: Runtime, request: Request) -> Response:
    """Draw the list again from the records in force, then show whether the two agree."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    try:
        asked = consulting(show_list.ListRequest, number=form.get("number", ""))
        found = await rebuild_list.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return show_problem(runtime, error)
    session, reference = current_session(), reference_of(found.number)
    # Whoever has not opened the list is led to the form that opens it.
    if (kept := runtime.pages.store.opened(session, reference)) is not None:
        rebuilt = found.model_dump(mode="json", exclude={"ledger"})
        runtime.pages.store.open_page(session, reference, {**kept, "rebuilt": rebuilt})
    return go_to(f"/drawn/{found.number}")


async def show_drawn(runtime: Runtime, request: Request) -> Response:
    """A list that this session has opened; narrowed and in another order where the address asks for that."""
    name = request.path_params["number"]
    kept = runtime.pages.store.opened(current_session(), reference_of(name))
    if kept is None:
        return show_page(runtime, "drawn/not_open.html", here="/drawn", number=name if name.isdecimal() else "")
    answer = await asyncio.to_thread(_answer, runtime, int(name), kept["entries"])
    listed = [person for person in answer.people if person.standing in ("on the list", "tied")]
    chosen = chosen_of(request.query_params.getlist("show"))
    order = request.query_params.get("sort", "rank")
    order = order if order in SORTED else "rank"
    return show_page(
        runtime,
        "drawn/drawn_list.html",
        here="/drawn",
        answer=answer,
        made=answer.summary,
        everybody=listed,
        people=narrowed(listed, chosen, order),
        below=[person for person in answer.people if person.standing == "below the line"],
        left_out=[person for person in answer.people if person.standing == "left out"],
        chosen=chosen,
        order=order,
        orders={word: words for word, (words, _) in SORTED.items()},
        shown={word: (words, sum(map(keep, listed))) for word, (words, keep) in SHOWN.items()},
        most=max((person.matrix_total for person in listed), default=1) or 1,
        tied=sum(person.standing == "tied" for person in listed),
        kept=kept,
        rebuilt=kept.get("rebuilt"),
    )


def _answer(runtime: Runtime, number: int, entries: list[int]) -> DrawnListAnswer:
    drawn = known_list(runtime, number)
    note = LedgerNote(entries=tuple(entries), head="", recorded_at=drawn.drawn_at)
    return list_answer(runtime, runtime.deployment, drawn, note)


ENDPOINT = Endpoint(
    address="POST /drawn/open",
    permission=Permission.SCORE,
    summary="Open a drawn list.",
    media=("text/html",),
    page=True,
    described=False,
    handler=counted_once(open_drawn),
)
REBUILD = Endpoint(
    address="POST /drawn/rebuild",
    permission=Permission.SCORE,
    summary="Draw a kept list up again and compare it.",
    media=("text/html",),
    page=True,
    described=False,
    handler=counted_once(rebuild_drawn),
)
VIEW = Endpoint(
    address="GET /drawn/{number}",
    permission=Permission.SCORE,
    summary="A drawn list that was opened, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=show_drawn,
)
