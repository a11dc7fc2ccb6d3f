"""``GET /board``: what is in force and since when, what is asked for, and the forms that decide."""

import asyncio
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.practice import APPROVAL_DAYS
from matac_ml.release import PAPER_MEDIA
from serving.access.principal import CALLER
from serving.endpoints.board import board_now
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import UNKNOWN, ServiceError
from serving.pages.forms import Form, plain_faults
from serving.pages.papers.papers import grouped
from serving.pages.rendering import show_page


async def show_board(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    """The page, with what is wrong with a form that was sent."""
    deployment = runtime.deployment
    release, seen = deployment.on_disk, await asyncio.to_thread(board_now, runtime)
    may_decide = CALLER.get().may(Permission.DECIDE_APPROVAL)
    return show_page(
        runtime,
        "board/board.html",
        error.code.status if error else 200,
        here="/board",
        faults=plain_faults(error),
        form=form,
        seen=seen,
        held=seen.approvals,
        gates=seen.gates,
        waived={gate.gate: gate.reason for gate in seen.waivers},
        has_comparison="comparison.html" in deployment.papers.files,
        pending=grouped(sorted(release.papers)) if release and may_decide and deployment.papers.reason else {},
        may_decide=may_decide,
        latest=clock.today() + timedelta(days=APPROVAL_DAYS),
    )


async def board(runtime: Runtime, _: Request) -> Response:
    """The page as it is opened."""
    return await show_board(runtime, {})


async def paper_to_decide(runtime: Runtime, request: Request) -> Response:
    """One paper of the release on disk, for whoever decides about it: approved or not."""
    release, name = runtime.deployment.on_disk, request.path_params["name"]
    if release is None or name not in release.papers:
        raise ServiceError(UNKNOWN, faults=[("name", "the release on disk has no paper of that name")])
    return Response(release.papers[name], media_type=PAPER_MEDIA[name.rpartition(".")[2]])


ENDPOINT = Endpoint(
    address="GET /board",
    permission=Permission.READ_BOARD,
    summary="What is in force, who approved it and what is asked for, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=board,
)
PAPER = Endpoint(
    address="GET /board/papers/{name}",
    permission=Permission.DECIDE_APPROVAL,
    summary="One paper of the release on disk, before it is approved.",
    media=("text/html", "text/markdown", "text/csv", "application/pdf", "application/json"),
    page=True,
    described=False,
    handler=paper_to_decide,
)
