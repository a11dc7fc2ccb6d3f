"""What a request of a page passes beyond what every request does: session, role, and the token of its form."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive

from matac_ml.roles import Permission
from serving.access.page_access import PageAccess
from serving.access.principal import CALLER
from serving.access.sessions import SESSION
from serving.endpoints.endpoint import AnyEndpoint
from serving.errors import NOT_ALLOWED, NOT_JSON, ServiceError
from serving.pages.forms import parse_form
from serving.server.body import again, read_body

_OLD_FORM = "the form is not one of this session: it may be from before you signed in. Open the page again"


class SignInNeededError(Exception):
    """Nobody is signed in, or no longer.

    Parameters
    ----------
    to : str
        The page to come back to; empty after a form, which is not sent again by itself.
    """

    def __init__(self, to: str = "") -> None:
        super().__init__()
        self.to = to

    def response(self) -> Response:
        """The way to the page of sign-in."""
        return RedirectResponse(f"/sign-in?to={quote(self.to)}" if self.to else "/sign-in?ended=1", status_code=303)


@dataclass(frozen=True)
class PageGate:
    """The gate before the pages.

    Attributes
    ----------
    refuse : callable
        A refusal as a page.
    """

    access: PageAccess
    refuse: Callable[[ServiceError], Response]

    async def admit(
        self,
        endpoint: AnyEndpoint,
        headers: Headers,
        receive: Receive,
        *,
        path: str,
        limit: int,
        check_rate: Callable[[str], None],
    ) -> Receive:
        """Let a request of a page pass, with its session and caller set; or say why not.

        Raises
        ------
        ServiceError
            The role may not open the page, or its form is not one of this session.
        SignInNeededError
            Nobody is signed in.
        """
        session = await self.access.find(headers)
        SESSION.set(session)
        principal = session.principal if session is not None else None
        if endpoint.permission is not Permission.ANYBODY:
            if principal is None:
                raise SignInNeededError(path if endpoint.method == "GET" else "")
            CALLER.set(principal)
            check_rate(principal.id)
            principal.check(endpoint.permission)
        if endpoint.method != "POST":
            return receive
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise ServiceError(NOT_JSON)
        body = await read_body(headers, receive, limit)
        if session is None:
            raise SignInNeededError
        if not secrets.compare_digest(parse_form(body).get("csrf", "").encode(), session.csrf.encode()):
            raise ServiceError(NOT_ALLOWED, faults=[("", _OLD_FORM)])
        return again(body)
