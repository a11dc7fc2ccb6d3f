"""One worker: BentoML's own ASGI application under uvicorn, on the socket that its parent listens on.

``python -m serving.worker LISTENER REPORT LIFE`` is started by :mod:`serving.server.supervisor` with three open files:
the socket, a pipe to say "ready" or why not and afterwards that it still runs, and a pipe that ends when the parent
does.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, TextIO

import uvicorn
from starlette.types import ASGIApp

from matac_ml.errors import ShownError
from serving.server.http11 import KEEP_ALIVE_SECONDS, MAX_HEAD, Protocol
from serving.server.logs import set_up_logs
from serving.settings import read_proxies

#: Seconds that requests have to end when the service is stopped.
STOP_SECONDS = 20
#: Seconds between two signs of life.
BEAT_SECONDS = 5


class _Server(uvicorn.Server):
    """Tells the parent when it answers."""

    def __init__(self, config: uvicorn.Config, report: TextIO) -> None:
        super().__init__(config)
        self._report = report

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        say(self._report, 0, "")
        self._beats = asyncio.create_task(_beat(self._report.fileno()))


def say(report: TextIO, code: int, message: str) -> None:
    """Tell the parent that this worker is ready, or why it will not be."""
    report.write(json.dumps({"code": code, "message": message}) + "\n")
    report.flush()


async def _beat(report: int) -> None:
    """Say every few seconds that the event loop turns; a worker that hangs says nothing, and is replaced."""
    os.set_blocking(report, False)
    while True:
        with suppress(BlockingIOError):  # the parent sleeps; it has enough to read
            os.write(report, b"\n")
        await asyncio.sleep(BEAT_SECONDS)


def _leave(_: int, __: FrameType | None) -> None:
    """End as a program ends: killed by the signal, it would leave its temporary files, with records in them, behind."""
    sys.exit(0)


def _end_with(life: int) -> None:
    """Stop when the parent is gone: nobody would stop this worker later, and it would keep the port."""
    os.read(life, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def run_worker(make_app: Callable[[], ASGIApp]) -> None:
    """Serve an application until told to stop; a fault at the start is reported to the parent and ends the worker."""
    listener, reporting, life = (int(word) for word in sys.argv[1:4])
    report = os.fdopen(reporting, "w", encoding="utf-8")
    set_up_logs()
    signal.signal(
        signal.SIGTERM, _leave
    )  # uvicorn has its own while it serves, and gives this one the signal afterwards
    try:
        app = make_app()
        proxies = read_proxies()
    except ShownError as error:
        say(report, error.exit_code, str(error))
        sys.exit(error.exit_code)
    set_up_logs()  # BentoML has set up its own
    threading.Thread(target=_end_with, args=(life,), name="parent", daemon=True).start()
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whoever can connect can write any address into a header: none is believed unless the proxy's own is known.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=MAX_HEAD,
    )
    asyncio.run(_Server(config, report).serve(sockets=[socket.socket(fileno=listener)]))


def application_of(service: Any) -> ASGIApp:
    """BentoML's own ASGI application of a service."""
    app = service.to_asgi(is_main=False)
    # BentoML's keeps a timer of a minute for every request, also one answered long ago; the gate keeps the minute.
    app.user_middleware = [layer for layer in app.user_middleware if layer.cls.__name__ != "TimeoutMiddleware"]
    served: ASGIApp = app
    return served


def _make_app() -> ASGIApp:
    from serving.deployment.runtime import get_runtime
    from serving.service import MatacService

    get_runtime().start()
    return application_of(MatacService)


if __name__ == "__main__":
    run_worker(_make_app)
