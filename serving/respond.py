"""Some work's answer as HTTP, or its error in the one shape."""

import logging
from collections.abc import Awaitable

from pydantic import BaseModel
from starlette.responses import Response

from serving.errors import FAULT, ServiceError

logger = logging.getLogger("matac.service")


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
