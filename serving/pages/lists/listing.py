"""``POST /list``: the list as a page."""

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from serving.endpoints import rank
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError
from serving.pages.forms import Form, consultation, consulting, read_form
from serving.pages.lists.home import show_home
from serving.pages.rendering import show_page


def list_fields(runtime: Runtime, form: Form) -> Form:
    """The length, area and order of the list that the reader came from, so that a link can lead back to it."""
    return {
        "k": form.get("k") or str(rank.capacity(runtime.deployment)),
        "area": form.get("area", ""),
        "order": form.get("order") or "matrix",
    }


async def show_list(runtime: Runtime, request: Request) -> Response:
    """The list that the form asks for, or the form again with what is wrong with it."""
    form = await read_form(request)
    filled_in = {name: form[name] for name in ("k", "area", "order") if form.get(name)}
    try:
        asked = consulting(rank.RankRequest, form, **filled_in)
    except ServiceError as error:
        return show_home(runtime, form, error)
    answer = await rank.ENDPOINT.call(runtime, asked)
    return show_page(
        runtime,
        "lists/list.html",
        answer=answer,
        order=asked.order,
        consultation=consultation(form),
        listed=list_fields(runtime, form),
        age=(clock.today() - runtime.deployment.context.data_as_of).days,
    )


ENDPOINT = Endpoint(
    address="POST /list",
    permission=Permission.SCORE,
    summary="The list as a page.",
    media=("text/html",),
    form=True,
    described=False,
    handler=show_list,
)
