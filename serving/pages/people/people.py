"""``GET /people``: the forms that open one person, or an explanation again."""

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.forms import Form, current_session, plain_faults
from serving.pages.rendering import go_to, show_page


def show_people(runtime: Runtime, form: Form, error: ServiceError | None = None) -> Response:
    """The forms: empty, or as one of them was sent with what is wrong with it."""
    status = error.code.status if error else 200
    return show_page(runtime, "people/people.html", status, here="/people", form=form, faults=plain_faults(error))


async def people(runtime: Runtime, request: Request) -> Response:
    """The empty forms; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/people")
    return show_people(runtime, {})


ENDPOINT = Endpoint(
    address="GET /people",
    permission=Permission.EXPLAIN_AGAIN,
    summary="The forms that open one person, or an explanation again.",
    media=("text/html",),
    page=True,
    described=False,
    handler=people,
)
