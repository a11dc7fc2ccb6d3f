"""``POST /sign-out`` and ``GET /signed-out``: the end of a session, here and at the identity provider."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from serving.access.sessions import SESSION
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.pages.forms import current_session
from serving.pages.rendering import go_to, show_page, with_session


async def sign_out(runtime: Runtime, request: Request) -> Response:
    """End the session. A provider that has a session of its own ends that too: the page leads there."""
    pages, session = runtime.pages, current_session()
    address = ""
    if pages.provider is not None and session.origin.startswith("oidc:"):
        tokens = session.unseal(pages.store.sealed(session))
        address = await asyncio.to_thread(pages.provider.end_address, tokens)
    pages.store.end(session)
    SESSION.set(None)
    answer = show_page(runtime, "signing_in/signing_out.html", address=address) if address else go_to("/signed-out")
    return with_session(answer, runtime, request, None)


async def signed_out(runtime: Runtime, _: Request) -> Response:
    """Say that the session has ended."""
    return show_page(runtime, "signing_in/signed_out.html")


ENDPOINT = Endpoint(
    address="POST /sign-out",
    permission=Permission.ANYBODY,
    summary="End the session.",
    media=("text/html",),
    page=True,
    described=False,
    handler=sign_out,
)
DONE = Endpoint(
    address="GET /signed-out",
    permission=Permission.ANYBODY,
    summary="Says that the session has ended.",
    media=("text/html",),
    page=True,
    described=False,
    handler=signed_out,
)
