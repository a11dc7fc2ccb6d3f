"""Forms as they are sent, and what they hold as the same requests that the API takes."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from serving.access.principal import CALLER, check_user
from serving.errors import INVALID, ServiceError, faults_of
from serving.requests import ConsultationRequest

Asked = TypeVar("Asked", bound=BaseModel)
Consulting = TypeVar("Consulting", bound=ConsultationRequest)
Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a form; the gate has read and measured the body. A field sent twice is somebody's trick."""
    try:
        pairs = parse_qsl((await request.body()).decode("utf-8"), max_num_fields=20, strict_parsing=False)
    except ValueError:
        raise ServiceError(INVALID, faults=[("", "the form cannot be read")]) from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise ServiceError(INVALID, faults=[("", "a field was sent twice")])
    return dict(pairs)


def validated(model: type[Asked], fields: Mapping[str, Any]) -> Asked:
    """A part of a request, or ServiceError ``invalid`` with everything that is wrong with it."""
    try:
        return model.model_validate(fields, strict=False)
    except ValidationError as error:
        raise ServiceError(INVALID, faults=faults_of(error)) from None


def consulting(model: type[Consulting], form: Form, **fields: Any) -> Consulting:
    """The request that a form makes: who looks and why, as the form says it, and ``fields``."""
    asked = validated(model, {**consultation(form), **fields})
    check_user(CALLER.get(), asked.user)
    return asked


def consultation(form: Form) -> Form:
    """Who looks and why, as the form said it."""
    return {name: form.get(name, "") for name in ("user", "purpose", "justification")}
