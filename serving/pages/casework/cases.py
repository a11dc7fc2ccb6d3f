"""``GET /cases``: everybody in the cycle by where they stand, narrowed by the address; who is shown is recorded."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework import Case
from matac_ml.casework.caseload import OPEN
from matac_ml.casework.steps import NEXT
from matac_ml.errors import LedgerError
from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints.endpoint import Runtime
from serving.errors import NO_LEDGER, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.sight import (
    counts,
    is_masked,
    is_partner,
    name_for,
    record_looks,
    since,
    sources_of,
    state_of,
)
from serving.pages.forms import Form, current_session, plain_faults
from serving.pages.rendering import go_to, show_page

#: Cases on one page.
ON_A_PAGE = 50


@dataclass(frozen=True)
class CaseRow:
    """One line of the page."""

    person_id: str
    state: str
    expected: str
    case: Case
    area: str
    masked: bool = False


@dataclass(frozen=True)
class CaseFilter:
    """What the address asks for: a state by its name, an area, and a page."""

    state: str = ""
    area: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "CaseFilter":
        """What an address asks for; whatever it cannot mean counts as not asked."""
        names = {state.name.lower() for state in OPEN}
        state, page = query.get("state", ""), query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return cls(state if state in names else "", query.get("area", "")[:80], max(number, 1))


def open_cases(runtime: Runtime) -> list[Case]:
    """Every case that is open and counts for the caller, those that have waited longest first."""
    try:
        cases = runtime.casebook.cases(runtime.deployment.known_as)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    return [case for case in cases if case.state in OPEN and counts(runtime, case)]


def areas_of(runtime: Runtime, people: Sequence[str]) -> dict[str, str]:
    """Where each person's latest incident was; empty where the list does not say, and for a partner."""
    if is_partner():
        return dict.fromkeys(people, "")
    found = runtime.deployment.ranking.people["area"].reindex(list(people))
    return {person: area if isinstance(area, str) else "" for person, area in zip(people, found, strict=True)}


async def show_cases(runtime: Runtime, query: Mapping[str, str], form: Form, error: ServiceError | None) -> Response:
    """The page, with what is wrong with its form."""
    partner = is_partner()
    # Narrowed by state, an agency would learn which of its referrals are held: where somebody stands is not told.
    asked = CaseFilter.of({"page": query.get("page", "1")} if partner else query)
    cases = await asyncio.to_thread(open_cases, runtime)
    areas = areas_of(runtime, [case.person_id for case in cases])
    in_area = [case for case in cases if not asked.area or areas[case.person_id] == asked.area]
    by_state = Counter(case.state for case in in_area)
    chosen = [case for case in in_area if not asked.state or case.state.name.lower() == asked.state]
    start = (asked.page - 1) * ON_A_PAGE
    on_page = chosen[start : start + ON_A_PAGE]
    masked = {case.person_id: not partner and is_masked(runtime, case) for case in on_page}
    shown = [case for case in on_page if not masked[case.person_id]]
    await record_looks(runtime, "cases", shown, judgements=runtime.toolkit.judgements)
    rows = [
        CaseRow(
            name_for(case),
            state_of(runtime, case),
            "" if partner else NEXT.get(case.state, ""),
            case,
            areas[case.person_id],
            masked[case.person_id],
        )
        for case in on_page
    ]
    return show_page(
        runtime,
        "casework/cases.html",
        error.code.status if error else 200,
        here="/cases",
        rows=rows,
        since=since,
        sources=partial(sources_of, runtime),
        asked=asked,
        partner=partner,
        everybody=len(in_area),
        chosen=len(chosen),
        states=[]
        if partner
        else [(state.name.lower(), state.value, by_state[state]) for state in OPEN if by_state[state]],
        areas=sorted({area for area in areas.values() if area}),
        pages=-(-len(chosen) // ON_A_PAGE),
        may_refer=CALLER.get().may(Permission.REFER),
        may_judge=CALLER.get().may(Permission.JUDGE),
        form=form,
        faults=plain_faults(error),
    )


async def cases(runtime: Runtime, request: Request) -> Response:
    """The page; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/cases")
    return await show_cases(runtime, dict(request.query_params), {}, None)


ENDPOINT = page_at("GET /cases", Permission.OPEN_CASES, "Everybody in the cycle, by where they stand.", cases)
