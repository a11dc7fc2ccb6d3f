"""Everybody with whom something is going on, by where they stand: what a meeting needs before it begins.

Whoever was declined or has exited is not there: a list of people once looked at would be a register of its own.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from matac_ml.casework.case import Case, case_from
from matac_ml.casework.cycle import Cycle
from matac_ml.casework.entry import Entry
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.sharing import is_withheld
from matac_ml.casework.stepping import NOT_TOLD
from matac_ml.casework.steps import KINDS, State

#: In the order in which a meeting takes them.
OPEN = (
    State.HELD,
    State.REFERRED,
    State.JUDGED_ONCE,
    State.JUDGED_TWICE,
    State.ACCEPTED,
    State.IN_COHORT,
    State.PLANNED,
    State.COMPLETED,
    State.ENDED_EARLY,
    State.REMOVED,
    State.DISRUPTED,
    State.WITHDRAWN,
)


def entries_by_person(cycle: Cycle) -> dict[str, list[Entry]]:
    """Everything that casework wrote of each person, oldest first, under the identifier that stays."""
    by_person: dict[str, list[Entry]] = {}
    staying: dict[str, str] = {}
    for entry in cycle.ledger.entries(kind=KINDS):
        if entry.personal is not None and entry.personal.subject:
            subject = entry.personal.subject
            if subject not in staying:
                staying[subject] = cycle.identities(subject)[0]
            by_person.setdefault(staying[subject], []).append(entry)
    return by_person


def caseload(cycle: Cycle) -> dict[State, tuple[Case, ...]]:
    """Open cases by state, those that have waited longest first; states in which nobody is are left out."""
    cases = [case_from(person, entries) for person, entries in entries_by_person(cycle).items()]
    cases.sort(key=lambda case: (case.last or date.max, case.person_id))
    found = {state: tuple(case for case in cases if case.state is state) for state in OPEN}
    return {state: those for state, those in found.items() if those}


def unrecorded(case: Case, today: date) -> tuple[int, ...]:
    """Weeks of the programme that have ended and of which nobody said whether the person engaged."""
    if case.started is None:
        return ()
    ended = min((today - case.started) // timedelta(weeks=1), case.programme_weeks)
    return tuple(week for week in range(1, ended + 1) if week not in case.weeks)


def state_in_cycle(case: Case, agency: str, meetings: Sequence[Meeting]) -> str:
    """Where somebody stands in words, beside a list: of a restricted record, or one kept from an agency, only that."""
    return NOT_TOLD if case.restricted_to or is_withheld(case, agency, meetings) else case.state.value
