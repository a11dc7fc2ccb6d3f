"""``POST /v1/actions`` and ``POST /v1/actions/report``: what an agency has agreed to do, for that agency alone."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from matac_ml.api.actions import OwnAction, OwnActionsAnswer, OwnReportAnswer
from matac_ml.casework import Case, Entry
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.notes import Action, is_same
from matac_ml.casework.sharing import is_force, is_withheld, known_to
from matac_ml.errors import LedgerError, UsageError
from matac_ml.support import SupportRecord, record_from
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act, cycle_of
from serving.endpoints.drawn_lists import NOT_RECORDED
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.restricted import hidden_from
from serving.endpoints.victims import support_of
from serving.errors import CONFLICT, NO_LEDGER, NOT_ALLOWED, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import Act, ConsultationRequest, User
from serving.rows import WHOLE

#: Actions on one page, and the kind of entry that says they were shown.
ON_A_PAGE, SHOWN = 50, "own_actions_shown"
_NO_AGENCY = "your account names no partner agency, so no action can be yours; ask whoever gave you access"
_NOT_YOURS = "your agency owns no such action"
_AGENCY = "With access off alone: for which agency. An account has its own agency and no other."


class OwnActionsRequest(ConsultationRequest):
    """A look at the actions of the caller's agency."""

    agency: User | None = Field(default=None, description=_AGENCY)
    page: Annotated[int, Field(ge=1, le=100_000), WHOLE] = Field(default=1, description=f"{ON_A_PAGE} actions, from 1.")


class OwnReportRequest(Act):
    """A report on an action of the caller's agency; the reason says what was done."""

    agency: User | None = Field(default=None, description=_AGENCY)
    action: Annotated[int, Field(ge=1, le=2**53), WHOLE] = Field(description="The entry in which it was agreed.")
    done: bool


def agency_of(said: str | None) -> str:
    """The caller's agency; ServiceError ``not_allowed`` where there is none, or another is named."""
    caller = CALLER.get()
    agency = caller.agency if caller.role is not None else said or ""
    if is_force(agency) or (said is not None and not is_same(said, agency)):
        raise ServiceError(NOT_ALLOWED, faults=[("agency", _NO_AGENCY)])
    return agency


def own_actions(runtime: Runtime, agency: str, reader: str) -> list[OwnAction]:
    """Everything that an agency owns, what is not done first; nothing of records that are kept from it."""
    known_as = runtime.deployment.known_as
    try:
        cases, meetings = runtime.casebook.cases(known_as), runtime.casebook.meetings()
        records = [record_from(person, entries) for person, entries in runtime.support_book.by_person(known_as).items()]
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    hidden = hidden_from(runtime, reader)
    told = [case for case in cases if case.person_id not in hidden and not is_withheld(case, agency, meetings)]
    found = [one for case in told for one in _of_case(case, agency)]
    found += [one for record in records if record.person_id not in hidden for one in _of_support(record, agency)]
    return sorted(found, key=lambda one: (one.done, one.due, one.action))


def _of_case(case: Case, agency: str) -> Iterator[OwnAction]:
    for action in case.actions:
        if is_same(action.agency, agency):
            yield OwnAction(person_id=known_to(case, agency), part_of="plan", **_told(action))


def _of_support(record: SupportRecord, agency: str) -> Iterator[OwnAction]:
    # As the person was known when the agency agreed: a merge in police records is not the agency's to know.
    named = {entry.number: entry.personal.subject for entry in record.entries if entry.personal}
    for action in record.actions if record.is_open else ():
        if is_same(action.agency, agency):
            yield OwnAction(person_id=named[action.number], part_of="support", **_told(action))


def _told(action: Action) -> dict[str, object]:
    return {
        "action": action.number,
        "text": action.text,
        "due": action.due,
        "agreed_by": action.agreed_by,
        "done": action.done,
        "report": action.report,
    }


async def show_own_actions(runtime: Runtime, asked: OwnActionsRequest) -> OwnActionsAnswer:
    """The actions of one page; everybody whom they name has an entry."""
    agency = agency_of(asked.agency)
    found = await asyncio.to_thread(own_actions, runtime, agency, asked.user)
    shown = found[(asked.page - 1) * ON_A_PAGE : asked.page * ON_A_PAGE]
    looks = [Consultation(person, {}) for person in dict.fromkeys(one.person_id for one in shown)]
    note = await runtime.ledger.write(SHOWN, asked, looks) if looks else NOT_RECORDED
    return OwnActionsAnswer(agency=agency, of=len(found), actions=tuple(shown), ledger=note)


async def report_own_action(runtime: Runtime, asked: OwnReportRequest) -> OwnReportAnswer:
    """Record a report; 409 of an action that is not the agency's, in the same words as of one that is not there."""
    agency = agency_of(asked.agency)
    entry = await act(partial(_write, runtime, asked, agency))
    return OwnReportAnswer(action=asked.action, entry=entry.number, head=entry.hash)


def _write(runtime: Runtime, asked: OwnReportRequest, agency: str, begun: "Future[None]") -> Entry:
    mine = own_actions(runtime, agency, asked.user)
    action = next((one for one in mine if one.action == asked.action), None)
    if action is None:
        raise ServiceError(CONFLICT, faults=[("action", _NOT_YOURS)])
    said: dict[str, Any] = {
        "action": asked.action,
        "done": asked.done,
        "actor": asked.user,
        "reason": asked.reason,
        "agency": agency,
    }
    before = partial(begin, begun)
    try:
        if action.part_of == "support":
            support = support_of(runtime)
            support.before_writing = before
            return support.report(action.person_id, **said)
        cycle = cycle_of(runtime, runtime.deployment)
        known = (cycle.ledger, cycle.toolkit, cycle.identities, cycle.recorded)
        meetings = Meetings(*known, caller=cycle.caller, before_writing=before, agency=cycle.agency)
        return meetings.report_action(action.person_id, **said)
    except UsageError as error:
        raise ServiceError(
            CONFLICT, faults=[("action", fault) for fault in error.faults or (error.message,)]
        ) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error


LISTED = Endpoint(
    address="POST /v1/actions",
    permission=Permission.OWN_ACTIONS,
    summary="What the caller's agency has agreed to do.",
    description="the actions that the caller's agency owns, of plans and of [support for victims](victims.md), and "
    "nothing else about the people",
    request=OwnActionsRequest,
    answer=OwnActionsAnswer,
    handler=show_own_actions,
)
REPORTED = Endpoint(
    address="POST /v1/actions/report",
    permission=Permission.OWN_ACTIONS,
    summary="A report on an action of the caller's agency.",
    description="a report on an action that the caller's agency owns: whether it is done, and what was done",
    request=OwnReportRequest,
    answer=OwnReportAnswer,
    errors=(CONFLICT,),
    handler=report_own_action,
)
