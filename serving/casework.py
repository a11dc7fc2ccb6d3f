"""The MATAC cycle over HTTP: the same steps as on the command line, checked and written by the kernel."""

import asyncio
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from matac_ml import clock
from matac_ml.api.answers import CohortAnswer, CycleAnswer
from matac_ml.asof import PersonView
from matac_ml.casework import Cycle, Entry, Instrument, Recorded, Score, recorded_as
from matac_ml.casework.cohort import SUPPLIED
from matac_ml.casework.score import score_of
from matac_ml.casework.steps import STEPS
from matac_ml.casework.toolkit import DEFAULT, load_toolkit
from matac_ml.errors import LedgerError, UsageError
from matac_ml.explain.eligibility import left_out_text
from matac_ml.records import identities
from serving.caller import CALLER
from serving.deadline import begin, to_its_end
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.force import Force
from serving.holder import Holder
from serving.ledger_notes import LedgerNotes
from serving.on_record import on_record
from serving.rows import IDENTIFIER
from serving.schema import CohortRequest, CycleRequest, OverrideEntry

T = TypeVar("T")
Faults = list[tuple[str, str]]

#: What a step takes beyond the person, who takes it, why and when, and whether it can be left out.
_TAKES: dict[str, dict[str, bool]] = {
    "refer": {"source": True, "score": True},
    "plan": {"interventions": False, "starts": False, "weeks": True},
    "engage": {"week": False, "engaged": False},
    "exit": {"score": True},
}
_NEW = re.compile(IDENTIFIER)
_FIELDS = sorted({field for takes in _TAKES.values() for field in takes})


def _mistaken(asked: CycleRequest) -> Faults:
    """Fields that a step needs and did not get, and those it would leave unread."""
    takes = _TAKES.get(asked.step, {})
    given = {field for field in _FIELDS if getattr(asked, field) is not None}
    faults = [(field, "this step needs it") for field, optional in takes.items() if not optional and field not in given]
    return faults + [
        (field, "this step does not take it") for field in _FIELDS if field in given and field not in takes
    ]


def _take(cycle: Cycle, asked: CycleRequest, score: Callable[[], Score | None]) -> Entry:
    """Take the step; it has what it needs."""
    person = asked.person_id
    given: dict[str, Any] = {"actor": asked.user, "reason": asked.reason, "on": asked.on}
    if asked.step == "refer":
        return cycle.refer(person, source=asked.source or "analysis", score=score(), **given)
    if asked.step in ("accept", "decline"):
        return cycle.judge(person, accept=asked.step == "accept", **given)
    if asked.step == "plan" and asked.starts is not None:
        return cycle.plan(
            person, interventions=asked.interventions or [], starts=asked.starts, weeks=asked.weeks, **given
        )
    if asked.step == "engage" and asked.week is not None:
        return cycle.engage(person, week=asked.week, engaged=bool(asked.engaged), **given)
    if asked.step == "exit":
        leaving = score()
        if leaving is None and cycle.recorded(person) is not Recorded.VICTIM_ONLY:
            message = "this step needs it: the extract in force does not know the person"
            raise ServiceError(CONFLICT, faults=[("score", message)])
        return cycle.leave(person, score=leaving, **given)
    simple: dict[str, Callable[..., Entry]] = {
        "release": cycle.release,
        "remove": cycle.remove,
        "withdraw": cycle.withdraw,
        "complete": cycle.complete,
        "end_early": cycle.end_early,
    }
    return simple[asked.step](person, **given)


