"""``GET /``: what is in force, and the forms that open a list or a person."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from serving.access.principal import CALLER
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.rank import capacity
from serving.errors import ServiceError
from serving.pages.forms import Form
from serving.pages.rendering import show_page

#: Fields of the forms as their labels name them.
_LABELS = {
    "user": "Your name",
    "purpose": "Purpose",
    "justification": "Why you need to look",
    "k": "People the meeting can take",
    "area": "Area",
    "order": "Order by",
    "person_id": "Person identifier",
}
_EMPTY = {"user": "", "purpose": "matac_nomination", "justification": ""}


def show_home(runtime: Runtime, form: Form, error: ServiceError | None = None) -> HTMLResponse:
    """The forms: empty, or as they were sent with what is wrong with them."""
    deployment, caller = runtime.deployment, CALLER.get()
    return show_page(
        runtime,
        "lists/home.html",
        error.code.status if error else 200,
        consultation={**_EMPTY, **({"user": caller.name} if caller.personal else {}), **form},
        faults=dict(error.faults) if error else {},
        labels=_LABELS,
        k=form.get("k", str(capacity(deployment))),
        area=form.get("area", ""),
        areas=deployment.ranking.areas(),
        as_of=deployment.as_of,
    )


async def home(runtime: Runtime, _: Request) -> Response:
    """The empty forms."""
    return show_home(runtime, {})


ENDPOINT = Endpoint(
    address="GET /",
    permission=Permission.READ_PAPERS,
    summary="What is in force, and the form that opens a list.",
    media=("text/html",),
    handler=home,
)
