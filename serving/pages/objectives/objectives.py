"""``GET /objectives`` and ``GET /papers/objectives/QUARTER``: the five objectives as a page, and as a paper."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.objectives import Quarter, objectives_paper
from matac_ml.objectives.paper import WARNING
from matac_ml.objectives.published import OBJECTIVES
from matac_ml.page import pdf
from matac_ml.roles import Permission
from serving.endpoints.endpoint import Runtime
from serving.endpoints.objectives import quarter_named, reckon
from serving.errors import ServiceError
from serving.pages.casework.address import page_at
from serving.pages.packs.printed import respond_with
from serving.pages.rendering import go_to, show_page

#: Quarters that the page offers, the latest first.
_OFFERED = 8


async def objectives(runtime: Runtime, request: Request) -> Response:
    """The quarter that the address asks for; the latest one that is over in the records unless it names another."""
    latest = Quarter.of(runtime.deployment.extract.cut_off)
    offered = [latest]
    while len(offered) < _OFFERED:
        offered.append(offered[-1].before)
    over = latest if runtime.deployment.extract.cut_off >= latest.last else latest.before
    asked = request.query_params.get("quarter", "")
    quarter = next((one for one in offered if one.name == asked), over)
    found = await asyncio.to_thread(reckon, runtime, quarter)
    return show_page(
        runtime,
        "objectives/objectives.html",
        here="/objectives",
        quarter=quarter,
        offered=offered,
        counted=found.counted,
        warning=WARNING,
        parts=[(name, [one for one in found.indicators if one.objective == name]) for name in OBJECTIVES],
        kept=found.kept,
        prints_pdf=await asyncio.to_thread(pdf.available),
    )


async def paper(runtime: Runtime, request: Request) -> Response:
    """The two-page paper of a quarter; the page for a quarter that there is not."""
    try:
        quarter = quarter_named(runtime, request.path_params["name"])
    except ServiceError:
        return go_to("/objectives")
    found = await asyncio.to_thread(reckon, runtime, quarter)
    document = objectives_paper(found.counted, found.indicators, found.kept, found.secret)
    return await respond_with(runtime, request, document, f"objectives-{quarter.name}", tight=True)


ENDPOINT = page_at("GET /objectives", Permission.READ_PAPERS, "The five objectives in a quarter.", objectives)
PAPER = page_at(
    "GET /papers/objectives/{name}", Permission.READ_PAPERS, "The five objectives of a quarter, to print.", paper
)
