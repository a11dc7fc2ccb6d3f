"""One rule for every refusal that could tell something about a person: it is in the ledger before it is sent.

A request is refused in two places. Before it is understood (address, identity, role, rate, size, schema) the refusal
depends on nothing that is held, and tells nothing. Afterwards it can depend on whether somebody is known or where
their case stands; then it is recorded, under every person the request names, as an answer would have been.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from serving.errors import FAULT, NO_LEDGER, NOT_READY, ServiceError
from serving.ledger_notes import LedgerNotes
from serving.schema import UserRequest

Result = TypeVar("Result")
Request = TypeVar("Request", bound=UserRequest)


class _Answers(Protocol):
    """What answers requests, and writes the ledger."""

    @property
    def notes(self) -> LedgerNotes: ...


Holder = TypeVar("Holder", bound=_Answers)


def on_record(
    answer: Callable[[Holder, Request], Awaitable[Result]],
) -> Callable[[Holder, Request], Awaitable[Result]]:
    """Record a refusal or a fault before the answer is sent.

    Raises
    ------
    ServiceError
        The refusal; or ``no_ledger`` in its place when it could not be recorded.
    """

    @wraps(answer)
    async def recorded(self: Any, asked: Any) -> Any:
        try:
            return await answer(self, asked)
        except ServiceError as refusal:
            # Without a ledger, or before there is an extract, everybody is refused in the same words.
            if refusal.code not in (NO_LEDGER, NOT_READY):
                await self.notes.write_refusal(asked, answer.__name__, refusal.code.name)
            raise
        except Exception:
            await self.notes.write_refusal(asked, answer.__name__, FAULT.name)
            raise

    return recorded
