"""Forms as they are sent, and what they hold as the same requests that the API takes."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from serving.access.principal import CALLER, check_user
from serving.access.sessions import SESSION, Session
from serving.errors import INVALID, NO_IDENTITY, ServiceError, faults_of
from serving.requests import MAX_RANKED, ConsultationRequest

Asked = TypeVar("Asked", bound=BaseModel)
Consulting = TypeVar("Consulting", bound=ConsultationRequest)
Form = dict[str, str]

#: Fields of one form: a meeting decides about many people in one.
_MOST_FIELDS = 2_000
#: What a page says of a field that breaks a rule, in place of the rule's own words.
_PLAIN = {
    "user": "Enter your name, with letters that can be seen",
    "purpose": "Choose what you are doing",
    "justification": "Say why in at least 10 characters, in one line",
    "quotas": "Enter areas of the list with their places, such as North=4; South=3",
    "seed": "Enter the 64 letters and digits of a seed that was committed to",
    "places": f"Enter how many people the meeting can take, from 1 to {MAX_RANKED}",
    "k": f"Enter how many people the meeting can take, from 1 to {MAX_RANKED}",
    "area": "Choose an area from the list",
    "order": "Choose what to order by",
    "person_id": "Enter the person's identifier, at most 80 characters",
    "nomination_id": "Enter a reference that begins with N- and goes on with 32 letters and digits",
    "role": "Choose a role",
    "agency": "Enter the agency you work for, with letters that can be seen",
    "worker": "Enter the worker's name, with letters that can be seen",
    "wishes": "Say what the person wants, in one line of 3 to 300 characters",
    "plan": "Say what is planned, in one line of 3 to 300 characters",
    "recipient": "Enter the name of whoever receives it, with letters that can be seen",
    "meeting": "Choose a meeting",
    "reason": "Say why in at least 10 characters, in one line",
    "basis": "Choose the ground on which it is shared",
    "share": "Choose with whom it may be shared",
    "key": "Enter an access key that is in force",
    "until": "Enter the last day of the approval as year, month and day, such as 2027-11-28",
    "conditions": "Say each condition in at least 10 characters, one a line",
}


def parse_form(body: bytes) -> Form:
    """The fields of a form. A field sent twice is somebody's trick."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), max_num_fields=_MOST_FIELDS, strict_parsing=False)
    except ValueError:
        raise ServiceError(INVALID, faults=[("", "the form cannot be read")]) from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise ServiceError(INVALID, faults=[("", "a field was sent twice")])
    return dict(pairs)


async def read_form(request: Request) -> Form:
    """The fields of a form; the gate has read and measured the body."""
    return parse_form(await request.body())


def current_session() -> Session:
    """The session of the request; ServiceError ``no_identity`` outside one, which the gate lets through nowhere."""
    session = SESSION.get()
    if session is None:
        raise ServiceError(NO_IDENTITY)
    return session


def validated(model: type[Asked], fields: Mapping[str, Any]) -> Asked:
    """A part of a request, or ServiceError ``invalid`` with everything that is wrong with it."""
    try:
        return model.model_validate(fields, strict=False)
    except ValidationError as error:
        raise ServiceError(INVALID, faults=faults_of(error)) from None


def consulting(model: type[Consulting], **fields: Any) -> Consulting:
    """The request that a form makes: who looks and why, as the session has it, and ``fields``."""
    session = current_session()
    why = {"user": session.name, "purpose": session.purpose, "justification": session.reason}
    asked = validated(model, {**why, **fields})
    check_user(CALLER.get(), asked.user)
    return asked


def plain_faults(error: ServiceError | None) -> dict[str, str]:
    """What is wrong with a form, by field, in words for whoever filled it in; the service's own where it knows more."""
    if error is None:
        return {}
    ours = error.code is INVALID
    found: dict[str, list[str]] = {}
    for field, message in error.faults:
        found.setdefault(field, []).append(_PLAIN.get(field, message) if ours else _sentence(message))
    return {field: "; ".join(dict.fromkeys(messages)) for field, messages in found.items()}


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]
