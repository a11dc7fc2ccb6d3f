"""The body of a request: read within bounds of size and time, and checked against its schema with every fault."""

import asyncio

from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.types import Message, Receive

from serving.errors import INVALID, TOO_LARGE, TOO_SLOW, ServiceError, faults_of
from serving.server.strict_json import read_json

BODY_SECONDS = 10
MAX_FAULTS = 200


async def read_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Read at most ``limit`` bytes within :data:`BODY_SECONDS`; ServiceError ``too_large`` or ``too_slow`` beyond."""
    announced = headers.get("content-length", "0")
    # The rest of a body that is not read must not be taken for another request.
    closing = {"Connection": "close"}
    too_large = ServiceError(TOO_LARGE, faults=[("", f"at most {limit} bytes are read")], headers=closing)
    # Short first: a number of thousands of digits is not worth reading, and Python refuses to.
    if not (announced.isascii() and announced.isdigit() and len(announced) < 12) or int(announced) > limit:
        raise too_large
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ServiceError(TOO_SLOW, headers=closing)
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise too_large
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise ServiceError(TOO_SLOW, headers=closing) from None


def check_schema(asks: type[BaseModel], body: bytes) -> dict[str, object]:
    """Refuse a body that is not what was asked for, listing every fault; the parsed JSON otherwise."""
    value = read_json(body)
    try:
        asks.model_validate_json(body)
    except ValidationError as error:
        faults = faults_of(error)
        if len(faults) > MAX_FAULTS:
            faults = [*faults[:MAX_FAULTS], ("", f"and {len(faults) - MAX_FAULTS} further faults")]
        raise ServiceError(INVALID, faults=faults) from None
    return dict(value)


def again(body: bytes) -> Receive:
    """A receive that gives a body already read."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
