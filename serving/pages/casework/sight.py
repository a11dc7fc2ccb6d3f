"""Who sees what of a case: a partner what their agency owns, whoever may judge no score, nobody a restricted record."""

from collections.abc import Mapping, Sequence
from datetime import date

from matac_ml.casework import Case, Entry, State
from matac_ml.casework.judging import CASE_LOOK, is_blind
from matac_ml.casework.meetings_read import Meeting
from matac_ml.casework.notes import Action, is_same
from matac_ml.casework.recorded import is_police
from matac_ml.casework.referral import AgencyRecord
from matac_ml.casework.sharing import (
    KEPT_BACK,
    REFERRALS,
    has_referred,
    is_force,
    is_kept_back,
    is_own_referral,
    is_withheld,
    known_to,
    tells,
)
from matac_ml.casework.telling import StepTold, told, without
from matac_ml.errors import LedgerError
from matac_ml.roles import Permission
from matac_ml.wording import day
from serving.access.principal import CALLER
from serving.deployment.own_area import is_elsewhere
from serving.deployment.runtime import Runtime
from serving.endpoints.casework import cycle_of
from serving.errors import NO_LEDGER, ServiceError
from serving.ledger.writer import Consultation
from serving.pages.forms import consulting, current_session
from serving.requests import ConsultationRequest

#: What a partner is told of a referral that is not decided yet: a hold would say what police records hold.
_UNDECIDED = "waiting for a decision"
_NOT_DECIDED = (State.HELD, State.REFERRED, State.JUDGED_ONCE, State.JUDGED_TWICE)


#: Pages on which no score stands, whoever reads them.
_WITHOUT_SCORES = ("cases", "programme")


def is_partner() -> bool:
    """Whether the caller sees only what their own agency owns."""
    return not CALLER.get().may(Permission.READ_CASES)


def is_masked(runtime: Runtime, case: Case, agency: str | None = None) -> bool:
    """Whether the case stands in counts alone: restricted to others, of another area, or kept back by its terms.

    Parameters
    ----------
    agency : str, optional
        Whom it is to be told to; the caller's own unless told.
    """
    session = current_session()
    # What is handed to an agency is handed to nobody by name.
    named = agency is None and any(is_same(name, session.name) for name in case.restricted_to)
    if (case.restricted_to and not named) or (agency is None and is_elsewhere(runtime, case.person_id)):
        return True
    to = session.agency if agency is None else agency
    return is_withheld(case, to, _meetings(runtime, to))


def _meetings(runtime: Runtime, agency: str) -> list[Meeting]:
    """The meetings that say whom a referral may be told to; none for the force, who may know of every one."""
    if is_force(agency):
        return []
    try:
        return runtime.casebook.meetings()
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


def may_see(runtime: Runtime, case: Case) -> bool:
    """Whether the caller may open this case.

    An agency sees what it sent of a restricted record too, and nothing else of it: whoever saw it vanish would know.
    """
    if not case.entries:
        return False
    if is_masked(runtime, case):
        return is_partner() and has_referred(case, current_session().agency)
    return not is_partner() or is_own(case)


def is_own(case: Case) -> bool:
    """Whether the caller's agency made a referral that is under way or was the latest, or owns an action."""
    agency = current_session().agency
    if not agency or is_police(agency):
        return False
    acts = any(is_same(action.agency, agency) for action in case.actions)
    # An earlier way through the cycle tells nothing of whoever referred the person since.
    return acts or has_referred(case, agency)


def counts(runtime: Runtime, case: Case) -> bool:
    """Whether the case is counted for the caller, whoever may see it."""
    if not case.entries or is_elsewhere(runtime, case.person_id):
        return False
    return not is_partner() or may_see(runtime, case)


def sees_score(case: Case, judgements: int) -> bool:
    """Whether the caller is shown the score.

    Whoever may judge is not shown it before both judgements are recorded, whatever else they may look at.
    """
    caller = CALLER.get()
    if is_partner():
        return False
    if is_blind(case, judgements):
        return caller.may(Permission.SCORE) and not caller.may(Permission.JUDGE)
    return True


def shows_score(case: Case, judgements: int) -> bool:
    """Whether the caller, looking at the case, is shown a score: there is one, and it is not kept from them."""
    recorded = any(entry.personal is not None and "score" in entry.personal.payload for entry in case.entries)
    return recorded and sees_score(case, judgements)


def state_of(runtime: Runtime, case: Case) -> str:
    """Where the person stands, as the caller may know it."""
    if not is_partner():
        return case.state.value
    # Of somebody whose case was under way, and of a restricted record, an agency's referral waits as any other does.
    mine = current_session().agency
    beside = not any(is_same(name, mine) for name in (*case.sources, *(action.agency for action in case.actions)))
    untold = case.state in _NOT_DECIDED or beside or is_masked(runtime, case)
    return _UNDECIDED if untold else case.state.value


