"""``POST /v1/meeting``: a meeting is opened, held and closed, the same as on the pages and the command line."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from matac_ml.api.answers import MeetingAnswer
from matac_ml.casework import Entry
from matac_ml.casework.meetings import LONGEST_ACTION, MOST_ATTENDED, Meetings
from matac_ml.casework.meetings_read import Attended
from matac_ml.errors import LedgerError, UsageError
from matac_ml.roles import titles, who_may
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act, cycle_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import CONFLICT, NO_LEDGER, NOT_ALLOWED, ServiceError
from serving.requests import Act, User
from serving.rows import PLAIN, WHOLE, Asked, Day, Identifier, KnownIdentifier

Text = Annotated[str, Field(min_length=3, max_length=LONGEST_ACTION, pattern=PLAIN)]


class AttendedEntry(Asked):
    """Somebody who attends, and for which agency."""

    name: User
    agency: User


class MeetingRequest(Act):
    """One act of a meeting, by a named person with a reason."""

    act: Literal["open", "close", "declare_conflict", "restrict", "lift", "agree_action", "report_action"]
    name: Identifier = Field(description="Of the meeting.")
    day: Day | None = Field(default=None, description="open needs it.")
    area: Annotated[str, Field(max_length=80, pattern=PLAIN)] | None = Field(
        default=None, description="open: the area; the whole force unless told."
    )
    attended: list[AttendedEntry] | None = Field(
        default=None, min_length=1, max_length=MOST_ATTENDED, description="open needs it."
    )
    person_id: KnownIdentifier | None = Field(default=None, description="Every other act but close needs it.")
    to: list[User] | None = Field(
        default=None, min_length=1, max_length=MOST_ATTENDED, description="restrict: who else may see the record."
    )
    text: Text | None = Field(default=None, description="agree_action needs it: what is done.")
    agency: User | None = Field(default=None, description="agree_action needs it: who owns the action.")
    due: Day | None = Field(default=None, description="agree_action needs it.")
    agreed_by: User | None = Field(default=None, description="agree_action needs it: who agreed for the agency.")
    intervention: Identifier | None = Field(default=None, description="agree_action: of the toolkit.")
    action: Annotated[int, Field(ge=1, le=2**53), WHOLE] | None = Field(
        default=None, description="report_action needs it: the entry in which the action was agreed."
    )
    done: bool | None = Field(default=None, description="report_action needs it.")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about."""
        return (self.person_id,) if self.person_id else ()

    @property
    def is_of_area(self) -> bool:
        """Of a meeting that is opened alone: no other act takes an area."""
        return self.act == "open"


#: What each act needs of whoever does it, and its fields, each with whether it can be left out.
_ACTS: dict[str, tuple[Permission, dict[str, bool]]] = {
    "open": (Permission.CHAIR, {"day": False, "attended": False, "area": True}),
    "close": (Permission.CHAIR, {}),
    "declare_conflict": (Permission.TAKE_STEPS, {"person_id": False}),
    "restrict": (Permission.RELEASE_HOLDS, {"person_id": False, "to": True}),
    "lift": (Permission.RELEASE_HOLDS, {"person_id": False}),
    "agree_action": (
        Permission.RUN_PROGRAMME,
        {"person_id": False, "text": False, "agency": False, "due": False, "agreed_by": False, "intervention": True},
    ),
    "report_action": (Permission.RUN_PROGRAMME, {"person_id": False, "action": False, "done": False}),
}
_FIELDS = sorted({field for _, fields in _ACTS.values() for field in fields})


async def meeting(runtime: Runtime, asked: MeetingRequest) -> MeetingAnswer:
    """Record one act; 403 when it is another role's, 409 when it cannot be."""
    needed, takes = _ACTS[asked.act]
    if not CALLER.get().may(needed):
        raise ServiceError(NOT_ALLOWED, faults=[("act", f"this is done by the role {titles(who_may(needed))}")])
    given = {field for field in _FIELDS if getattr(asked, field) is not None}
    faults = [(field, "this act needs it") for field, optional in takes.items() if not optional and field not in given]
    faults += [(field, "this act does not take it") for field in sorted(given - takes.keys())]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    entry = await act(partial(_write, runtime, asked))
    return MeetingAnswer(name=asked.name, entry=entry.number, head=entry.hash)


def _write(runtime: Runtime, asked: MeetingRequest, begun: "Future[None]") -> Entry:
    work = cycle_of(runtime, runtime.deployment, before_writing=partial(begin, begun))
    about = "" if asked.act in ("open", "close") else asked.name
    meetings = Meetings(
        work.ledger,
        work.toolkit,
        work.identities,
        work.recorded,
        caller=work.caller,
        before_writing=work.before_writing,
        meeting=about,
        agency=work.agency,
    )
    try:
        return _take(meetings, asked)
    except UsageError as error:
        faults = [("act", fault) for fault in error.faults or (error.message,)]
        raise ServiceError(CONFLICT, faults=faults) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error


def _take(meetings: Meetings, asked: MeetingRequest) -> Entry:
    """Do it; what it needs is there."""
    who: dict[str, Any] = {"actor": asked.user, "reason": asked.reason}
    person = asked.person_id or ""
    if asked.act == "open" and asked.day is not None:
        there = [Attended(one.name, one.agency) for one in asked.attended or ()]
        return meetings.open(asked.name, day=asked.day, area=asked.area or "", attended=there, **who)
    if asked.act == "agree_action" and asked.due is not None:
        action = {"text": asked.text or "", "agency": asked.agency or "", "agreed_by": asked.agreed_by or ""}
        given = asked.intervention or ""
        return meetings.agree_action(person, due=asked.due, intervention=given, **action, **who)
    if asked.act == "report_action":
        return meetings.report_action(person, action=asked.action or 0, done=bool(asked.done), **who)
    simple: dict[str, Callable[[], Entry]] = {
        "close": lambda: meetings.close(asked.name, **who),
        "declare_conflict": lambda: meetings.declare_conflict(person, **who),
        "restrict": lambda: meetings.restrict(person, to=asked.to or (), **who),
        "lift": lambda: meetings.lift(person, **who),
    }
    return simple[asked.act]()


ENDPOINT = Endpoint(
    address="POST /v1/meeting",
    permission=Permission.TAKE_STEPS,
    summary="One act of a meeting: opened, held, closed.",
    description=(
        "one act of [a meeting](cycle.md): it is opened or closed, a conflict is declared, a record restricted, "
        "an action agreed or reported on"
    ),
    request=MeetingRequest,
    answer=MeetingAnswer,
    errors=(CONFLICT,),
    handler=meeting,
)
