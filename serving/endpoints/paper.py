"""``GET /v1/papers/NAME``: one paper of the release in force."""

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.manifest import is_file_name
from matac_ml.release import PAPER_MEDIA
from serving.deployment.active import ActiveDeployment
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import NOT_IN_FORCE, UNKNOWN, ServiceError


async def paper(runtime: Runtime, request: Request) -> Response:
    """The paper, with the head of the chain: kept by somebody, it finds a past written again."""
    name = request.path_params["name"]
    content = read_paper(runtime.deployment, name)
    headers = {"X-Ledger-Head": runtime.ledger.head()}
    return Response(content, media_type=PAPER_MEDIA[name.rpartition(".")[2]], headers=headers)


def read_paper(deployment: ActiveDeployment, name: str) -> bytes:
    """One paper by its name: the bytes that were checked when the release was loaded.

    Raises
    ------
    ServiceError
        ``unknown`` when the release has no paper of that name, ``not_in_force`` when its papers are not in force.
    """
    papers = deployment.papers
    if name in papers.files:
        return papers.files[name]
    if papers.reason and is_file_name(name):
        raise ServiceError(NOT_IN_FORCE, faults=[("", papers.reason)])
    raise ServiceError(UNKNOWN, faults=[("name", "no paper of that name is in force")])


ENDPOINT = Endpoint(
    address="GET /v1/papers/{name}",
    permission=Permission.READ_PAPERS,
    summary="One paper of the release in force, as its manifest names it.",
    description="one paper of the release in force: a page, text, a table, JSON or PDF",
    errors=(UNKNOWN, NOT_IN_FORCE),
    media=("text/html", "text/markdown", "text/csv", "application/pdf", "application/json"),
    handler=paper,
)
