"""Templates and what every page of them is given."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from matac_ml import clock
from matac_ml.api.answers import NOTICE
from matac_ml.roles import Permission, role_named
from matac_ml.wording import day, number, rank, relationship, span
from serving.access.sessions import SESSION, Session
from serving.deployment.runtime import Runtime
from serving.endpoints.model import model_in_force
from serving.errors import NO_ROUTE, NOT_ALLOWED, NOT_READY, ServiceError
from serving.pages.once import new_page_key

PURPOSES = {
    "matac_nomination": "Prepare a MATAC meeting",
    "matac_review": "Review somebody under MATAC",
    "partner_referral": "Deal with a partner's referral",
    "audit": "Audit",
    "subject_access": "Answer a subject access request",
    "demonstration": "Demonstrate on made-up data",
}
#: The same after "You are here to"; the reason follows.
_DOING = {
    "matac_nomination": "preparing a MATAC meeting",
    "matac_review": "reviewing somebody under MATAC",
    "partner_referral": "dealing with a partner's referral",
    "audit": "auditing",
    "subject_access": "answering a subject access request",
    "demonstration": "demonstrating on made-up data",
}
#: Places of the pages: address, name, and what a role needs to see it named.
_PLACES = (
    ("/", "Lists", Permission.SCORE),
    ("/drawn", "For meetings", Permission.SCORE),
    ("/people", "People", Permission.EXPLAIN_AGAIN),
    ("/victims", "Victims", Permission.SCORE),
    ("/challenges", "Challenges", Permission.SCORE),
    ("/cases", "Cases", Permission.OPEN_CASES),
    ("/actions", "Actions", Permission.OWN_ACTIONS),
    ("/meetings", "Meetings", Permission.READ_CASES),
    ("/programme", "Programme", Permission.READ_CASES),
    ("/objectives", "Objectives", Permission.READ_PAPERS),
    ("/papers", "Papers", Permission.READ_PAPERS),
    ("/board", "In force", Permission.READ_BOARD),
)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = {"day": day, "number": number, "rank": rank, "relationship": relationship, "span": span}
    environment.filters |= {**filters, "count": count}
    return environment


def count(how_many: int, singular: str, plural: str = "") -> str:
    """A number with its noun, such as ``1 crime`` or ``1,207 harm days``."""
    return f"{how_many:,} {singular if how_many == 1 else plural or singular + 's'}"


def _shared(runtime: Runtime) -> dict[str, Any]:
    """What the frame of every page shows: who is signed in, where to go, the purpose, what is in force."""
    session = SESSION.get()
    role = role_named(session.role) if session is not None else None
    places = [(path, name) for path, name, needed in _PLACES if role is not None and needed in role.permissions]
    return {
        "session": session if role is not None else None,
        "csrf": session.csrf if session is not None else "",
        "page_key": new_page_key(),
        "role": role,
        "made_up": not runtime.access.is_on,
        "places": places,
        "doing": _DOING.get(session.purpose, "") if session is not None else "",
        "force": model_in_force(runtime) if role is not None and runtime.is_ready else None,
        "notice": NOTICE,
        "now": clock.now().astimezone(clock.LONDON),
    }


def show_page(runtime: Runtime, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the frame of all pages.

    Parameters
    ----------
    values : dict
        ``here`` is the address of the page's place, so that the menu marks it.
    """
    text = _templates().get_template(template).render(**{"here": "", "faults": {}, **_shared(runtime), **values})
    return HTMLResponse(text, status_code=status)


def show_problem(runtime: Runtime, error: ServiceError) -> Response:
    """Why nothing is shown, and what to do."""
    if error.code is NOT_READY:
        return error.response()
    answer = error.answer()
    titles = {NOT_ALLOWED: "You may not do this", NO_ROUTE: "Page not found"}
    page = show_page(
        runtime,
        "shared/problem.html",
        error.code.status,
        title=titles.get(error.code, "Nothing was shown"),
        messages=[] if error.code is NO_ROUTE else [fault.message for fault in answer.faults],
        what_to_do="Check the address, or start again." if error.code is NO_ROUTE else answer.what_to_do,
    )
    page.headers.update(error.headers)
    return page


def go_to(address: str) -> Response:
    """Send a browser on after a form, so that Back and Reload send no form again."""
    return RedirectResponse(address, status_code=303)


def with_session(response: Response, runtime: Runtime, request: Request, session: Session | None) -> Response:
    """The response, which names another session to the browser, or none any more."""
    response.headers.append("Set-Cookie", runtime.pages.cookie(session, request.headers))
    return response
