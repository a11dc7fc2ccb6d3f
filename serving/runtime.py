"""One worker's life: what it was told, who may call, the ledger it writes, and what is in force."""

import logging
from collections.abc import Awaitable
from functools import cache

from pydantic import BaseModel
from starlette.responses import Response

from serving.access import Access, build_access
from serving.answering import Answering
from serving.errors import FAULT, ServiceError
from serving.holder import Holder
from serving.ledger_notes import LedgerNotes
from serving.settings import Settings, read_settings

logger = logging.getLogger("matac.service")


class Runtime:
    """Everything that lives as long as a worker; started once, stopped once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.access: Access = build_access(settings)
        self.notes = LedgerNotes(settings.ledger)
        self.holder = Holder(settings, self.notes)
        self.answering = Answering(self.holder, self.notes)

    def start(self) -> None:
        """Open the ledger, load what is in force, and begin to watch for a new bundle."""
        self.notes.start()
        self.holder.start()

    def stop(self) -> None:
        """End the threads; what was promised to the ledger is written first."""
        self.holder.stop()
        self.notes.stop()

    @property
    def is_ready(self) -> bool:
        """Whether a score could be given now: an extract is in force and the ledger can be reached."""
        return self.holder.is_ready and self.notes.is_reachable()


@cache
def get_runtime() -> Runtime:
    """This process's runtime, made from the environment when it is first asked for."""
    return Runtime(read_settings())


async def respond(work: Awaitable[BaseModel]) -> Response:
    """The answer of some work as JSON, or its error in the one shape.

    BentoML would turn an exception of ours into its own shape, so none leaves here.
    """
    try:
        answer = await work
    except ServiceError as error:
        return error.response()
    except Exception:
        logger.exception("a request failed")
        return ServiceError(FAULT).response()
    return Response(answer.model_dump_json(), media_type="application/json")
