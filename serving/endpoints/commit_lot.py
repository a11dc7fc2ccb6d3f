"""``POST /v1/lists/commit``: a seed is made, and its hash is in the ledger before a list is drawn by it."""

from concurrent.futures import Future
from functools import partial

from matac_ml.api.lists import CommittedAnswer
from matac_ml.casework.lots import commit_seed, new_seed
from matac_ml.errors import LedgerError, UsageError
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.requests import ConsultationRequest


class CommitRequest(ConsultationRequest):
    """Who commits, for what and why."""


async def commit_lot(runtime: Runtime, asked: CommitRequest) -> CommittedAnswer:
    """Make a seed and commit to it; the answer alone holds the seed."""
    return await act(partial(_commit, runtime, asked))


def _commit(runtime: Runtime, asked: CommitRequest, begun: "Future[None]") -> CommittedAnswer:
    if not runtime.deployment.context.policy.lots:
        message = "the policy in force puts nobody in order by lot, so there is nothing to commit to"
        raise ServiceError(CONFLICT, faults=[("", message)])
    seed = new_seed()
    try:
        entry = commit_seed(
            runtime.ledger.ledger,
            seed,
            actor=asked.user,
            reason=asked.justification,
            caller=CALLER.get().id,
            before_writing=partial(begin, begun),
        )
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("", fault) for fault in error.faults or (error.message,)]) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
    return CommittedAnswer(seed=seed, entry=entry.number, head=entry.hash)


ENDPOINT = Endpoint(
    address="POST /v1/lists/commit",
    permission=Permission.SCORE,
    summary="Commit to a seed by which ties of the next list are put in order.",
    description="makes a seed and writes its hash into the ledger before a list is drawn by it, where the policy puts "
    "[ties in order by lot](lists.md)",
    request=CommitRequest,
    answer=CommittedAnswer,
    errors=(CONFLICT,),
    handler=commit_lot,
)
