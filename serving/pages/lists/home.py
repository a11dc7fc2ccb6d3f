"""``GET /``: what is in force, and the form that opens a list."""

from starlette.requests import Request
from starlette.responses import Response

from serving.access.principal import CALLER
from serving.deployment.own_area import own_area
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.rank import capacity
from serving.errors import ServiceError
from serving.pages.forms import Form, current_session, plain_faults
from serving.pages.rendering import go_to, show_page


def show_home(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    """The form: empty, or as it was sent with what is wrong with it."""
    deployment = runtime.deployment
    only, mine = own_area(runtime), current_session().area
    areas = (only,) if only else deployment.ranking.areas()
    return show_page(
        runtime,
        "lists/home.html",
        error.code.status if error else 200,
        here="/",
        faults=plain_faults(error),
        k=form.get("k", str(capacity(deployment))),
        area=form.get("area", mine if mine in areas else ""),
        order=form.get("order", "matrix"),
        areas=areas,
        only=only,
        as_of=deployment.as_of,
    )


async def home(runtime: Runtime, _: Request) -> Response:
    """The empty form; first the purpose, for whoever may look at people and has not said it."""
    if CALLER.get().may(Permission.OPEN_CASES) and not current_session().purpose:
        return go_to("/purpose")
    if not CALLER.get().may(Permission.SCORE):
        return show_page(runtime, "lists/start.html", here="/")
    return show_home(runtime, {})


ENDPOINT = Endpoint(
    address="GET /",
    permission=Permission.READ_PAPERS,
    summary="The start: what is in force, and the form that opens a list.",
    media=("text/html",),
    page=True,
    described=False,
    handler=home,
)
