"""What a meeting decides in one form: each decision is a step of the cycle or a note, in the meeting's minutes."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from matac_ml.casework.cohort import select
from matac_ml.casework.meetings import Meetings
from matac_ml.casework.overrides import OverrideCode
from matac_ml.errors import LedgerError
from matac_ml.written import fault_of_reason
from serving.endpoints import cohort, cycle
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Runtime
from serving.errors import CONFLICT, INVALID, NO_LEDGER, Code, ServiceError
from serving.pages.casework.agenda import agenda, find_meeting, meetings_of, name_of
from serving.pages.casework.many import field_of, rows_sent
from serving.pages.casework.noting import noting
from serving.pages.forms import Form, current_session, plain_faults, validated

#: Where an act without rows asks why: what is wrong with it is said there.
_WHY = {"cohort": "cohort-reason", "conflict": "conflict-why", "restrict": "restrict-why", "lift": "lift-why"}


@dataclass
class Deciding:
    """One form of a meeting, and what could not be recorded of it.

    Attributes
    ----------
    faults : list of (str, str)
        Field and message.
    code : Code
        What kind of error they are.
    """

    runtime: Runtime
    meeting: str
    act: str
    form: Form
    faults: list[tuple[str, str]] = field(default_factory=list)
    code: Code = INVALID

    def rows(self, chosen: str) -> Iterator[tuple[int, str, str]]:
        """Number, person and what was chosen, of every row in which something was."""
        for row, who in rows_sent(self.form, self.act):
            if value := self.text(chosen, row):
                yield row, who, value

    def text(self, name: str, row: int) -> str:
        """What was typed into a field of a row."""
        return self.form.get(field_of(self.act, name, row), "").strip()

    def fault(self, name: str, row: int, said: str) -> None:
        """Note a fault of a row."""
        self.faults.append((field_of(self.act, name, row), said))

    def take(self, error: ServiceError, row: int | None = None) -> None:
        """Note why something was refused; raise what is nobody's fault."""
        if error.code.status >= 500:
            raise error
        self.code = error.code
        said = plain_faults(error).values()
        self.faults += [
            (_WHY.get(self.act, "") if row is None else field_of(self.act, "why", row), text) for text in said
        ]

    async def step(self, row: int, who: str, step: str, **more: Any) -> bool:
        """Take one step in the meeting; whether it was taken."""
        given = {"user": current_session().name, "person_id": who, "step": step, "meeting": self.meeting}
        try:
            asked = validated(cycle.CycleRequest, {**given, "reason": self.text("why", row), **more})
            await cycle.ENDPOINT.call(self.runtime, asked)
        except ServiceError as error:
            self.take(error, row)
            return False
        return True

    async def may_own(self, row: int, who: str, agency: str) -> bool:
        """Whether an agency can be given an action, before a plan is recorded that would then have no owner."""
        work = meetings_of(self.runtime, self.meeting)
        try:
            faults = await asyncio.to_thread(work.faults_of_owner, who, agency)
        except LedgerError:
            raise ServiceError(NO_LEDGER) from None
        for said in faults:
            self.fault("agency", row, said[:1].upper() + said[1:])
        return not faults

    async def note(self, work: Callable[[Meetings], object], row: int | None = None) -> bool:
        """Note something in the meeting; whether it was noted."""

        def write(begun: "Future[None]") -> None:
            with noting(begun) as before:
                notes = meetings_of(self.runtime, self.meeting)
                notes.before_writing = before
                work(notes)

        try:
            await act(write)
        except ServiceError as error:
            self.take(error, row)
            return False
        return True


async def hold_rows(deciding: Deciding) -> int:
    """Safeguarding holds are released, or their referrals declined."""
    return sum([await deciding.step(row, who, step) for row, who, step in deciding.rows("outcome")])


async def settle_rows(deciding: Deciding) -> int:
    """Judgements are settled."""
    return sum([await deciding.step(row, who, f"settle_{step}") for row, who, step in deciding.rows("outcome")])


