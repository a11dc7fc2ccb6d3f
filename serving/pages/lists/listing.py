"""``POST /list`` and ``GET /lists/NAME``: a list is opened and recorded once, and stands at an address of its own."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.api.answers import RankedPerson
from serving.deployment.active import ActiveDeployment
from serving.endpoints import rank
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.lists.home import show_home
from serving.pages.rendering import go_to, show_page

#: What a list can be narrowed to: the word in the address, the words beside the box, and who is left.
SHOWN: dict[str, tuple[str, Callable[[RankedPerson], bool]]] = {
    "victim": ("Also a victim", lambda person: person.also_victim),
    "serial": ("Serial perpetrator", lambda person: person.serial_perpetrator),
    "tied": ("Tied at the cut", lambda person: person.tied_at_cut),
}


def made_from(deployment: ActiveDeployment) -> str:
    """What a list rests on: shown again under anything else, it could say something else than was recorded."""
    versions = deployment.context.versions
    parts = (versions.data_hash, versions.policy_sha256, versions.model_hash, deployment.mode.mode, deployment.as_of)
    return " ".join(map(str, parts))


async def open_list(runtime: Runtime, request: Request) -> Response:
    """Record the list that the form asks for, and lead to it; or show the form again with what is wrong with it."""
    form = await read_form(request)
    filled_in = {name: form[name] for name in ("k", "area", "order") if form.get(name)}
    if not current_session().purpose:
        return go_to("/purpose")
    try:
        asked = consulting(rank.RankRequest, **filled_in)
        answer = await rank.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return show_home(runtime, form, error)
    kept = {
        "asked": asked.model_dump(include={"k", "area", "order"}),
        "made_from": made_from(runtime.deployment),
        "entries": [min(answer.ledger.entries), max(answer.ledger.entries)],
        "recorded_at": answer.ledger.recorded_at.isoformat(),
    }
    runtime.pages.store.open_page(current_session(), answer.list_id, kept)
    return go_to(f"/lists/{answer.list_id}")


async def show_list(runtime: Runtime, request: Request) -> Response:
    """A list that this session has opened, as it was recorded; its people in part where filters ask for that."""
    name, session = request.path_params["name"], current_session()
    kept = runtime.pages.store.opened(session, name) if name.startswith("L-") else None
    if kept is None or kept["made_from"] != made_from(runtime.deployment):
        return show_page(runtime, "lists/not_open.html", here="/", kept=kept)
    deployment = runtime.deployment
    asked = consulting(rank.RankRequest, **kept["asked"])
    first, people = await asyncio.to_thread(rank.first_places, deployment, asked)
    chosen = [word for word in SHOWN if word in request.query_params.getlist("show")]
    return show_page(
        runtime,
        "lists/list.html",
        here="/",
        list_id=name,
        kept=kept,
        asked=asked,
        first=first,
        of=deployment.ranking.count(asked.area, order=asked.order),
        of_both=deployment.ranking.rank_table.of_both,
        everybody=people,
        people=[person for person in people if all(SHOWN[word][1](person) for word in chosen)],
        chosen=chosen,
        shown={word: (words, sum(map(keep, people))) for word, (words, keep) in SHOWN.items()},
        measured={person.person_id: deployment.ranking.values(person.person_id) or {} for person in people},
        most=max((person.matrix_total for person in people), default=1) or 1,
        as_of=deployment.as_of,
        tie_rule=rank.TIE_RULE,
        serial_rule=deployment.context.policy.serial_rule.label,
        age=(clock.today() - deployment.context.data_as_of).days,
    )


ENDPOINT = Endpoint(
    address="POST /list",
    permission=Permission.SCORE,
    summary="Open a list.",
    media=("text/html",),
    page=True,
    described=False,
    handler=open_list,
)
VIEW = Endpoint(
    address="GET /lists/{name}",
    permission=Permission.SCORE,
    summary="A list that was opened, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=show_list,
)
