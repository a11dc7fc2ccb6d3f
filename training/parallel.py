"""Independent pieces of work on the cores there are: threads, because fitting leaves Python alone for most of its time.

Each piece uses one thread, with its own seed, so that what comes out does not depend on how many run together. Threads
share the rows; processes would copy them.
"""

import os
import warnings
from collections.abc import Callable, Iterable
from typing import TypeVar

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from training.elastic_net import expect_rough_steps

Result = TypeVar("Result")
#: More would hold more copies of rows in memory than they save seconds.
MOST = 4


def parallel(pieces: Iterable[Callable[[], Result]]) -> list[Result]:
    """Run every piece and return the results in the order given; after an error nothing more is begun."""
    # Both belong to the process, not to a thread: pieces that set them for themselves would undo each other's, and sums
    # taken by two threads differ in their last digits from sums taken by one.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        expect_rough_steps()
        together = min(MOST, os.cpu_count() or 1)
        # Threads by name: joblib's own choice is processes, which it sends pickles to.
        done: list[Result] = Parallel(n_jobs=together, backend="threading")(delayed(_alone)(piece) for piece in pieces)
        return done


def _alone(piece: Callable[[], Result]) -> Result:
    threadpool_limits(limits=1)  # the limit of OpenMP belongs to each thread
    return piece()
