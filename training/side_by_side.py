"""Independent pieces of work on the cores there are: threads, because fitting leaves Python alone for most of its time.

Each piece uses one thread, with its own seed, so that what comes out does not depend on how many run together. Threads
share the rows; processes would copy them.
"""

import os
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from threadpoolctl import threadpool_limits

from training.elastic_net import expect_rough_steps

Result = TypeVar("Result")
#: More would hold more copies of rows in memory than they save seconds.
MOST = 4


def side_by_side(pieces: Iterable[Callable[[], Result]]) -> list[Result]:
    """Run every piece and return the results in the order given; after an error nothing more is begun."""
    # Both belong to the process, not to a thread: pieces that set them for themselves would undo each other's, and sums
    # taken by two threads differ in their last digits from sums taken by one.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        expect_rough_steps()
        with ThreadPoolExecutor(_together(), initializer=_one_thread) as pool:
            begun = [pool.submit(piece) for piece in pieces]
            done, left = wait(begun, return_when=FIRST_EXCEPTION)
            for one in left:
                one.cancel()
            for one in done:
                one.result()  # raises what went wrong, before those that were never begun are asked
            return [one.result() for one in begun]


def _one_thread() -> None:
    """The limit of OpenMP belongs to each thread."""
    threadpool_limits(limits=1)


def _together() -> int:
    return min(MOST, os.cpu_count() or 1)
