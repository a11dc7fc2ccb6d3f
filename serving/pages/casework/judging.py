"""``GET /judging`` and ``POST /judging``: referrals to judge without a score, and those to settle, many in one form."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework import Case, Entry, State
from matac_ml.casework.judging import LOOKS, faults_of_judge, who_settles
from matac_ml.casework.notes import is_same
from matac_ml.casework.referral import AgencyRecord
from matac_ml.casework.telling import StepTold
from matac_ml.errors import LedgerError
from matac_ml.roles import Permission
from serving.access.personal import why_not_personal
from serving.endpoints import cycle
from serving.endpoints.endpoint import Runtime
from serving.endpoints.people import also_victim
from serving.errors import INVALID, NO_LEDGER, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.cases import open_cases
from serving.pages.casework.many import MOST_ROWS, moved, rows_sent
from serving.pages.casework.sight import is_masked, record_looks, records_of, steps_of
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page

#: Referrals to judge, and to settle, on one page: a sitting decides about no more.
MOST = MOST_ROWS // 2
_NOTHING = "Choose accept or decline for at least one person"


@dataclass(frozen=True)
class ToDecide:
    """One referral as the page shows it."""

    case: Case
    referrals: tuple[StepTold, ...]
    records: tuple[tuple[str, AgencyRecord], ...]
    also_victim: bool
    why_not: str = ""
    settles: str = ""


@dataclass(frozen=True)
class Sitting:
    """What somebody who judges finds: what to judge, what to settle, and what waits for somebody else.

    Attributes
    ----------
    more : int
        Referrals that wait for somebody else and are not shown.
    """

    to_judge: tuple[ToDecide, ...]
    to_settle: tuple[ToDecide, ...]
    waiting: tuple[ToDecide, ...]
    more: int = 0

    @property
    def people(self) -> list[str]:
        """Everybody about whom the form can decide, in the order of the page."""
        return [row.case.person_id for row in (*self.to_judge, *self.to_settle)]


def sitting(runtime: Runtime) -> Sitting:
    """Referrals that wait, those that have waited longest first, by what the caller may do about them."""
    cases = [case for case in open_cases(runtime) if not is_masked(runtime, case)]
    first = [case for case in cases if case.state in (State.REFERRED, State.JUDGED_ONCE)]
    second = [case for case in cases if case.state is State.JUDGED_TWICE][:MOST]
    runtime.deployment.find_all([case.person_id for case in (*first, *second)])
    looks = _looks(runtime, first)
    why = {case.person_id: _why_not(runtime, case, looks.get(case.person_id, ())) for case in first}
    waiting = [case for case in first if why[case.person_id]]
    return Sitting(
        tuple(_row(runtime, case) for case in first if not why[case.person_id])[:MOST],
        tuple(_row(runtime, case) for case in second),
        tuple(_row(runtime, case, why[case.person_id]) for case in waiting[:MOST]),
        max(len(waiting) - MOST, 0),
    )


def _looks(runtime: Runtime, cases: Sequence[Case]) -> dict[str, list[Entry]]:
    """Who has seen a score of whom, by person: the ledger is asked once for all of them."""
    named = {name: case.person_id for case in cases for name in runtime.deployment.known_as(case.person_id)}
    found: dict[str, list[Entry]] = {}
    try:
        for entry in runtime.ledger.ledger.entries(kind=LOOKS, subject=[*named]) if named else ():
            if entry.personal is not None:
                found.setdefault(named[entry.personal.subject], []).append(entry)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    return found


def _row(runtime: Runtime, case: Case, why_not: str = "") -> ToDecide:
    judgements = runtime.toolkit.judgements
    referring = {entry.number for entry in case.entries if entry.kind in ("referral", "safeguarding_referral")}
    told = (step for step in steps_of(runtime, case, judgements) if step.number in referring)
    return ToDecide(
        case,
        tuple(told),
        tuple(records_of(runtime, case)),
        bool(also_victim(runtime.deployment, case.person_id)),
        why_not,
        who_settles(case, current_session().name) if case.state is State.JUDGED_TWICE else "",
    )


def _why_not(runtime: Runtime, case: Case, looks: Sequence[Entry]) -> str:
    name = current_session().name
    if runtime.toolkit.judgements == 1:
        return ""
    if any(is_same(judgement.actor, name) for judgement in case.judgements):
        return "you have judged it; it waits for another specialist"
    return "; ".join(faults_of_judge(case, name, looks))


async def _show(runtime: Runtime, form: Form, error: ServiceError | None, done: int = 0) -> Response:
    found = await asyncio.to_thread(sitting, runtime)
    shown = [row.case for row in (*found.to_judge, *found.to_settle, *found.waiting)]
    await record_looks(runtime, "judging", shown, judgements=runtime.toolkit.judgements)
    sent, faults = moved(form, plain_faults(error), "", found.people)
    return show_page(
        runtime,
        "casework/judging.html",
        error.code.status if error else 200,
        here="/cases",
        sitting=found,
        form=sent,
        faults=faults,
        alone=runtime.toolkit.judgements == 1,
        not_personal=why_not_personal(runtime.settings),
        done=done,
    )


async def judging(runtime: Runtime, request: Request) -> Response:
    """The page; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/judging")
    done = request.query_params.get("done", "")
    return await _show(runtime, {}, None, int(done) if done.isascii() and done.isdigit() and len(done) < 3 else 0)


async def judge(runtime: Runtime, request: Request) -> Response:
    """Record what was decided about each person, one after the other; or show again what could not be recorded."""
    form = await read_form(request)
    faults: list[tuple[str, str]] = []
    done, code = 0, INVALID
    for i, _ in rows_sent(form, ""):
        if not form.get(f"outcome-{i}"):
            continue
        try:
            await cycle.ENDPOINT.call(runtime, _asked(form, i))
            done += 1
        except ServiceError as error:
            if error.code.status >= 500:
                raise
            code = error.code
            faults += [(f"why-{i}", said) for said in plain_faults(error).values()]
    if not done and not faults:
        faults.append(("", _NOTHING))
    if faults:
        return await _show(runtime, form, ServiceError(code, faults=faults))
    return go_to(f"/judging?done={done}")


def _asked(form: Form, i: int) -> cycle.CycleRequest:
    outcome = form[f"outcome-{i}"]
    step = outcome if form.get(f"what-{i}") == "judge" else f"settle_{outcome}"
    given = {"user": current_session().name, "person_id": form[f"who-{i}"], "step": step}
    return validated(cycle.CycleRequest, {**given, "reason": form.get(f"why-{i}", "").strip()})


ENDPOINT = page_at("GET /judging", Permission.JUDGE, "Referrals to judge, and judgements to settle.", judging)
FORM = page_at("POST /judging", Permission.JUDGE, "Judge and settle referrals, many in one form.", judge)
