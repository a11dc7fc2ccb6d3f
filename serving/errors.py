"""The one shape of an error, and the list of every error the service gives.

A fault names the field, says what was expected and came, and what to do. All faults of a request are given at once. No
fault holds a value that was sent: it could be a person's.
"""

import logging
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Protocol

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from matac_ml.api.answers import ErrorAnswer, Fault

logger = logging.getLogger("matac.service")


@dataclass(frozen=True)
class Code:
    """A kind of error: its status and what the caller can do, documented once."""

    name: str
    status: int
    message: str
    what_to_do: str


BAD_HTTP = Code(
    "bad_http",
    400,
    "The request is not well-formed HTTP/1.1, or two programs could read it differently.",
    "Send each header once, one length or chunked pieces, and a head of at most 16 KiB.",
)
NOT_JSON = Code("not_json", 415, "The body must be JSON.", "Send Content-Type: application/json.")
BAD_JSON = Code(
    "bad_json",
    400,
    "The body is not one well-formed JSON value.",
    "Send UTF-8 JSON without duplicate keys, NaN or Infinity, nested at most 16 deep.",
)
TOO_LARGE = Code("too_large", 413, "The body is larger than the service reads.", "Send fewer nominations at a time.")
TOO_SLOW = Code("too_slow", 408, "The body did not arrive within 10 seconds.", "Try again on a faster connection.")
INVALID = Code("invalid", 422, "The request breaks the rules listed.", "Correct every field listed and send it again.")
UNKNOWN = Code("unknown", 404, "Not found.", "Check the identifier against the extract in force.")
CONFLICT = Code(
    "conflict",
    409,
    "The request contradicts itself or the data in force.",
    "Correct the rows listed and send it again.",
)
NOT_IN_FORCE = Code(
    "not_in_force",
    409,
    "The papers on disk are not in force.",
    "Tell the administrator: put back the papers that were approved, or have this release approved.",
)
NO_IDENTITY = Code(
    "no_identity",
    401,
    "No valid credential came with the request.",
    "Send Authorization: Bearer with an API key or a token of the identity provider.",
)
NOT_ALLOWED = Code("not_allowed", 403, "This role or address may not do this.", "Ask an administrator for the role.")
NO_ROUTE = Code("no_route", 404, "There is nothing at this address.", "See /v1/openapi.json for every address.")
WRONG_METHOD = Code("wrong_method", 405, "This address does not take this method.", "See /v1/openapi.json.")
TOO_MANY = Code("too_many", 429, "Too many requests from this caller.", "Wait for the seconds in Retry-After.")
NO_LEDGER = Code(
    "no_ledger",
    503,
    "The ledger could not be read or written, so nothing was answered.",
    "Try again in a minute; tell the administrator when it lasts.",
)
NOT_READY = Code("not_ready", 503, "The service has no extract in force.", "Wait until /readyz answers 200.")
TOO_LONG = Code(
    "too_long",
    504,
    "The answer was not ready within 60 seconds. Nothing was shown, and no step was taken.",
    "Ask for fewer people, or try again later.",
)
STOPPING = Code(
    "stopping",
    503,
    "The service was stopped before the answer was ready. Nothing was shown, and no step was taken.",
    "Ask again after the seconds in Retry-After.",
)
FAULT = Code("fault", 500, "A fault of the service; it is in the log under the request id.", "Tell the administrator.")


class ServiceError(Exception):
    """An error to be answered in the one shape.

    Parameters
    ----------
    code : Code
        Which of the documented errors.
    faults : iterable of (field, message), optional
        Every fault; the code's own message when none is given.
    headers : dict, optional
        Sent with the answer, such as ``Retry-After``.
    """

    def __init__(
        self, code: Code, *, faults: Iterable[tuple[str, str]] = (), headers: dict[str, str] | None = None
    ) -> None:
        self.code = code
        self.faults = tuple(faults) or (("", code.message),)
        self.headers = headers or {}
        super().__init__(code.name)

    def answer(self) -> ErrorAnswer:
        """The body of the error."""
        faults = [
            Fault(code=self.code.name, message=message, field=field, what_to_do=self.code.what_to_do)
            for field, message in self.faults
        ]
        return ErrorAnswer(**faults[0].model_dump(), faults=faults)

    def response(self) -> Response:
        """The error as an HTTP answer."""
        return JSONResponse(self.answer().model_dump(), status_code=self.code.status, headers=self.headers)


def faults_of(error: ValidationError) -> list[tuple[str, str]]:
    """Every fault that pydantic found, as field and message, without the values."""
    return [
        (_field(fault["loc"]), fault["msg"].removeprefix("Value error, "))
        for fault in error.errors(include_input=False, include_context=False, include_url=False)
    ]


def _field(location: tuple[int | str, ...]) -> str:
    """A path into the body, without anything unprintable that the caller named a key with."""
    return ".".join("".join(c for c in str(part)[:60] if c.isascii() and c.isprintable()) for part in location)


class JsonAnswer(Protocol):
    """What writes itself as JSON: a model, or what was put together from texts of one."""

    def model_dump_json(self) -> str:
        """The answer as JSON."""
        ...


def as_json(answer: JsonAnswer) -> Response:
    """An answer over HTTP."""
    return Response(answer.model_dump_json(), media_type="application/json")


async def respond(work: Awaitable[JsonAnswer]) -> Response:
    """The answer of some work as JSON, or its error in the one shape.

    BentoML would turn an exception of ours into its own shape, so none leaves here.
    """
    try:
        return as_json(await work)
    except ServiceError as error:
        return error.response()
    except Exception:
        logger.exception("a request failed")
        return ServiceError(FAULT).response()