class Casework:
    """Takes steps of the cycle in the worker's ledger, of people as the extract in force knows them.

    Parameters
    ----------
    toolkit : Path or None
        The force's own; the one that is shipped when None.
    """

    def __init__(self, notes: LedgerNotes, holder: Holder, *, toolkit: Path | None) -> None:
        self.notes = notes
        self._holder = holder
        self._toolkit = load_toolkit(toolkit or DEFAULT)

    @on_record
    async def step(self, asked: CycleRequest) -> CycleAnswer:
        """Take one step; 409 when it does not follow from where the person stands."""
        if faults := _mistaken(asked):
            raise ServiceError(CONFLICT, faults=faults)
        begun: Future[None] = Future()
        return await to_its_end(asyncio.to_thread(self._step, asked, begun), begun)

    @on_record
    async def cohort(self, asked: CohortRequest) -> CohortAnswer:
        """Take a cohort, whole or not at all."""
        begun: Future[None] = Future()
        return await to_its_end(asyncio.to_thread(self._cohort, asked, begun), begun)

    def _step(self, asked: CycleRequest, begun: "Future[None]") -> CycleAnswer:
        force = self._holder.force
        # Two spellings of somebody new would be two people; whoever the extract knows is spelt as it spells.
        if asked.step == "refer" and not _NEW.fullmatch(asked.person_id) and force.find(asked.person_id) is None:
            message = "an identifier that the extract does not know has letters, digits and . _ : / @ + - alone"
            raise ServiceError(CONFLICT, faults=[("person_id", message)])

        def score() -> Score | None:
            person = force.find(asked.person_id) if asked.score is None else None
            if person is None:
                return None if asked.score is None else Score(asked.score)
            # A score of somebody who is a victim alone would make a suspect of them.
            if recorded_as(person, force.as_of) is Recorded.VICTIM_ONLY:
                return None
            day = min(force.as_of, asked.on or clock.today())
            return score_of(person, force.setting.policy, day, harm=force.setting.harm)

        entry = self._with(force, begun, lambda cycle: _take(cycle, asked, score))
        payload = entry.personal.payload if entry.personal else {}
        setting = force.setting
        left_out = left_out_text(
            force.find(asked.person_id), setting.policy, force.as_of, lookback_days=setting.instruments.lookback_days
        )
        return CycleAnswer(
            also_victim=_also_victim(force, asked.person_id),
            person_id=entry.personal.subject if entry.personal else asked.person_id,
            state=STEPS[entry.kind][1].value,
            score=payload["score"]["points"] if "score" in payload else None,
            entry=entry.number,
            head=entry.hash,
            note=payload.get("note", left_out if asked.step == "refer" else ""),
        )

    def _cohort(self, asked: CohortRequest, begun: "Future[None]") -> CohortAnswer:
        force = self._holder.force
        policy = force.setting.policy
        leave_off, put_on = _reasons("leave_off", asked.leave_off), _reasons("put_on", asked.put_on)
        order = self._order(force, asked)
        entries = self._with(
            force,
            begun,
            lambda cycle: cycle.cohort(
                asked.proposed,
                actor=asked.user,
                reason=asked.reason,
                name=asked.name,
                capacity=policy.capacity,
                by=Instrument.of(policy),
                leave_off=leave_off,
                put_on=put_on,
                order=order,
                on=asked.on,
            ),
        )
        members = tuple(one.personal.subject for one in entries if one.kind == "cohort_member" and one.personal)
        return CohortAnswer(
            also_victims=tuple(member for member in members if _also_victim(force, member)),
            name=asked.name,
            members=members,
            entries=tuple(one.number for one in entries),
            head=entries[-1].hash,
        )

    def _order(self, force: Force, asked: CohortRequest) -> str:
        """Where the order proposed comes from: a list that the service gave and that it follows, or the caller."""
        if asked.list_id is None:
            return SUPPLIED
        places = {person: place for place, person in enumerate(self.notes.listed(asked.list_id))}
        proposed = [places.get(identities(force.extract, person)[0], -1) for person in asked.proposed]
        if -1 in proposed or proposed != sorted(proposed):
            message = (
                "these people, in this order, are not on the list that list_id names; for another leave list_id out"
            )
            raise ServiceError(CONFLICT, faults=[("proposed", message)])
        return f"of list {asked.list_id}"

    def _with(self, force: Force, begun: "Future[None]", work: Callable[[Cycle], T]) -> T:
        people = partial(identities, force.extract)

        def recorded(person_id: str) -> Recorded:
            return recorded_as(force.find(person_id), force.as_of)

        try:
            cycle = Cycle(
                self.notes.ledger,
                self._toolkit,
                people,
                recorded,
                caller=CALLER.get().id,
                before_writing=partial(begin, begun),
            )
            return work(cycle)
        except UsageError as error:
            said = [("step", fault) for fault in error.faults or (error.message,)]
            raise ServiceError(CONFLICT, faults=said) from error
        except LedgerError as error:
            raise ServiceError(NO_LEDGER) from error


def _reasons(field: str, given: Sequence[OverrideEntry]) -> dict[str, str]:
    reasons = {one.person_id: one.reason for one in given}
    if len(reasons) < len(given):
        raise ServiceError(CONFLICT, faults=[(field, "a person is named twice")])
    return reasons


def _also_victim(force: Force, person_id: str) -> bool | None:
    """Whether the person is recorded as a suspect and as a victim; None of somebody the extract does not know."""
    person = force.find(person_id)
    if person is None:
        return None
    return PersonView(person, force.as_of).has_dual_role