def name_for(case: Case) -> str:
    """The identifier by which the caller knows the person."""
    return known_to(case, current_session().agency) if is_partner() else case.person_id


def since(case: Case) -> date | None:
    """The day of the latest step that the caller may know of: a partner of their own agency's referrals alone."""
    if not is_partner():
        return case.last
    own = [entry for entry in case.entries if is_own_referral(entry, current_session().agency) and entry.personal]
    return date.fromisoformat(own[-1].personal.payload["on"]) if own and own[-1].personal else None


def sources_of(runtime: Runtime, case: Case) -> list[str]:
    """Who has referred the person, as far as the terms of each referral let the caller know."""
    agency = current_session().agency
    meetings = _meetings(runtime, agency)
    acts = any(is_same(action.agency, agency) for action in case.actions)
    known = [terms.source for terms in case.shared if tells(terms, agency, meetings, acts=acts)]
    return list(dict.fromkeys(known))


def steps_of(runtime: Runtime, case: Case, judgements: int, agency: str | None = None) -> list[StepTold]:
    """The steps of a case that the caller may see, newest first, without what must be kept from them.

    Parameters
    ----------
    agency : str, optional
        Whom they are to be told to, where that is not the caller.
    """
    to = current_session().agency if agency is None else agency
    meetings = _meetings(runtime, to)
    entries: Sequence[Entry] = case.entries
    if is_partner():
        return [
            told(without(entry, "score", "not_recorded"), day)
            for entry in reversed(entries)
            if entry.kind in REFERRALS and is_own_referral(entry, current_session().agency)
        ]
    score = agency is None and sees_score(case, judgements)
    blind, mine = is_blind(case, judgements), current_session().name
    shown = []
    for entry in reversed(entries):
        if entry.kind == "cohort_proposed" and not score:
            continue  # a place on an earlier list follows from a score
        step = told(entry if score else without(entry, "score"), day)
        if is_kept_back(entry, case, to, meetings):
            step = StepTold(step.number, step.on, KEPT_BACK, "", "")
        if blind and entry.kind == "first_judgement" and not is_same(entry.actor, mine):
            kept = "first judgement; what it says is shown when the second is recorded"
            step = StepTold(step.number, step.on, kept, step.actor, "")
        shown.append(step)
    return shown


def actions_of(runtime: Runtime, case: Case) -> list[Action]:
    """What agencies have agreed to do, as the caller may see it: a partner its own agency's alone."""
    mine = current_session().agency
    if not is_partner():
        return list(case.actions)
    return [] if is_masked(runtime, case) else [action for action in case.actions if is_same(action.agency, mine)]


def records_of(runtime: Runtime, case: Case) -> list[tuple[str, AgencyRecord]]:
    """What agencies sent with their referrals, each with whose it is; a partner's own alone, for a partner."""
    agency = current_session().agency
    meetings = _meetings(runtime, agency)
    return [
        (str(entry.personal.payload.get("source", "")), AgencyRecord.from_payload(record))
        for entry in case.entries
        if entry.personal and (not is_partner() or is_own_referral(entry, agency))
        if not is_kept_back(entry, case, agency, meetings)
        for record in entry.personal.payload.get("records", ())
    ]


def read_case(runtime: Runtime, person_id: str) -> Case:
    """Somebody's case as the ledger has it now."""
    return cycle_of(runtime, runtime.deployment).case(person_id)


async def record_looks(runtime: Runtime, page: str, cases: Sequence[Case], *, judgements: int) -> None:
    """Record that these cases are shown, each once in a session for the purpose that was said.

    Raises
    ------
    ServiceError
        ``no_ledger``: nothing was written, so nothing may be shown.
    """
    shown = {case.person_id: page not in _WITHOUT_SCORES and shows_score(case, judgements) for case in cases}
    await record_shown(runtime, page, shown)


async def record_shown(runtime: Runtime, page: str, shown: Mapping[str, bool]) -> None:
    """Record that people are shown on a page, each with whether a score is; once in a session for one purpose.

    Raises
    ------
    ServiceError
        ``no_ledger``: nothing was written, so nothing may be shown.
    """
    session, store = current_session(), runtime.pages.store
    why, name = [session.purpose, session.reason], f"looks at {page}"
    kept = store.opened(session, name) or {}
    seen: dict[str, bool] = kept["people"] if kept.get("why") == why else {}
    new = {person: score for person, score in shown.items() if seen.get(person) not in (score, True)}
    if not new:
        return
    asked = consulting(ConsultationRequest)
    looks = [Consultation(person, {"page": page, "score_shown": score}) for person, score in new.items()]
    await runtime.ledger.write(CASE_LOOK, asked, looks)
    store.open_page(session, name, {"why": why, "people": {**seen, **new}})
