"""A caller who never takes an answer does not keep a connection for ever."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from serving.server import http11

LARGE = b"x" * 8_000_000
_GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n"


async def _whole(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(LARGE))]})
    await send({"type": "http.response.body", "body": LARGE})


async def _in_parts(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for start in range(0, len(LARGE), 100_000):
        await send({"type": "http.response.body", "body": LARGE[start : start + 100_000], "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _cut_short(scope: Scope, receive: Receive, send: Send) -> None:
    """Half an answer: the server itself closes the connection, with much of it still to be taken."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(LARGE))]})
    await send({"type": "http.response.body", "body": LARGE[:5_000_000], "more_body": True})


App = Callable[[Scope, Receive, Send], Awaitable[None]]
Work = Callable[[socket.socket, uvicorn.Server], Awaitable[None]]


async def _with(app: App, work: Work) -> None:
    """Serve the application, connect with little room to receive, and do the work."""
    config = uvicorn.Config(app, http=http11.Protocol, ws="none", lifespan="off", log_config=None)
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        caller.setblocking(False)
        await asyncio.get_running_loop().sock_connect(caller, listener.getsockname())
        await work(caller, server)
    server.should_exit = True
    await serving


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("app", [_whole, _in_parts, _cut_short])
@pytest.mark.parametrize("header", [b"", b"Connection: close\r\n"])
def test_an_answer_that_nobody_takes_ends_its_connection(
    app: App, header: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given whole, in parts or cut short, kept open or to be closed: the connection is gone after a while."""
    monkeypatch.setattr(http11, "UNREAD_SECONDS", 0.2)

    async def leave_it(caller: socket.socket, server: uvicorn.Server) -> None:
        await asyncio.get_running_loop().sock_sendall(caller, _GET % header)
        await _until(lambda: bool(server.server_state.connections))
        await _until(lambda: not server.server_state.connections)

    asyncio.run(_with(app, leave_it))


@pytest.mark.parametrize("app", [_whole, _in_parts])
def test_an_answer_that_is_taken_slowly_arrives_whole(app: App) -> None:
    """Whoever reads in small pieces gets everything, and may ask again on the same connection."""

    async def read_all(caller: socket.socket, server: uvicorn.Server) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(2):
            await loop.sock_sendall(caller, _GET % b"")
            taken = 0
            while taken < len(LARGE):
                taken += (await loop.sock_recv(caller, 50_000)).count(b"x")
        assert server.server_state.connections

    asyncio.run(_with(app, read_all))
