"""The BentoML service: a method for each address with a JSON body, the gate before all, the other addresses beside."""

import os

# Before BentoML is imported: nothing is reported to anybody.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")
# Under ``bentoml serve`` uvicorn would believe any X-Forwarded-For that comes from this machine.
os.environ["FORWARDED_ALLOW_IPS"] = os.environ.get("MATAC_TRUSTED_PROXIES") or "nobody"

from functools import partial
from typing import Any

import bentoml
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.deployment.runtime import get_runtime
from serving.endpoints import ENDPOINTS
from serving.endpoints.endpoint import AnyEndpoint
from serving.errors import respond
from serving.pages.rendering import show_problem
from serving.server.application import build_application
from serving.server.gate import Gate
from serving.server.logs import set_up_logs
from serving.server.page_gate import PageGate


def _gate(app: ASGIApp) -> Gate:
    """The gate as this worker's settings have it; made in the worker, when BentoML builds its stack."""
    runtime = get_runtime()
    return Gate(
        app,
        runtime.access,
        body_limit=runtime.settings.body_limit,
        requests_per_minute=runtime.settings.requests_per_minute,
        access_log=runtime.settings.access_log,
        pages=PageGate(runtime.pages, partial(show_problem, runtime)),
    )


async def _application(scope: Scope, receive: Receive, send: Send) -> None:
    await build_application(get_runtime())(scope, receive, send)


class _Worker:
    """Explained scores for a MATAC meeting. A person decides."""

    def __init__(self) -> None:
        set_up_logs()  # ``bentoml serve`` has set up its own
        self.runtime = get_runtime()
        self.runtime.start()

    @bentoml.on_shutdown
    def close(self) -> None:
        """End the worker's threads and its connection to the ledger."""
        self.runtime.stop()

    def __is_ready__(self) -> bool:
        """Whether a score could be given now."""
        return self.runtime.is_ready


def _method(endpoint: AnyEndpoint) -> Any:
    """What answers an address with a JSON body, under the name by which BentoML's clients call it."""

    async def answer(self: _Worker, request: Any, /) -> Response:
        return await respond(endpoint.call(self.runtime, request))

    answer.__name__, answer.__doc__ = endpoint.name, endpoint.summary
    answer.__annotations__ = {"request": endpoint.request, "return": Response}
    return bentoml.api(answer, route=endpoint.path, output_spec=endpoint.answer)


for _endpoint in ENDPOINTS:
    if _endpoint.request is not None:
        setattr(_Worker, _endpoint.name, _method(_endpoint))

MatacService = bentoml.service(
    name="matac_ml",
    workers=int(os.environ.get("MATAC_WORKERS", "1")),
    traffic={"timeout": 65},  # the gate ends a request after 60 seconds, in the one shape
    http={"host": "127.0.0.1", "port": 3000},
    logging={"access": {"enabled": False}},  # its lines hold paths; ours are written by the gate
    metrics={"enabled": False},  # its labels hold paths; ours are in serving/endpoints/metrics.py
)(_Worker)
MatacService.add_asgi_middleware(_gate)
MatacService.mount_asgi_app(_application, path="/")
