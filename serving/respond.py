"""Some work's answer as HTTP, or its error in the one shape."""

import logging
from collections.abc import Awaitable
from typing import Protocol

from starlette.responses import Response

from serving.errors import FAULT, ServiceError

logger = logging.getLogger("matac.service")


class Answer(Protocol):
    """What writes itself as JSON: a model, or what was put together from texts of one."""

    def model_dump_json(self) -> str:
        """The answer as JSON."""
        ...


async def respond(work: Awaitable[Answer]) -> Response:
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
