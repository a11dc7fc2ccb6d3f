"""HTTP/1.1 as the service reads it: one reading of every request, a bounded head, and no waiting for ever.

A request that two readers could take apart differently, here and in a proxy before us, could carry another one inside
it. Such a request gets 400, its connection is closed, and nothing that was sent after it is read.
"""

import asyncio
import re
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from serving.errors import BAD_HTTP, ServiceError

#: Bytes of a request's first line and headers together.
MAX_HEAD = 16_384
#: Seconds for a head that has begun, and for the rest of a body that nobody waits for any more.
HEAD_SECONDS = 10
#: Seconds that a caller has to take an answer from the moment it waits for them.
UNREAD_SECONDS = 60
#: Longer than a proxy keeps its side of an idle connection (60 in nginx), so that it is the proxy that ends it.
KEEP_ALIVE_SECONDS = 65
#: Headers that say where a request ends and whom it is for.
_FRAMING = (b"content-length", b"transfer-encoding", b"host")
_LONE_LINE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)|\r\n[ \t]")


def fault_of_head(received: bytes) -> str:
    """What is wrong with the head that these bytes begin with; empty when nothing is, or not yet.

    Parameters
    ----------
    received : bytes
        From the first byte of a request on; the head may be incomplete, and a body and other requests may follow it.
    """
    head, ended, _ = received.partition(b"\r\n\r\n")
    if len(head) > MAX_HEAD:
        return "the head is too large"
    if _LONE_LINE_BREAK.search(head if ended else head.removesuffix(b"\r")):
        return "a line of the head ends in half a line break, or is folded"
    if not ended:
        return ""
    first, *lines = head.split(b"\r\n")
    given = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
    framing = {name: [value for known, value in given if known.strip() == name] for name in _FRAMING}
    lengths, encodings = framing[b"content-length"], framing[b"transfer-encoding"]
    if any(len(values) > 1 for values in framing.values()) or (lengths and encodings):
        return "a length, a transfer encoding or a host is given twice, or a length with a transfer encoding"
    if lengths and not lengths[0].isdigit():
        return "the length is not a whole number"
    if encodings and (encodings[0].lower() != b"chunked" or not first.endswith(b"HTTP/1.1")):
        return "the transfer encoding is not chunked, or the version has none"
    return ""


class _Connection(h11.Connection):
    """Looks at every head as it was sent, before it is taken apart."""

    def next_event(self) -> Any:
        if self.their_state is h11.IDLE and fault_of_head(self.trailing_data[0]):
            raise h11.RemoteProtocolError("the request is not well-formed")
        return super().next_event()


class Protocol(H11Protocol):
    """One connection."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self.conn = _Connection(h11.SERVER, MAX_HEAD)
        self.access_log = False  # it would hold paths
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        # Writing is "paused" while anything waits to be taken, and not only while much does.
        transport.set_write_buffer_limits(high=0)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        self._taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Part of an answer waits to be taken: not for ever, also when the connection is being closed."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Everything was taken."""
        self._taken()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self.transport.is_closing():  # what was sent after a request that closes the connection
            return
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next head, or for what is left of this body."""
        super().on_response_complete()
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """The refusal in the one shape; then the connection ends."""
        answer = ServiceError(BAD_HTTP).response()
        headers = [*answer.raw_headers, (b"connection", b"close"), (b"cache-control", b"no-store")]
        parts = (h11.Response(status_code=400, headers=headers), h11.Data(data=bytes(answer.body)), h11.EndOfMessage())
        try:
            for part in parts:
                self.transport.write(self.conn.send(part) or b"")
        except h11.LocalProtocolError:  # an answer has begun: the end of the connection is all that can be said
            pass
        self.transport.close()

    def _watch(self) -> None:
        state, cycle = self.conn.their_state, self.cycle
        head = state is h11.IDLE and (cycle is None or bool(self.conn.trailing_data[0]))
        rest = state is h11.SEND_BODY and cycle is not None and cycle.response_complete
        if not (head or rest):
            self._stop_waiting()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _taken(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
