"""The BentoML service: thin. It names the addresses; the gate stands before them and ``answering`` does the work."""

import os

# Before BentoML is imported: nothing is reported to anybody.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
# Under ``bentoml serve`` uvicorn would believe any X-Forwarded-For that comes from this machine.
os.environ["FORWARDED_ALLOW_IPS"] = os.environ.get("MATAC_TRUSTED_PROXIES") or "nobody"

from typing import TYPE_CHECKING

import bentoml
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from matac_ml.api.answers import (
    CohortAnswer,
    CycleAnswer,
    ExplanationAnswer,
    ForwardAnswer,
    IncidentsAnswer,
    MatrixOnlyAnswer,
    RankAnswer,
    ScoreAnswer,
    SubjectAccessAnswer,
)
from serving.respond import respond
from serving.schema import (
    CohortRequest,
    CycleRequest,
    ExplanationRequest,
    ForwardRequest,
    IncidentsRequest,
    MatrixOnlyRequest,
    RankRequest,
    ScoreRequest,
    SubjectAccessRequest,
)

if TYPE_CHECKING:
    from serving.gate import Gate

# The process that starts the workers imports this file too, and scores nothing: what only a worker needs is imported in
# the worker.


def _gate(app: ASGIApp) -> "Gate":
    """The gate as this worker's settings have it; made in the worker, when BentoML builds its stack."""
    from serving.gate import Gate
    from serving.runtime import get_runtime

    runtime = get_runtime()
    return Gate(
        app,
        runtime.access,
        body_limit=runtime.settings.body_limit,
        requests_per_minute=runtime.settings.requests_per_minute,
        access_log=runtime.settings.access_log,
    )


async def _pages(scope: Scope, receive: Receive, send: Send) -> None:
    """The pages, from a worker."""
    from serving.pages.app import build_pages

    await build_pages()(scope, receive, send)


@bentoml.service(
    name="matac_ml",
    workers=int(os.environ.get("MATAC_WORKERS", "1")),
    traffic={"timeout": 65},  # the gate ends a request after 60 seconds, in the one shape
    http={"host": "127.0.0.1", "port": 3000},
    logging={"access": {"enabled": False}},  # its lines hold paths; ours are written by the gate
    metrics={"enabled": False},  # its labels hold paths; ours are in serving/metrics.py
)
class MatacService:
    """Explained scores for a MATAC meeting. A person decides."""

    def __init__(self) -> None:
        from serving.runtime import get_runtime

        self.runtime = get_runtime()
        self.runtime.start()

    @bentoml.on_shutdown
    def close(self) -> None:
        """End the worker's threads and its connection to the ledger."""
        self.runtime.stop()

    def __is_ready__(self) -> bool:
        """Whether a score could be given now."""
        return self.runtime.is_ready

    @bentoml.api(route="/v1/score", output_spec=ScoreAnswer)
    async def score(self, request: ScoreRequest, /) -> Response:
        """Explained scores of up to 200 people."""
        return await respond(self.runtime.answering.score(request))

    @bentoml.api(route="/v1/rank", output_spec=RankAnswer)
    async def rank(self, request: RankRequest, /) -> Response:
        """The list of an area or the whole force."""
        return await respond(self.runtime.answering.rank(request))

    @bentoml.api(route="/v1/forward", output_spec=ForwardAnswer)
    async def forward(self, request: ForwardRequest, /) -> Response:
        """The scores in 28, 90 and 182 days if nothing further were recorded."""
        return await respond(self.runtime.answering.forward(request))

    @bentoml.api(route="/v1/incidents", output_spec=IncidentsAnswer)
    async def incidents(self, request: IncidentsRequest, /) -> Response:
        """The incidents behind somebody's score, with the people in them."""
        return await respond(self.runtime.answering.incidents(request))

    @bentoml.api(route="/v1/explanation", output_spec=ExplanationAnswer)
    async def explanation(self, request: ExplanationRequest, /) -> Response:
        """An explanation again, exactly as it was given."""
        return await respond(self.runtime.answering.explanation(request))

    @bentoml.api(route="/v1/subject-access", output_spec=SubjectAccessAnswer)
    async def subject_access(self, request: SubjectAccessRequest, /) -> Response:
        """What is held and was said of one person, in plain English."""
        return await respond(self.runtime.answering.subject_access(request))

    @bentoml.api(route="/v1/cycle", output_spec=CycleAnswer)
    async def cycle(self, request: CycleRequest, /) -> Response:
        """One step of the MATAC cycle."""
        return await respond(self.runtime.casework.step(request))

    @bentoml.api(route="/v1/cohort", output_spec=CohortAnswer)
    async def cohort(self, request: CohortRequest, /) -> Response:
        """The cohort of a meeting, with its overrides."""
        return await respond(self.runtime.casework.cohort(request))

    @bentoml.api(route="/v1/matrix-only", output_spec=MatrixOnlyAnswer)
    async def matrix_only(self, request: MatrixOnlyRequest, /) -> Response:
        """Turn the model off, or on again, for everybody."""
        return await respond(self.runtime.answering.matrix_only(request))


MatacService.add_asgi_middleware(_gate)  # type: ignore[attr-defined]  # the decorator makes a service of the class
MatacService.mount_asgi_app(_pages, path="/")  # type: ignore[attr-defined]
