"""The MATAC cycle over HTTP: the same steps as on the command line, checked and written by the kernel."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from matac_ml.casework import Cycle, Entry, Ledger
from matac_ml.casework.cycle import REGRESSION
from matac_ml.errors import LedgerError, UsageError
from matac_ml.explain.answers import CohortAnswer, CycleAnswer
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.schema import CohortRequest, CycleRequest

T = TypeVar("T")
_STEPS: dict[str, Callable[[Cycle, CycleRequest], Entry]] = {
    "refer": lambda c, a: c.refer(a.person_id, actor=a.user, reason=a.reason, source=a.source, score=a.score),
    "accept": lambda c, a: c.judge(a.person_id, actor=a.user, reason=a.reason, accept=True),
    "decline": lambda c, a: c.judge(a.person_id, actor=a.user, reason=a.reason, accept=False),
    "plan": lambda c, a: c.plan(
        a.person_id, actor=a.user, reason=a.reason, interventions=a.interventions, starts=_given(a.starts, "starts")
    ),
    "engage": lambda c, a: c.engage(a.person_id, actor=a.user, reason=a.reason, week=a.week, engaged=a.engaged),
    "remove": lambda c, a: c.remove(a.person_id, actor=a.user, reason=a.reason),
    "complete": lambda c, a: c.complete(a.person_id, actor=a.user, reason=a.reason),
    "exit": lambda c, a: c.leave(a.person_id, actor=a.user, reason=a.reason, score=_given(a.score, "score")),
}


def _given(value: T | None, field: str) -> T:
    if value is None:
        raise ServiceError(CONFLICT, faults=[(field, "this step needs it")])
    return value


class Casework:
    """Takes steps of the cycle in the ledger at an address."""

    def __init__(self, ledger: str) -> None:
        self._url = ledger

    async def step(self, asked: CycleRequest) -> CycleAnswer:
        """Take one step; 409 when it does not follow from where the person stands."""
        return await asyncio.to_thread(self._step, asked)

    async def cohort(self, asked: CohortRequest) -> CohortAnswer:
        """Take a cohort, whole or not at all."""
        return await asyncio.to_thread(self._cohort, asked)

    def _step(self, asked: CycleRequest) -> CycleAnswer:
        def work(cycle: Cycle) -> CycleAnswer:
            entry = _STEPS[asked.step](cycle, asked)
            note = REGRESSION if asked.step == "exit" else ""
            state = cycle.case(asked.person_id).state.value
            return CycleAnswer(person_id=asked.person_id, state=state, entry=entry.number, head=entry.hash, note=note)

        return self._with(work)

    def _cohort(self, asked: CohortRequest) -> CohortAnswer:
        def work(cycle: Cycle) -> CohortAnswer:
            overrides = {one.person_id: one.reason for one in asked.overrides}
            entries = cycle.cohort(
                asked.proposed, actor=asked.user, reason=asked.reason, name=asked.name, overrides=overrides
            )
            taken = [one for one in entries if one.kind == "cohort_member" and one.personal]
            return CohortAnswer(
                name=asked.name,
                members=tuple(one.personal.subject for one in taken if one.personal),
                entries=tuple(one.number for one in entries),
                head=entries[-1].hash,
            )

        return self._with(work)

    def _with(self, work: Callable[[Cycle], T]) -> T:
        try:
            with Ledger.open(self._url) as ledger:
                return work(Cycle(ledger))
        except UsageError as error:
            said = [("step", fault) for fault in error.faults or (error.message,)]
            raise ServiceError(CONFLICT, faults=said) from error
        except LedgerError as error:
            raise ServiceError(NO_LEDGER) from error
