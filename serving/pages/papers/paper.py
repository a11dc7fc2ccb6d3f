"""``GET /papers/NAME``: one paper, to whoever is signed in."""

from serving.endpoints import paper
from serving.endpoints.endpoint import Endpoint, Permission

ENDPOINT = Endpoint(
    address="GET /papers/{name}",
    permission=Permission.READ_PAPERS,
    summary="One paper in force, in a browser.",
    errors=paper.ENDPOINT.errors,
    media=paper.ENDPOINT.media,
    page=True,
    described=False,
    handler=paper.paper,
)
