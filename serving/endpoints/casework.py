"""What the steps and the cohorts of the MATAC cycle share over HTTP: the kernel checks and writes both."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from matac_ml.casework import Cycle, Recorded, recorded_as
from matac_ml.errors import LedgerError, UsageError
from serving.access.principal import CALLER
from serving.deadline import begin, to_its_end
from serving.deployment.active import ActiveDeployment
from serving.deployment.runtime import Runtime
from serving.errors import CONFLICT, NO_LEDGER, ServiceError

Result = TypeVar("Result")

#: Whether anything was written while a form is answered, so that the same form, sent again, does not write it again.
WROTE: ContextVar[list[bool] | None] = ContextVar("wrote", default=None)


async def act(work: Callable[["Future[None]"], Result]) -> Result:
    """Do work in a thread, whole or not at all: it says with its future when it begins to write."""
    begun: Future[None] = Future()
    refused = False
    try:
        return await to_its_end(asyncio.to_thread(work, begun), begun)
    except ServiceError as error:
        refused = error.code.status < 500
        raise
    finally:
        # Begun and not refused is as good as written: what became of it, whoever looks at the ledger can say.
        if (wrote := WROTE.get()) is not None and begun.running() and not refused:
            wrote.append(True)


def cycle_of(
    runtime: Runtime, deployment: ActiveDeployment, *, before_writing: Callable[[], None] = lambda: None
) -> Cycle:
    """The cycle in this worker's ledger, of people as the extract in force knows them."""

    def recorded(person_id: str) -> Recorded:
        return recorded_as(deployment.find(person_id), deployment.as_of)

    people = deployment.known_as
    caller = CALLER.get()
    return Cycle(
        runtime.ledger.ledger,
        runtime.toolkit,
        people,
        recorded,
        caller=caller.id,
        before_writing=before_writing,
        agency=caller.agency,
    )


def in_cycle(
    runtime: Runtime, deployment: ActiveDeployment, begun: "Future[None]", work: Callable[[Cycle], Result]
) -> Result:
    """Work on the cycle in this worker's ledger, of people as the extract in force knows them.

    Raises
    ------
    ServiceError
        ``conflict`` when it does not follow from where somebody stands, ``no_ledger`` when it cannot be written.
    """
    try:
        return work(cycle_of(runtime, deployment, before_writing=partial(begin, begun)))
    except UsageError as error:
        faults = [("step", fault) for fault in error.faults or (error.message,)]
        raise ServiceError(CONFLICT, faults=faults) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
