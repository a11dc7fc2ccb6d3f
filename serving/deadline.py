"""An act is done and said to be done, or neither: a request that ran out of time does not act afterwards.

Work in a thread goes on when the request that waits for it is given up after its 60 seconds. So whoever writes first
says so with a future of :mod:`concurrent.futures`, which can be cancelled until then and no longer.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from serving.errors import TOO_LONG, ServiceError

Result = TypeVar("Result")


def begin(begun: "Future[Any]") -> None:
    """Say that writing begins: from here on the request waits for it, however late it is.

    Raises
    ------
    ServiceError
        ``too_long``: the request was given up and has been answered, so nothing may be written.
    """
    if not begun.set_running_or_notify_cancel():
        raise ServiceError(TOO_LONG)


async def to_its_end(work: Coroutine[Any, Any, Result], begun: "Future[Any]") -> Result:
    """Wait for work; when time runs out, give it up if it has not begun to write, and otherwise wait for its end."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if begun.cancel():
            task.cancel()
            raise
        return await task
