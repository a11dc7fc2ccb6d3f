"""What every request passes before anything acts on it: address, identity, role, rate, size, JSON, schema.

An ASGI middleware, because BentoML reads bodies of any size, takes NaN, ignores unknown keys, and would fetch addresses
named in a multipart form. What the gate lets through is one well-formed request of the documented schema.
"""

import asyncio
import logging
import math
import time
import uuid
from http import HTTPMethod
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matac_ml.roles import Permission
from serving.access.credentials import Access
from serving.access.principal import CALLER, Principal, check_user
from serving.access.sessions import SESSION
from serving.endpoints.endpoint import AnyEndpoint
from serving.endpoints.metrics import get_metrics
from serving.errors import (
    FAULT,
    NO_ROUTE,
    NOT_ALLOWED,
    NOT_JSON,
    STOPPING,
    TOO_LONG,
    TOO_MANY,
    WRONG_METHOD,
    ServiceError,
)
from serving.routes import OTHER, address_of, endpoints_at
from serving.server.body import again, check_schema, read_body
from serving.server.logs import ACCESS
from serving.server.page_gate import PageGate, SignInNeededError
from serving.server.rate import RateLimit
from serving.settings import is_loopback

logger = logging.getLogger("matac.service")
access_log = logging.getLogger(ACCESS)

REQUEST_SECONDS = 60
#: Seconds after which whoever was refused by a stop may ask again: a worker is ready by then.
_AGAIN_SECONDS = 10
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: Papers are single files that carry their style and pictures; they may still run nothing and reach nothing.
_PAPER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser calls the origin of our own forms null
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def _find_endpoint(method: str, path: str) -> AnyEndpoint:
    found = endpoints_at(path)
    if not found:
        raise ServiceError(NO_ROUTE)
    asked = "GET" if method == "HEAD" else method
    for endpoint in found:
        if endpoint.method == asked:
            return endpoint
    allowed = {endpoint.method for endpoint in found}
    heads = {"HEAD"} if "GET" in allowed else set()
    raise ServiceError(WRONG_METHOD, headers={"Allow": ", ".join(sorted(allowed | heads))})


#: What decides something here: sent twice, a proxy before us may have read the other one.
_ONCE = ("host", "authorization", "content-type", "content-length", "transfer-encoding", "origin", "sec-fetch-site")


def _check_once(headers: Headers) -> None:
    """No header that decides anything comes twice."""
    faults = [f"the header {name} came more than once" for name in _ONCE if len(headers.getlist(name)) > 1]
    if "content-length" in headers and "transfer-encoding" in headers:
        faults.append("a length and a transfer encoding came together")
    if faults:
        # What follows on this connection may be a part of this request that somebody else reads as another one.
        raise ServiceError(NOT_ALLOWED, faults=[("", fault) for fault in faults], headers={"Connection": "close"})


