"""What is written of a meeting, whole or not at all, with faults as the pages show them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

from matac_ml.errors import LedgerError, UsageError
from serving.deadline import begin
from serving.errors import CONFLICT, NO_LEDGER, ServiceError


@contextmanager
def noting(begun: "Future[None]") -> Iterator[Callable[[], None]]:
    """Give what must be called before writing; a refusal becomes a ServiceError.

    Raises
    ------
    ServiceError
        ``conflict`` with every fault, ``no_ledger`` when it cannot be written.
    """
    try:
        yield partial(begin, begun)
    except UsageError as error:
        faults = [("", fault) for fault in error.faults or (error.message,)]
        raise ServiceError(CONFLICT, faults=faults) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
