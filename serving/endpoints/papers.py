"""``GET /v1/papers``: the names of the papers in force."""

from matac_ml.api.answers import PaperList
from serving.endpoints.endpoint import Endpoint, Permission, Runtime


async def papers(runtime: Runtime, _: object) -> PaperList:
    """Names of the papers in force, or why none is."""
    deployment = runtime.deployment
    return PaperList(
        papers=tuple(deployment.papers.files),
        reason=deployment.papers.reason,
        approval=deployment.approval_text,
        ledger_head=runtime.ledger.head(),
    )


ENDPOINT = Endpoint(
    address="GET /v1/papers",
    permission=Permission.READ_PAPERS,
    summary="Names of the papers in force.",
    description="the names of the papers of the model in force",
    answer=PaperList,
    handler=papers,
)
