"""A form counts once: sent again, by a double click or by Back and Reload, it leads where it led and records nothing.

Each page that is shown has a key of its own, which its forms hold. A form is told from others by its address, the key
and everything filled in; the session keeps which were sent and where they led.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from serving.deployment.runtime import Runtime
from serving.endpoints.casework import WROTE
from serving.errors import CONFLICT, INVALID, ServiceError
from serving.pages.forms import current_session, read_form

Handler = Callable[[Runtime, Request], Awaitable[Response]]

#: Seconds for which a form that is sent twice at once waits for the first.
_WAIT_SECONDS = 20.0
_LOOK_AGAIN_SECONDS = 0.05
#: Where a form has led that was recorded in part: its page said what was not.
_IN_PART = "in part"

_NO_KEY = "the form is incomplete: open the page again"
_BEFORE = (
    "this form was sent before, and what could be recorded of it was recorded: open the page again, and see what is "
    "left to do"
)
_AT_WORK = "this form was sent before and is still being recorded: wait a little, and open the page again"


def new_page_key() -> str:
    """A key for the forms of one page that is shown."""
    return secrets.token_urlsafe(16)


def counted_once(handler: Handler) -> Handler:
    """Let a form be answered once in a session.

    Raises
    ------
    ServiceError
        ``invalid`` where the form holds no key, ``conflict`` where it was sent before and led to no other page.
    """

    @wraps(handler)
    async def answer(runtime: Runtime, request: Request) -> Response:
        form, session, store = await read_form(request), current_session(), runtime.pages.store
        if not form.get("once"):
            raise ServiceError(INVALID, faults=[("", _NO_KEY)])
        filled_in = json.dumps([request.url.path, sorted(form.items())])
        name = hashlib.sha256(filled_in.encode()).hexdigest()
        if not store.claim_form(session, name):
            return await _again(runtime, name)
        wrote: list[bool] = []
        mark, led_to = WROTE.set(wrote), None
        try:
            answered = await handler(runtime, request)
            led_to = answered.headers["location"] if isinstance(answered, RedirectResponse) else None
        finally:
            WROTE.reset(mark)
            store.end_form(session, name, led_to or (_IN_PART if wrote else None))
        return answered

    return answer


async def _again(runtime: Runtime, name: str) -> Response:
    """What a form leads to that was sent before."""
    session, store = current_session(), runtime.pages.store
    for _ in range(round(_WAIT_SECONDS / _LOOK_AGAIN_SECONDS)):
        if (led_to := store.form_led_to(session, name)) is not None:
            break
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    else:
        raise ServiceError(CONFLICT, faults=[("", _AT_WORK)])
    if led_to == _IN_PART:
        raise ServiceError(CONFLICT, faults=[("", _BEFORE)])
    return RedirectResponse(led_to, status_code=303)
