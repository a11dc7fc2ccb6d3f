"""Workers of the real kind with a small application, under the real parent: ready in no time.

``python -m tests.serving.small_service PORT`` is the parent; with the numbers of open files it is a worker.
"""

import os
import sys
import tempfile
import time

from starlette.types import Receive, Scope, Send

from matac_ml.outfile import private_files
from serving import worker
from serving.server.supervisor import Supervisor, listen

#: Gone when the worker ends as a program ends, as a database of records is.
ASIDE = tempfile.TemporaryDirectory(prefix="aside-")


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Say which process this is; ``/hang`` does something for ever, as a fault in a library would."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    while scope["path"] == "/hang":
        time.sleep(1)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(os.getpid()).encode()})


if __name__ == "__main__":
    if len(sys.argv) > 2:
        worker.BEAT_SECONDS = 0.1  # type: ignore[assignment]
        worker.run_worker(lambda: answer)
    else:
        ASIDE.cleanup()
        with private_files():
            listener = listen("127.0.0.1", int(sys.argv[1]))
            command = ["-m", "tests.serving.small_service"]
            sys.exit(Supervisor(command, listener, workers=1, environ=os.environ, hang_seconds=2).run())
