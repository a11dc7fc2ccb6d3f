"""A request that two programs could read differently ends its connection, and nothing sent after it is run."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from matac_ml.casework import Ledger
from matac_ml.roles import ServiceRole
from serving.server.http11 import HEAD_SECONDS, MAX_HEAD, fault_of_head
from tests.proving import in_prove
from tests.serving.running import Service, running, write_keys

_TAKEN = b'{"user": "smuggler", "matrix_only": true, "reason": "This must never have been run."}'
SMUGGLED = (
    b"POST /v1/matrix-only HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_TAKEN), _TAKEN)
)
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEAD = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

#: What is wrong -> the request whose framing is at fault.
FAULTY: dict[str, bytes] = {
    "a length and pieces": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces and a length": HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "a length of nothing and pieces": HEAD + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a length and pieces on a GET": HEAD.replace(b"POST", b"GET")
    + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
    "the same length twice": HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "two lengths in one line": HEAD + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": HEAD + b"Content-Length: -2\r\n\r\n{}",
    "a length in hexadecimal": HEAD + b"Content-Length: 0x2\r\n\r\n{}",
    "an empty length": HEAD + b"Content-Length: \r\n\r\n{}",
    "two encodings": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "two encodings in one line": HEAD + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "an unknown encoding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "an encoding with a tab inside": HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": HEAD + b"Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "a folded encoding": HEAD + b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "a folded line": HEAD + b"X-Note: one\r\n\tContent-Length: 40\r\nContent-Length: 2\r\n\r\n{}",
    "pieces in HTTP/1.0": HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "half a line break": HEAD + b"X-Note: one\nContent-Length: 40\r\nContent-Length: 2\r\n\r\n{}",
    "half a line break at the end": HEAD + b"Content-Length: 2\n\r\n{}",
    "a lone carriage return": HEAD + b"X-Note: one\rContent-Length: 40\r\nContent-Length: 2\r\n\r\n{}",
    "two hosts": HEAD + b"Host: elsewhere.example\r\nContent-Length: 2\r\n\r\n{}",
    "a nul in a header": HEAD + b"X-Note: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "no colon": b"GET /livez HTTP/1.1\r\nHost localhost\r\n\r\n",
    "a first line that is none": b"livez\r\nHost: localhost\r\n\r\n",
    "a piece whose size is no number": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a piece that is longer than its size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a head without end": b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * (2 * MAX_HEAD) + b"\r\n\r\n",
    "a thousand headers": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n" + b"X-More: 0123456789\r\n" * 1_000 + b"\r\n",
}


def exchange(service: Service, sent: bytes, *, seconds: float = 10) -> bytes:
    """Everything that comes back until the other side closes the connection; it must do so."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=seconds) as wire:
        wire.sendall(sent)
        received = bytearray()
        try:
            while part := wire.recv(65_536):
                received += part
        except ConnectionResetError:  # closed while we were still sending: what was answered came before
            pass
    return bytes(received)


def smuggled(service: Service) -> int:
    """How often the request that must not run did."""
    with Ledger.open(service.ledger) as ledger:
        return sum(entry.actor == "smuggler" for entry in ledger.entries())


HEADS = (b"", b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHost: localh", LIVEZ + b"GET /l")


@pytest.fixture(scope="module", autouse=True)
def given_up(service: Service) -> Iterator[list["Future[bytes]"]]:
    """What comes back for heads that do not end: sent before every other test of this file, which goes on meanwhile."""
    with ThreadPoolExecutor(len(HEADS)) as together:
        yield [together.submit(exchange, service, sent, seconds=6 * HEAD_SECONDS) for sent in HEADS]


@pytest.mark.parametrize("name", FAULTY)
def test_a_framing_fault_ends_the_connection(service: Service, name: str) -> None:
    """One refusal comes back, the connection is closed, and the request behind it does not run."""
    received = exchange(service, FAULTY[name] + SMUGGLED)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert b'"code":"bad_http"' in received
    assert smuggled(service) == 0


def test_the_fault_of_a_second_request_is_found_too(service: Service) -> None:
    """After a good request on the same connection a faulty one is refused, and what follows is not run."""
    received = exchange(service, LIVEZ + FAULTY["pieces and a length"] + SMUGGLED)
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200", b"400"]
    assert smuggled(service) == 0


@pytest.mark.parametrize("at_once", [True, False])
def test_a_body_that_is_not_read_is_not_taken_for_a_request(service: Service, at_once: bool) -> None:
    """A body larger than is read is refused and its connection closed: what stands in it does not run."""
    head = HEAD + b"Content-Length: 9999999\r\n\r\n"
    sent = head + (SMUGGLED if at_once else b"")
    received = exchange(service, sent)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in received.lower()
    assert smuggled(service) == 0


def test_ordinary_requests_share_a_connection(service: Service) -> None:
    """Two requests sent at once, the second with a body in pieces, are both answered."""
    pieces = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    received = exchange(service, LIVEZ + pieces)
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200", b"422"]


def test_a_head_is_judged_the_same_whatever_follows_it() -> None:
    """Cut anywhere, a good head has no fault; a faulty one keeps its fault when more arrives."""
    good = HEAD + b"Content-Length: 2\r\n\r\n{}"
    assert [cut for cut in range(len(good) + 1) if fault_of_head(good[:cut])] == []
    for name in ("a length and pieces", "two hosts", "half a line break", "a folded line"):
        assert fault_of_head(FAULTY[name])
        assert fault_of_head(FAULTY[name] + SMUGGLED)


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "True-Client-IP"],
)
def test_a_header_cannot_make_a_caller_local(service: Service, header: str) -> None:
    """With access off, a request that says whom it was passed on for is not one of this machine's; it is refused."""
    sent = f"GET /v1/model HTTP/1.1\r\nHost: localhost\r\n{header}: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert exchange(service, sent.encode()).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    ("trusted", "statuses"),
    in_prove(
        [("", {401, 429}), ("127.0.0.0/8", {401}), ("10.0.0.7", {401, 429})],
        but=[("127.0.0.0/8", {401}), ("10.0.0.7", {401, 429})],
    ),
)
def test_an_address_in_a_header_counts_only_from_the_proxy_that_was_named(
    made_up: Path, tmp_path: Path, trusted: str, statuses: set[int]
) -> None:
    """Strangers who name another address each time are limited as one, unless a trusted proxy named the addresses."""
    keys = write_keys(tmp_path, ServiceRole.ANALYST)
    told = {"MATAC_KEYS_FILE": str(keys), "MATAC_REQUESTS_PER_MINUTE": "6", "MATAC_TRUSTED_PROXIES": trusted}
    with running(made_up, tmp_path, **told) as service, httpx.Client(base_url=service.url) as strangers:
        asked = [strangers.get("/v1/model", headers={"X-Forwarded-For": f"10.1.1.{i}"}) for i in range(30)]
    assert {answer.status_code for answer in asked} == statuses


def test_a_head_that_does_not_arrive_is_given_up(given_up: list["Future[bytes]"]) -> None:
    """A connection on which a head never comes, or never ends, is closed by the service."""
    received = [one.result() for one in given_up]
    assert [one.count(b"HTTP/1.1 200") for one in received] == [sent.count(b"\r\n\r\n") for sent in HEADS]
