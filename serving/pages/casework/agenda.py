"""What a meeting has before it, from the ledger and the records in force: in the order in which it is taken."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matac_ml.casework import Case, State
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import Action, is_same
from matac_ml.casework.statistics import warnings_of
from matac_ml.errors import LedgerError
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Runtime
from serving.endpoints.people import also_victim
from serving.errors import NO_LEDGER, ServiceError
from serving.pages.casework.cases import areas_of, open_cases
from serving.pages.casework.citing import WaitingOrder, order_of
from serving.pages.casework.sight import is_masked
from serving.pages.forms import current_session

#: Where somebody stands who is on the agenda.
_ON_AGENDA = (State.HELD, State.JUDGED_TWICE, State.ACCEPTED, State.IN_COHORT, State.REMOVED)
#: Behind everybody who has a place on a list.
_NOT_LISTED = (1_000_000_000, 0)


@dataclass(frozen=True)
class OnAgenda:
    """One person on the agenda.

    Attributes
    ----------
    place : int
        In the order of the agenda, from 1.
    listed : bool
        Whether the order gives the person a place.
    conflicted : bool
        Whether the reader has declared a conflict of interest.
    """

    case: Case
    place: int
    area: str
    also_victim: bool
    conflicted: bool
    listed: bool = False


@dataclass(frozen=True)
class Agenda:
    """A meeting's business; people whom the reader may not see are counted alone.

    Attributes
    ----------
    last : Meeting or None
        The meeting before it.
    actions : tuple of (str, Action)
        Of the last meeting, and those of earlier ones that are not done, each with whom it is about.
    acted_on : tuple of Case
        Those whom the actions are about.
    order : WaitingOrder
        Whose order it is in which people wait for a place.
    """

    meeting: Meeting
    last: Meeting | None
    actions: tuple[tuple[str, Action], ...]
    acted_on: tuple[Case, ...]
    holds: tuple[OnAgenda, ...]
    to_settle: tuple[OnAgenda, ...]
    to_place: tuple[OnAgenda, ...]
    to_plan: tuple[OnAgenda, ...]
    masked: int
    capacity: int
    order: WaitingOrder
    taken: bool
    warnings: tuple[str, ...]

    @property
    def people(self) -> list[Case]:
        """Everybody whom the page names."""
        rows = (*self.holds, *self.to_settle, *self.to_place, *self.to_plan)
        named = {case.person_id: case for case in (*self.acted_on, *(row.case for row in rows))}
        return list(named.values())


def name_of(meeting: str) -> str:
    """The name of a meeting in an address: whatever its own name says, the address does not."""
    return f"M-{hashlib.sha256(meeting.encode()).hexdigest()[:32]}"


def meetings_of(runtime: Runtime, meeting: str = "") -> Meetings:
    """Meetings in this worker's ledger; what is noted stands in the minutes of the one named."""
    work = cycle_of(runtime, runtime.deployment)
    known = (work.ledger, work.toolkit, work.identities, work.recorded)
    return Meetings(*known, caller=work.caller, meeting=meeting, agency=work.agency)


def all_meetings(runtime: Runtime) -> list[Meeting]:
    """Every meeting; ServiceError ``no_ledger`` when they cannot be read."""
    try:
        return runtime.casebook.meetings()
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


def find_meeting(runtime: Runtime, address: str) -> Meeting | None:
    """A meeting by its name in an address."""
    return next((meeting for meeting in all_meetings(runtime) if name_of(meeting.name) == address), None)


def agenda(runtime: Runtime, meeting: Meeting, chosen: str = "") -> Agenda:
    """The business of a meeting as it stands now.

    Parameters
    ----------
    chosen : str
        The drawn list whose order it is to be; see :func:`~serving.pages.casework.citing.order_of`.
    """
    everybody = open_cases(runtime)
    areas = areas_of(runtime, [case.person_id for case in everybody])
    here = [case for case in everybody if meeting.area in ("", areas[case.person_id]) or not areas[case.person_id]]
    seen = [case for case in here if not is_masked(runtime, case)]
    before = [one for one in all_meetings(runtime) if one.number < meeting.number and one.area == meeting.area]
    last = before[-1] if before else None
    capacity, order = runtime.deployment.context.policy.capacity, order_of(runtime, meeting, chosen)

    runtime.deployment.find_all([case.person_id for case in seen if case.state in _ON_AGENDA])

    def rows(cases: Sequence[Case], *, places: int = 0) -> tuple[OnAgenda, ...]:
        return tuple(
            OnAgenda(
                case,
                place,
                areas[case.person_id],
                bool(also_victim(runtime.deployment, case.person_id)),
                any(is_same(name, current_session().name) for name in case.conflicts),
                place <= places and (order.cited is None or case.person_id in order.places),
            )
            for place, case in enumerate(cases, 1)
        )

    accepted, actions = sorted(_of(seen, State.ACCEPTED), key=partial(_in_order, order)), _actions(seen, last)
    try:
        work = cycle_of(runtime, runtime.deployment)
        taken = any(
            entry.kind == "cohort" and entry.personal is not None and entry.personal.reference == meeting.name
            for entry in runtime.casebook.of_meetings()
        )
        warnings = tuple(warnings_of(work, runtime.casebook.by_person(work.identities)))
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    return Agenda(
        meeting=meeting,
        last=last,
        actions=actions,
        acted_on=tuple(case for case in seen if any(case.person_id == person for person, _ in actions)),
        holds=rows(_of(seen, State.HELD)),
        to_settle=rows(_of(seen, State.JUDGED_TWICE)),
        to_place=rows(accepted, places=capacity),
        to_plan=rows(_of(seen, State.IN_COHORT, State.REMOVED)),
        masked=len(here) - len(seen),
        capacity=capacity,
        order=order,
        taken=taken,
        warnings=warnings,
    )


def _of(cases: Sequence[Case], *states: State) -> list[Case]:
    return [case for case in cases if case.state in states]


def _in_order(order: WaitingOrder, case: Case) -> tuple[tuple[int, int], int, str, str]:
    """Those on the cited list in its order; then, and where none is cited, by entry score and by how long they wait."""
    points = case.entry_score.points if case.entry_score else -1
    return (order.places.get(case.person_id, _NOT_LISTED), -points, str(case.referred or ""), case.person_id)


def _actions(cases: Sequence[Case], last: Meeting | None) -> tuple[tuple[str, Action], ...]:
    of_last = last.name if last else None
    return tuple(
        (case.person_id, action)
        for case in cases
        for action in case.actions
        if not action.done or action.meeting == of_last
    )
