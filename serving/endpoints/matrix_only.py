"""``POST /v1/matrix-only``: turn the model off, or on again, for everybody."""

import asyncio
from concurrent.futures import Future

from matac_ml.api.answers import MatrixOnlyAnswer
from matac_ml.casework import Entry
from serving.deadline import to_its_end
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.requests import Act


class MatrixOnlyRequest(Act):
    """Turn the model off or on for everybody."""

    matrix_only: bool


async def matrix_only(runtime: Runtime, asked: MatrixOnlyRequest) -> MatrixOnlyAnswer:
    """Turn the model off or on for every worker: an entry in the ledger, then a file beside the bundle."""
    written: Future[list[Entry]] = Future()
    return await to_its_end(_switch(runtime, asked, written), written)


async def _switch(runtime: Runtime, asked: MatrixOnlyRequest, written: "Future[list[Entry]]") -> MatrixOnlyAnswer:
    payload = {"matrix_only": asked.matrix_only}
    note = await runtime.ledger.write_act("matrix_only", asked.user, asked.reason, payload, written=written)
    await asyncio.to_thread(runtime.watcher.switch, asked.matrix_only, asked.reason)
    return MatrixOnlyAnswer(mode=runtime.deployment.mode, ledger=note)


ENDPOINT = Endpoint(
    address="POST /v1/matrix-only",
    permission=Permission.ADMINISTER,
    summary="Turn the model off, or on again, for everybody.",
    request=MatrixOnlyRequest,
    answer=MatrixOnlyAnswer,
    handler=matrix_only,
)