async def take_cohort(deciding: Deciding) -> int:
    """The cohort is taken: against the order alone a reason and its code are asked."""
    wanted = {who: (row, value == "yes") for row, who, value in deciding.rows("place")}
    undecided = sum(who not in wanted for _, who in rows_sent(deciding.form, deciding.act))
    if undecided:
        deciding.faults.append(("", f"Say for each person whether they have a place: {undecided} not decided yet"))
        return 0
    meeting = find_meeting(deciding.runtime, name_of(deciding.meeting))
    found = agenda(deciding.runtime, meeting, deciding.form.get("cohort-list", "")) if meeting else None
    everybody = [row.case.person_id for row in found.to_place] if found else []
    if found is None or set(everybody) != set(wanted):
        deciding.faults.append(("", "The agenda has changed since you opened it. Look at it and decide again"))
        deciding.code = CONFLICT
        return 0
    cited = found.order.cited
    in_order = everybody if cited is None else [who for who in everybody if who in found.order.places]
    if not in_order:
        deciding.faults.append(("", "Nobody who waits for a place stands on this list: choose another list, or none"))
        return 0
    why_list = deciding.form.get("cohort-list-why", "").strip()
    if cited is not None and cited.unfit and fault_of_reason(why_list):
        deciding.faults.append(("cohort-list-why", "Say in at least 10 characters why this list is used"))
    capacity = deciding.runtime.deployment.context.policy.capacity
    leave_off, put_on = against(in_order, {who: yes for who, (_, yes) in wanted.items()}, capacity)
    entries: dict[str, Any] = {"leave_off": [], "put_on": []}
    for way, people in (("leave_off", leave_off), ("put_on", put_on)):
        for who in people:
            row = wanted[who][0]
            why, code = deciding.text("why", row), deciding.text("code", row)
            if fault_of_reason(why):
                deciding.fault("why", row, "This is against the order: say why in at least 10 characters")
            if code not in list(OverrideCode):
                deciding.fault("code", row, "This is against the order: choose a reason from the list")
            entries[way].append({"person_id": who, "reason": why, "code": code})
    if deciding.faults:
        return 0
    given = {"user": current_session().name, "reason": deciding.form.get("cohort-reason", "").strip()}
    entries |= {"list_number": cited.number} if cited is not None else {}
    entries |= {"list_reason": why_list} if cited is not None and cited.unfit else {}
    try:
        asked = validated(cohort.CohortRequest, {**given, "name": deciding.meeting, "proposed": in_order, **entries})
        await cohort.ENDPOINT.call(deciding.runtime, asked)
    except ServiceError as error:
        deciding.take(error)
        return 0
    return 1


def against(in_order: list[str], wanted: dict[str, bool], capacity: int) -> tuple[list[str], list[str]]:
    """Who is left off, and who put on, where places go by the order and a free one to the next on it.

    Examples
    --------
    >>> against(["a", "b", "c"], {"a": True, "b": False, "c": True}, 2)
    (['b'], [])
    >>> against(["a", "b", "c"], {"a": True, "b": True, "c": True}, 2)
    ([], ['c'])
    >>> against(["a", "b"], {"a": False, "b": True, "z": True}, 2)
    (['a'], ['z'])
    """
    leave_off: list[str] = []
    put_on: list[str] = []
    everybody = list(dict.fromkeys((*in_order, *wanted)))
    for _ in range(2 * len(everybody) + 1):
        chosen = select(
            in_order, capacity=capacity, leave_off=dict.fromkeys(leave_off, ""), put_on=dict.fromkeys(put_on, "")
        )
        extra = next((who for who in chosen.members if not wanted[who]), None)
        missing = next((who for who in everybody if wanted[who] and who not in chosen.members), None)
        if extra is not None:
            leave_off.append(extra)
        elif missing is not None:
            put_on.append(missing)
        else:
            break
    return leave_off, put_on


