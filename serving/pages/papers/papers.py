"""``GET /papers``: the papers of the release in force, as a page."""

from starlette.requests import Request
from starlette.responses import Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.pages.rendering import show_page

_FORMS = {"html": "page", "pdf": "PDF", "md": "text", "csv": "table", "json": "JSON"}


def grouped(names: list[str]) -> dict[str, dict[str, str]]:
    """Papers by what they are, each with its forms.

    Examples
    --------
    >>> grouped(["model-card.html", "model-card.pdf"])
    {'Model card': {'model-card.html': 'page', 'model-card.pdf': 'PDF'}}
    """
    papers: dict[str, dict[str, str]] = {}
    for name in names:
        stem, _, ending = name.rpartition(".")
        title = stem.replace("-", " ")
        papers.setdefault(title[:1].upper() + title[1:], {})[name] = _FORMS.get(ending, ending)
    return papers


async def papers(runtime: Runtime, _: Request) -> Response:
    """The papers by name, or why none is in force."""
    held = runtime.deployment.papers
    names = sorted(held.files)
    return show_page(
        runtime,
        "papers/papers.html",
        here="/papers",
        papers=grouped(names),
        reason=held.reason,
        approval=runtime.deployment.approval_text,
    )


ENDPOINT = Endpoint(
    address="GET /papers",
    permission=Permission.READ_PAPERS,
    summary="The papers in force as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=papers,
)
