"""``GET /sign-in/begin`` and ``GET /sign-in/back``: to the identity provider and back from it."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from serving.access.provider import Provider
from serving.access.sessions import SESSION
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import NO_ROUTE, ServiceError
from serving.pages.rendering import go_to, show_page, with_session

logger = logging.getLogger("matac.service")


def _provider(runtime: Runtime) -> Provider:
    if runtime.pages.provider is None:
        raise ServiceError(NO_ROUTE)
    return runtime.pages.provider


async def begin(runtime: Runtime, request: Request) -> Response:
    """Send the browser to the provider, and keep what must come back."""
    provider, store = _provider(runtime), runtime.pages.store
    session = SESSION.get()
    if session is not None and session.is_signed_in:
        return go_to("/")
    session = session or store.begin()
    try:
        address, attempt = await asyncio.to_thread(provider.begin)
    except Exception:  # whatever a provider can answer
        logger.exception("the identity provider could not be reached")
        return _failed(runtime, 503, "Your force's sign-in service cannot be reached. Try again in a few minutes.")
    store.change(session, attempt=attempt)
    return with_session(RedirectResponse(address, status_code=303), runtime, request, session)


async def back(runtime: Runtime, request: Request) -> Response:
    """Whoever comes back signed in gets a session under a new name, and the page that was asked for."""
    provider, store, before = _provider(runtime), runtime.pages.store, SESSION.get()
    if before is not None and before.is_signed_in:
        return go_to("/")
    attempt = store.take_attempt(before) if before is not None else {}
    try:
        signed_in = await asyncio.to_thread(provider.finish, attempt, dict(request.query_params))
    except ServiceError as error:
        if error.code.status == 403:
            return _failed(runtime, 403, *(f"You were recognised, but {message}." for _, message in error.faults))
        return _failed(runtime, 401, "You could not be signed in. The way here may have been open too long: try again.")
    who, role = signed_in.principal, signed_in.principal.role
    if before is None or role is None:
        return _failed(runtime, 401, "You could not be signed in. Try again.")
    known = {"name": who.name, "shown_as": signed_in.shown_as, "role": role.value}
    known |= {"origin": who.origin, "agency": who.agency, "area": who.area}
    session = store.sign_in(before, known, signed_in.tokens)
    return with_session(go_to(before.to), runtime, request, session)


def _failed(runtime: Runtime, status: int, *messages: str) -> Response:
    return show_page(runtime, "signing_in/failed.html", status, messages=messages)


BEGIN = Endpoint(
    address="GET /sign-in/begin",
    permission=Permission.ANYBODY,
    summary="To the identity provider.",
    media=("text/html",),
    page=True,
    described=False,
    handler=begin,
)
BACK = Endpoint(
    address="GET /sign-in/back",
    permission=Permission.ANYBODY,
    summary="Back from the identity provider.",
    media=("text/html",),
    page=True,
    described=False,
    handler=back,
)