async def plan_rows(deciding: Deciding) -> int:
    """Plans are recorded, each intervention with its owner agency, its day and who agreed to it."""
    done = 0
    for row, who in rows_sent(deciding.form, "plan"):
        toolkit = deciding.runtime.toolkit.interventions
        names = [name for name in toolkit if f"plan-do-{name}-{row}" in deciding.form]
        if not names:
            continue
        due = _day(deciding, "due", row, "Enter the day by which it is due, such as 2026-12-31")
        starts = _day(deciding, "starts", row, "Enter the first day, such as 2026-11-28")
        agency, agreed_by = deciding.text("agency", row), deciding.text("agreed", row)
        for name, text in (("agency", agency), ("agreed", agreed_by)):
            if not text:
                deciding.fault(
                    name, row, f"Enter {'the agency that owns it' if name == 'agency' else 'who agreed to it'}"
                )
        if due is None or starts is None or not agency or not agreed_by:
            continue
        if not await deciding.may_own(row, who, agency):
            continue
        if not await deciding.step(row, who, "plan", interventions=names, starts=starts.isoformat()):
            continue
        given = {"actor": current_session().name, "reason": deciding.text("why", row), "agency": agency, "due": due}
        for name in names:
            said = {**given, "text": toolkit[name].text, "agreed_by": agreed_by, "intervention": name}
            await deciding.note(partial(_agree, who=who, said=said), row)
        done += 1
    return done


def _agree(notes: Meetings, *, who: str, said: dict[str, Any]) -> None:
    notes.agree_action(who, **said)


def _day(deciding: Deciding, name: str, row: int, missing: str) -> date | None:
    try:
        return date.fromisoformat(deciding.text(name, row))
    except ValueError:
        deciding.fault(name, row, missing)
        return None


async def report_rows(deciding: Deciding) -> int:
    """Actions are reported on."""
    done, name = 0, current_session().name
    for row, who, value in deciding.rows("done"):
        number, why = deciding.text("number", row), deciding.text("why", row)
        report = {"done": value == "yes", "actor": name, "reason": why}
        action = int(number) if number.isdecimal() and len(number) < 12 else 0
        done += await deciding.note(partial(_report, who=who, action=action, report=report), row)
    return done


def _report(notes: Meetings, *, who: str, action: int, report: dict[str, Any]) -> None:
    notes.report_action(who, action=action, **report)


async def declare(deciding: Deciding) -> int:
    """A conflict of interest is declared."""
    who, why = deciding.form.get("conflict-who", ""), deciding.form.get("conflict-why", "").strip()
    if not who:
        deciding.faults.append(("conflict-who", "Choose the person"))
        return 0
    name = current_session().name
    return int(await deciding.note(lambda notes: notes.declare_conflict(who, actor=name, reason=why)))


async def restrict(deciding: Deciding) -> int:
    """A record is restricted to named people."""
    who, why = deciding.form.get("restrict-who", ""), deciding.form.get("restrict-why", "").strip()
    if not who:
        deciding.faults.append(("restrict-who", "Choose the person"))
        return 0
    to, name = deciding.form.get("restrict-to", "").split(","), current_session().name
    return int(await deciding.note(lambda notes: notes.restrict(who, to=to, actor=name, reason=why)))


async def lift(deciding: Deciding) -> int:
    """A restriction is lifted."""
    who, why = deciding.form.get("lift-who", ""), deciding.form.get("lift-why", "").strip()
    if not who:
        deciding.faults.append(("lift-who", "Choose the person"))
        return 0
    name = current_session().name
    return int(await deciding.note(lambda notes: notes.lift(who, actor=name, reason=why)))


async def close(deciding: Deciding) -> int:
    """The meeting is closed."""
    name, meeting = current_session().name, deciding.meeting
    deciding.meeting = ""
    why = f"The meeting {meeting} is closed."
    return int(await deciding.note(lambda notes: notes.close(meeting, actor=name, reason=why)))
