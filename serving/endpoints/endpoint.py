"""What an address of the service is: declared once, in a file of its own, and read by everything that must know it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from matac_ml.roles import Permission
from serving.deployment.own_area import check_area
from serving.deployment.runtime import Runtime
from serving.errors import (
    BAD_JSON,
    FAULT,
    INVALID,
    NO_IDENTITY,
    NO_LEDGER,
    NO_ROUTE,
    NOT_ALLOWED,
    NOT_JSON,
    NOT_READY,
    STOPPING,
    TOO_LARGE,
    TOO_LONG,
    TOO_MANY,
    TOO_SLOW,
    Code,
    ServiceError,
)
from serving.requests import UserRequest

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_OF_CALLERS = (NO_IDENTITY, NOT_ALLOWED, TOO_MANY, NOT_READY, TOO_LONG, STOPPING)
_OF_BODIES = (BAD_JSON, NOT_JSON, TOO_LARGE, TOO_SLOW, INVALID, NO_LEDGER)


@dataclass(frozen=True, kw_only=True)
class Endpoint(Generic[Asked, Given]):
    """One address and method.

    The gate, the methods of BentoML's service, OpenAPI and the table in ``docs/service.md`` are made from it.

    Attributes
    ----------
    address : str
        Method and path, such as ``POST /v1/score``; a part of the path in braces is any name.
    permission : Permission
        What a caller needs. It has no default, so an address that does not say who may use it cannot be imported.
    summary : str
        One sentence for OpenAPI.
    handler : callable or None
        Answers a request, with a model or as HTTP. It is given the worker's runtime, and the body as :attr:`request`,
        or the HTTP request where there is no JSON body. The ledger calls a refusal by its name. None where BentoML
        answers by itself.
    description : str
        For the table of addresses, in Markdown; the summary unless given.
    request : type or None
        The model of the JSON body; None when there is no JSON body.
    answer : type or None
        The model of the JSON answer; None for pages, papers and plain text.
    errors : tuple of Code
        What this address refuses, beyond what every address of its kind does (:attr:`every_error`).
    media : tuple of str
        What it answers with; the usual one first.
    page : bool
        Whether it is one of our own pages, for people in a browser: they are known by their session, and the body of a
        POST is a form.
    described : bool
        Whether it is part of the interface that OpenAPI describes.
    """

    address: str
    permission: Permission
    summary: str
    handler: Callable[[Runtime, Asked], Awaitable[Given]] | None
    description: str = ""
    request: type[Asked] | None = None
    answer: type[BaseModel] | None = None
    errors: tuple[Code, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    page: bool = False
    described: bool = True

    @property
    def method(self) -> str:
        """``GET`` or ``POST``."""
        return self.address.partition(" ")[0]

    @cached_property
    def path(self) -> str:
        """The path as it is declared."""
        return self.address.partition(" ")[2]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the paths of this address look like."""
        return re.compile(re.sub(r"\{\w+\}", r"[^/]+", self.path))

    @property
    def name(self) -> str:
        """The address as a name in Python: BentoML's clients call it so."""
        return re.sub(r"\W+", "_", self.path.removeprefix("/v1/")).strip("_")

    @property
    def every_error(self) -> tuple[Code, ...]:
        """Every error it gives, beyond faults of ours."""
        of_callers = (NOT_ALLOWED,) if self.permission is Permission.ANYBODY else _OF_CALLERS
        return (*of_callers, *(_OF_BODIES if self.request else ()), *self.errors)

    async def call(self, runtime: Runtime, asked: Asked) -> Given:
        """Answer a request. A refusal that could tell something about a person is in the ledger before it is sent.

        A request is refused in two places. Before it is understood (address, identity, role, rate, size, schema) the
        refusal depends on nothing that is held, and tells nothing. Here it can depend on whether somebody is known or
        where their case stands; then it is recorded, under every person the request names, as an answer would be.

        Raises
        ------
        ServiceError
            The refusal; or ``no_ledger`` in its place when it could not be recorded.
        """
        if self.handler is None:
            raise ServiceError(NO_ROUTE)
        try:
            if isinstance(asked, UserRequest):
                await asyncio.to_thread(check_area, runtime, asked)
            return await self.handler(runtime, asked)
        except Exception as error:
            code = error.code if isinstance(error, ServiceError) else FAULT
            # Without a ledger, or before there is an extract, everybody is refused in the same words.
            if isinstance(asked, UserRequest) and code not in (NO_LEDGER, NOT_READY):
                await runtime.ledger.write_refusal(asked, self.handler.__name__, code.name)
            raise


#: What a file that declares an address needs.
__all__ = ["AnyEndpoint", "Endpoint", "Permission", "Runtime"]
AnyEndpoint: TypeAlias = Endpoint[Any, Any]
