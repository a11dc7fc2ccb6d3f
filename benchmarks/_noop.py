"""A BentoML service that does nothing, under our server: the least that any answer over it costs on this machine.

``python -m benchmarks._noop PORT`` serves it; with the open files of a worker in place of the port it is a worker.
"""

import os
import sys

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

import bentoml
from starlette.types import ASGIApp

from serving.endpoints.score import ScoreRequest
from serving.server.supervisor import Supervisor, listen
from serving.worker import application_of, run_worker


@bentoml.service(name="noop", workers=int(os.environ.get("MATAC_WORKERS", "1")), logging={"access": {"enabled": False}})
class Noop:
    """Reads the same request, and answers nothing."""

    @bentoml.api(route="/v1/score")
    async def score(self, request: ScoreRequest, /) -> dict[str, str]:
        """An empty answer."""
        return {}


def _make_app() -> ASGIApp:
    return application_of(Noop)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_worker(_make_app)
    else:
        socket, workers = listen("127.0.0.1", int(sys.argv[1])), int(os.environ.get("MATAC_WORKERS", "1"))
        sys.exit(Supervisor(["-m", "benchmarks._noop"], socket, workers=workers, environ=os.environ).run())