#: What proxies add: whoever sends one of these was not asked by this machine directly.
_OF_PROXIES = frozenset(
    ("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "cf-connecting-ip")
)


def _parts(address: str) -> SplitResult:
    """The parts of an address; all of them empty when it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _check_this_machine(scope: Scope, headers: Headers) -> None:
    """With access off only this machine is answered, and no page of another site may speak through its browser."""
    client = scope.get("client")
    host = _parts(f"//{headers.get('host', '')}").hostname or ""
    forwarded = any(name in _OF_PROXIES or name.startswith("x-forwarded") for name in headers)
    if client is None or not is_loopback(client[0]) or not is_loopback(host) or forwarded:
        message = "access is off, so only this machine is answered, directly and by the name localhost"
        raise ServiceError(NOT_ALLOWED, faults=[("", message)])


def _check_origin(headers: Headers) -> None:
    """A form or request sent by a page must come from a page of ours."""
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site", "none")
    same = origin is None or _parts(origin).netloc == headers.get("host", "-")
    if not same or site not in ("same-origin", "none"):
        raise ServiceError(NOT_ALLOWED, faults=[("", "the request was sent by a page of another site")])


class Gate:
    """The middleware. Whom it recognised is left in :data:`serving.access.principal.CALLER`."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        *,
        body_limit: int,
        requests_per_minute: float,
        access_log: bool = False,
        pages: PageGate | None = None,
    ) -> None:
        self._app = app
        self._pages = pages
        self._logs_requests = access_log
        self._access = access
        self._body_limit = body_limit
        self._callers = RateLimit(requests_per_minute)
        #: Before anybody is recognised, and looser: many callers can share the address of a reverse proxy.
        self._addresses = RateLimit(requests_per_minute * 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer why not."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began, status = uuid.uuid4().hex, time.perf_counter(), 0
        SESSION.set(None)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, scope["path"], request_id)
            await send(message)

        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                receive = await self._admit(scope, receive)
                await self._app(scope, receive, send_with_headers)
        except SignInNeededError as needed:
            await needed.response()(scope, receive, send_with_headers)
        except ServiceError as error:
            await self._refusal(error, scope)(scope, receive, send_with_headers)
        except asyncio.CancelledError:
            # The service stops, and gave this request up when the time for what was under way had passed.
            if status:
                raise
            stopping = ServiceError(STOPPING, headers={"Retry-After": str(_AGAIN_SECONDS), "Connection": "close"})
            await self._refusal(stopping, scope)(scope, receive, send_with_headers)
        except Exception as error:
            code = TOO_LONG if isinstance(error, TimeoutError) else FAULT
            logger.exception("request %s failed", request_id)
            if not status:
                await ServiceError(code).response()(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - began, request_id)

    def _refusal(self, error: ServiceError, scope: Scope) -> Response:
        """A refusal: a page for whoever reads pages, and JSON for programs."""
        if self._pages is None or not is_for_people(scope):
            return error.response()
        return self._pages.refuse(error)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        """Count the request; and log it when that is asked for, by its address in the table and not as it was sent."""
        try:
            get_metrics().count(address_of(scope["path"]), status, seconds)
        except Exception:  # no room for the counts, or their folder is gone: that is no reason to answer nobody
            logger.exception("a request could not be counted")
        if self._logs_requests:
            method = scope["method"] if scope["method"] in HTTPMethod.__members__ else OTHER
            address = address_of(scope["path"])
            access_log.info("%s %s %d in %.0f ms, request %s", method, address, status, 1000 * seconds, request_id)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        headers = Headers(scope=scope)
        _check_once(headers)
        if not self._access.is_on:
            _check_this_machine(scope, headers)
        endpoint = _find_endpoint(scope["method"], scope["path"])
        if endpoint.page and self._pages is not None:
            _check_rate(self._addresses, (scope.get("client") or ("?",))[0])
            if endpoint.method == "POST":
                _check_origin(headers)
            return await self._pages.admit(
                endpoint,
                headers,
                receive,
                path=scope["path"],
                limit=self._body_limit,
                check_rate=lambda caller: _check_rate(self._callers, caller),
            )
        if endpoint.permission is Permission.ANYBODY:
            return receive
        _check_rate(self._addresses, (scope.get("client") or ("?",))[0])
        principal = await self._recognise(headers.get("authorization", ""))
        _check_rate(self._callers, principal.id)
        principal.check(endpoint.permission)
        CALLER.set(principal)
        if endpoint.method != "POST":
            return receive
        _check_origin(headers)
        return again(await self._read(endpoint, headers, receive, principal))

    async def _recognise(self, authorization: str) -> Principal:
        """The caller; a token is read beside the event loop, because its provider may have to be asked for keys."""
        if self._access.may_wait(authorization):
            return await asyncio.to_thread(self._access.recognise, authorization)
        return self._access.recognise(authorization)

    async def _read(self, endpoint: AnyEndpoint, headers: Headers, receive: Receive, principal: Principal) -> bytes:
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise ServiceError(NOT_JSON)
        body = await read_body(headers, receive, self._body_limit)
        if endpoint.request is not None:
            asked = check_schema(endpoint.request, body)
            check_user(principal, str(asked.get("user", "")))
        return body


def is_for_people(scope: Scope) -> bool:
    """Whether whoever asks reads pages: it is the address of a page, or a browser that went astray."""
    path: str = scope["path"]
    if path.startswith(("/v1/", "/static/")):
        return False
    found = endpoints_at(path)
    return any(endpoint.page for endpoint in found) or (
        not found and "text/html" in Headers(scope=scope).get("accept", "")
    )


def _check_rate(rate: RateLimit, caller: str) -> None:
    wait = rate.wait(caller)
    if wait:
        raise ServiceError(TOO_MANY, headers={"Retry-After": str(math.ceil(wait))})


def _add_headers(message: Message, path: str, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in _HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = _PAPER_POLICY if path.startswith(("/v1/papers/", "/papers/")) else _PAGE_POLICY
    headers["X-Request-ID"] = request_id
    for name in ("server", "x-bentoml-request-id", "x-bentoml-trace-id"):
        del headers[name]
