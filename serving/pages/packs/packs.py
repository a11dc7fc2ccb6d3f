"""``GET /packs``: the papers of every meeting, and the form by which a partner agency is given its own."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.packs.partner import RULE
from matac_ml.page import pdf
from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints.endpoint import Runtime
from serving.endpoints.pack_contents import every_meeting
from serving.errors import ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.agenda import name_of
from serving.pages.forms import Form, current_session, plain_faults
from serving.pages.rendering import go_to, show_page


async def show_packs(
    runtime: Runtime, form: Form, error: ServiceError | None = None, *, closed: bool = False
) -> Response:
    """The page, with what is wrong with its form."""
    meetings = await asyncio.to_thread(every_meeting, runtime)
    agencies = sorted({one.agency for meeting in meetings for one in meeting.attended}, key=str.casefold)
    return show_page(
        runtime,
        "packs/packs.html",
        error.code.status if error else 200,
        here="/meetings",
        meetings=[(name_of(meeting.name), meeting) for meeting in reversed(meetings)],
        agencies=agencies,
        rule=RULE,
        prints_pdf=await asyncio.to_thread(pdf.available),
        may_disclose=CALLER.get().may(Permission.CHAIR),
        closed=closed,
        form=form,
        faults=plain_faults(error),
    )


async def packs(runtime: Runtime, request: Request) -> Response:
    """The page; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/packs")
    return await show_packs(runtime, {}, closed="closed" in request.query_params)


ENDPOINT = page_at("GET /packs", Permission.READ_CASES, "The papers of every meeting.", packs)
