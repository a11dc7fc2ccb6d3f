"""``POST /v1/cases``: everybody in the cycle by where they stand, without any score; who is shown is recorded."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from matac_ml.api.cases import CaseLine, CasesAnswer
from matac_ml.casework import Case
from matac_ml.casework.caseload import OPEN
from matac_ml.casework.judging import CASE_LOOK
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import is_same
from matac_ml.casework.sharing import is_force, is_withheld, tells
from matac_ml.casework.steps import NEXT
from matac_ml.errors import LedgerError
from serving.access.principal import CALLER
from serving.deployment.own_area import is_elsewhere
from serving.endpoints.drawn_lists import NOT_RECORDED
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import also_victim
from serving.endpoints.restricted import hidden_from
from serving.errors import NO_LEDGER, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest
from serving.rows import WHOLE, KnownIdentifier

#: Cases on one page.
ON_A_PAGE = 50
_STATES = tuple(state.name.lower() for state in OPEN)


class CasesRequest(ConsultationRequest):
    """Cases that are open, those that have waited longest first."""

    state: Literal[_STATES] | None = Field(default=None, description="Where they stand; all unless told.")  # type: ignore[valid-type]
    area: KnownIdentifier | None = Field(default=None, description="Where people are listed; all unless told.")
    page: Annotated[int, Field(ge=1, le=100_000), WHOLE] = Field(default=1, description=f"{ON_A_PAGE} cases, from 1.")


def cases_now(runtime: Runtime, asked: CasesRequest) -> CasesAnswer:
    """The cases of a page; whoever the caller may not see is counted alone."""
    deployment, agency = runtime.deployment, CALLER.get().agency
    try:
        everybody = runtime.casebook.cases(deployment.known_as)
        meetings = [] if is_force(agency) else runtime.casebook.meetings()
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    hidden, areas = hidden_from(runtime, asked.user), deployment.ranking.people["area"]
    fitting = [
        case
        for case in everybody
        if case.state in OPEN
        and asked.state in (None, case.state.name.lower())
        and asked.area in (None, areas.get(case.person_id))
        and not is_elsewhere(runtime, case.person_id)
    ]
    seen = [one for one in fitting if one.person_id not in hidden and not is_withheld(one, agency, meetings)]
    shown = seen[(asked.page - 1) * ON_A_PAGE : asked.page * ON_A_PAGE]
    deployment.find_all([case.person_id for case in shown])
    lines = tuple(_line(runtime, case, areas.get(case.person_id), agency, meetings) for case in shown)
    also = tuple(line.person_id for line in lines if line.also_victim)
    masked = len(fitting) - len(seen)
    return CasesAnswer(also_victims=also, of=len(fitting), masked=masked, cases=lines, ledger=NOT_RECORDED)


def _line(runtime: Runtime, case: Case, area: object, agency: str, meetings: Sequence[Meeting]) -> CaseLine:
    acts = any(is_same(action.agency, agency) for action in case.actions)
    known = (terms.source for terms in case.shared if tells(terms, agency, meetings, acts=acts))
    return CaseLine(
        also_victim=also_victim(runtime.deployment, case.person_id),
        person_id=case.person_id,
        state=case.state.value,
        since=case.last,
        expected=NEXT.get(case.state, ""),
        referred_by=tuple(dict.fromkeys(known)),
        area=area if isinstance(area, str) else None,
    )


async def tell_cases(runtime: Runtime, asked: CasesRequest) -> CasesAnswer:
    """The cases; everybody who is shown has an entry."""
    answer = await asyncio.to_thread(cases_now, runtime, asked)
    looks = [Consultation(case.person_id, {"page": "cases", "score_shown": False}) for case in answer.cases]
    return answer.model_copy(update={"ledger": await runtime.ledger.write(CASE_LOOK, asked, looks)})


ENDPOINT = Endpoint(
    address="POST /v1/cases",
    permission=Permission.READ_CASES,
    summary="Everybody in the cycle by where they stand, without any score.",
    description="everybody in [the cycle](cycle.md) by where they stand and what comes next: 50 a page, no score",
    request=CasesRequest,
    answer=CasesAnswer,
    handler=tell_cases,
)
