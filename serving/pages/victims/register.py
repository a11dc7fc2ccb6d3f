"""``POST /victims`` and ``GET /victims``: the register of victims a page at a time, on record when a page is opened."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.deployment.own_area import own_area
from serving.endpoints import victims
from serving.endpoints.endpoint import Runtime
from serving.endpoints.victims import ON_A_PAGE, VictimsRequest
from serving.pages.casework.address import page_at
from serving.pages.forms import consulting, current_session, read_form
from serving.pages.lists.listing import made_from
from serving.pages.rendering import go_to, show_page

#: The words of an address and a form, and what the API is asked.
_SUPPORT = {"yes": True, "no": False}


@dataclass(frozen=True)
class _Narrowed:
    """What a form or an address asks for; whatever it cannot mean counts as not asked."""

    area: str = ""
    why: str = ""
    support: str = ""
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, str], runtime: Runtime) -> "_Narrowed":
        areas, page = {one.area for one in runtime.deployment.victims}, said.get("page", "1")
        return cls(
            area=own_area(runtime) or (said.get("area", "") if said.get("area") in areas else ""),
            why=said.get("why", "") if said.get("why") in ("several", "again") else "",
            support=said.get("support", "") if said.get("support") in _SUPPORT else "",
            page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    @property
    def address(self) -> str:
        asked = {name: value for name, value in asdict(self).items() if value not in ("", 1)}
        return f"/victims?{urlencode(asked)}" if asked else "/victims"

    def asked(self) -> VictimsRequest:
        given: dict[str, Any] = {"area": self.area or None, "why": self.why or None, "page": self.page}
        return consulting(VictimsRequest, **given, supported=_SUPPORT.get(self.support))


def _reference(narrowed: _Narrowed) -> str:
    return f"register of victims {narrowed.address}"


async def open_register(runtime: Runtime, request: Request) -> Response:
    """Record that the people of one page are looked at, and lead to them."""
    form = await read_form(request)
    if not current_session().purpose:
        return go_to("/purpose?to=/victims")
    narrowed = await asyncio.to_thread(_Narrowed.of, form, runtime)
    answer = await victims.REGISTER.call(runtime, narrowed.asked())
    kept = {
        "entries": [min(answer.ledger.entries), max(answer.ledger.entries)],
        "made_from": made_from(runtime.deployment),
        "people": [person.person_id for person in answer.people],
    }
    runtime.pages.store.open_page(current_session(), _reference(narrowed), kept)
    return go_to(narrowed.address)


async def show_register(runtime: Runtime, request: Request) -> Response:
    """A page that this session has opened, while it would show the people who are on record and nobody else."""
    narrowed = await asyncio.to_thread(_Narrowed.of, request.query_params, runtime)
    kept = runtime.pages.store.opened(current_session(), _reference(narrowed))
    if kept is None or kept["made_from"] != made_from(runtime.deployment):
        return show_page(runtime, "victims/not_open.html", here="/victims", asked=narrowed)
    answer = await asyncio.to_thread(victims.register_now, runtime, narrowed.asked())
    if [person.person_id for person in answer.people] != kept["people"]:
        return show_page(runtime, "victims/not_open.html", here="/victims", asked=narrowed)
    deployment = runtime.deployment
    return show_page(
        runtime,
        "victims/register.html",
        here="/victims",
        answer=answer,
        asked=narrowed,
        pages=-(-(answer.of - answer.masked) // ON_A_PAGE),
        areas=[only] if (only := own_area(runtime)) else sorted({one.area for one in deployment.victims if one.area}),
        only=only,
        kept=kept,
        may_support=CALLER.get().may(Permission.SUPPORT_VICTIMS),
    )


ENDPOINT = page_at("POST /victims", Permission.SCORE, "Open a page of the register of victims.", open_register)
VIEW = page_at("GET /victims", Permission.SCORE, "A page of the register of victims that was opened.", show_register)
