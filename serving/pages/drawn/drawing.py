"""``/drawn``: every list that was drawn, the form that draws one, and the commitment to a seed for ties."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.api.lists import DrawnListAnswer
from matac_ml.errors import UsageError
from matac_ml.lists.quotas import read_quotas
from serving.deployment.own_area import own_area
from serving.endpoints import commit_lot, draw_list
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.lists import every_list
from serving.endpoints.rank import capacity
from serving.errors import INVALID, ServiceError
from serving.pages.forms import Form, consulting, current_session, plain_faults, read_form
from serving.pages.once import counted_once
from serving.pages.rendering import go_to, show_page

#: Under which a session keeps the seed that it committed to.
_SEED = "seed of the next list"


def remember(runtime: Runtime, answer: DrawnListAnswer, **more: object) -> str:
    """Let this session come back to a list that it was shown, and whose showing is in the ledger; give its address."""
    entries = answer.ledger.entries
    kept = {"entries": [min(entries), max(entries)], **more}
    runtime.pages.store.open_page(current_session(), reference_of(answer.summary.number), kept)
    return f"/drawn/{answer.summary.number}"


def reference_of(number: int | str) -> str:
    """The name under which a session keeps a drawn list."""
    return f"drawn-{number}"


async def _show(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    deployment = runtime.deployment
    found = await asyncio.to_thread(every_list, runtime)
    only, mine = own_area(runtime), current_session().area
    areas = (only,) if only else deployment.ranking.areas()
    return show_page(
        runtime,
        "drawn/lists.html",
        error.code.status if error else 200,
        here="/drawn",
        faults=plain_faults(error),
        lists=found.lists,
        size=form.get("places", str(capacity(deployment))),
        area=form.get("area", mine if mine in areas else ""),
        quotas=form.get("quotas", ""),
        order=form.get("order", "matrix"),
        areas=areas,
        only=only,
        as_of=deployment.as_of,
        lots=deployment.context.policy.lots,
        seed=form.get("seed", _seed(runtime)),
    )


def _seed(runtime: Runtime) -> str:
    """The seed that this session committed to and has not drawn by yet."""
    kept = runtime.pages.store.opened(current_session(), _SEED) or {}
    return str(kept.get("seed", ""))


async def commit(runtime: Runtime, request: Request) -> Response:
    """Commit to a seed, and fill it into the form."""
    await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    try:
        answer = await commit_lot.ENDPOINT.call(runtime, consulting(commit_lot.CommitRequest))
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, {}, error)
    runtime.pages.store.open_page(current_session(), _SEED, {"seed": answer.seed})
    return go_to("/drawn")


async def lists_page(runtime: Runtime, _: Request) -> Response:
    """The lists and the empty form; first the purpose, for whoever has not said it."""
    return go_to("/purpose?to=/drawn") if not current_session().purpose else await _show(runtime, {})


def _filled_in(runtime: Runtime, form: Form) -> dict[str, Any]:
    """What the form asks for; places by area stand in for an area and a number of places."""
    fields: dict[str, Any] = {name: form[name] for name in ("places", "area", "order", "seed") if form.get(name)}
    areas = runtime.deployment.ranking.areas()
    if fields.get("area", "") not in ("", *areas):
        raise ServiceError(INVALID, faults=[("area", "an area of the list")])
    if not form.get("quotas", "").strip():
        return fields
    try:
        quotas = read_quotas(text for text in form["quotas"].split(";") if text.strip())
    except UsageError as error:
        raise ServiceError(INVALID, faults=[("quotas", error.message)]) from error
    if not quotas.keys() <= set(areas):
        raise ServiceError(INVALID, faults=[("quotas", "areas of the list")])
    return {**{name: value for name, value in fields.items() if name not in ("area", "places")}, "quotas": quotas}


async def draw(runtime: Runtime, request: Request) -> Response:
    """Draw the list that the form asks for, and lead to it; or show the form again with what is wrong with it."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/drawn")
    try:
        asked = consulting(draw_list.DrawListRequest, **_filled_in(runtime, form))
        answer = await draw_list.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await _show(runtime, form, error)
    if answer.summary.lot is not None:
        runtime.pages.store.open_page(current_session(), _SEED, {})
    return go_to(remember(runtime, answer))


ENDPOINT = Endpoint(
    address="GET /drawn",
    permission=Permission.SCORE,
    summary="Every list that was drawn, and the form that draws one, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=lists_page,
)
FORM = Endpoint(
    address="POST /drawn",
    permission=Permission.SCORE,
    summary="Draw a list.",
    media=("text/html",),
    page=True,
    described=False,
    handler=counted_once(draw),
)
COMMIT = Endpoint(
    address="POST /drawn/commit",
    permission=Permission.SCORE,
    summary="Commit to a seed by which ties are put in order.",
    media=("text/html",),
    page=True,
    described=False,
    handler=counted_once(commit),
)
