"""Who sees what of a case: a partner what their agency owns, whoever may judge no score, nobody a restricted record."""

from collections.abc import Mapping, Sequence
from datetime import date

from matac_ml.casework import Case, Entry, State
from matac_ml.casework.judging import CASE_LOOK, is_blind
from matac_ml.casework.notes import Action, is_same
from matac_ml.casework.recorded import is_police
from matac_ml.casework.referral import AgencyRecord
from matac_ml.casework.telling import StepTold, told, without
from matac_ml.roles import Permission
from matac_ml.wording import day
from serving.access.principal import CALLER
from serving.deployment.runtime import Runtime
from serving.endpoints.casework import cycle_of
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


def owns(entry: Entry, agency: str) -> bool:
    """Whether an agency made this referral."""
    source = str(entry.personal.payload.get("source", "")) if entry.personal else ""
    return bool(agency) and not is_police(agency) and is_same(source, agency)


def is_masked(case: Case) -> bool:
    """Whether the record is restricted to people of whom the caller is none; it then stands in counts alone."""
    mine = current_session().name
    return bool(case.restricted_to) and not any(is_same(name, mine) for name in case.restricted_to)


def may_see(case: Case) -> bool:
    """Whether the caller may open this case."""
    if not case.entries or is_masked(case):
        return False
    return not is_partner() or is_own(case)


def is_own(case: Case) -> bool:
    """Whether the caller's agency made a referral that is under way or was the latest, or owns an action."""
    agency = current_session().agency
    if not agency or is_police(agency):
        return False
    acts = any(is_same(action.agency, agency) for action in case.actions)
    # An earlier way through the cycle tells nothing of whoever referred the person since.
    return acts or any(is_same(source, agency) for source in case.sources)


def counts(case: Case) -> bool:
    """Whether the case is counted for the caller, whoever may see it."""
    return bool(case.entries) and (not is_partner() or (is_own(case) and not is_masked(case)))


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


def state_of(case: Case) -> str:
    """Where the person stands, as the caller may know it."""
    return _UNDECIDED if is_partner() and case.state in _NOT_DECIDED else case.state.value


def since(case: Case) -> date | None:
    """The day of the latest step that the caller may know of: a partner of their own agency's referrals alone."""
    if not is_partner():
        return case.last
    own = [entry for entry in case.entries if owns(entry, current_session().agency) and entry.personal]
    return date.fromisoformat(own[-1].personal.payload["on"]) if own and own[-1].personal else None


def steps_of(case: Case, judgements: int) -> list[StepTold]:
    """The steps of a case that the caller may see, newest first, without what must be kept from them."""
    entries: Sequence[Entry] = case.entries
    if is_partner():
        return [
            told(without(entry, "score", "not_recorded"), day)
            for entry in reversed(entries)
            if entry.kind in ("referral", "safeguarding_referral") and owns(entry, current_session().agency)
        ]
    score, blind, mine = sees_score(case, judgements), is_blind(case, judgements), current_session().name
    shown = []
    for entry in reversed(entries):
        if entry.kind == "cohort_proposed" and not score:
            continue  # a place on an earlier list follows from a score
        step = told(entry if score else without(entry, "score"), day)
        if blind and entry.kind == "first_judgement" and not is_same(entry.actor, mine):
            kept = "first judgement; what it says is shown when the second is recorded"
            step = StepTold(step.number, step.on, kept, step.actor, "")
        shown.append(step)
    return shown


def actions_of(case: Case) -> list[Action]:
    """What agencies have agreed to do, as the caller may see it: a partner its own agency's alone."""
    mine = current_session().agency
    return [action for action in case.actions if not is_partner() or is_same(action.agency, mine)]


def records_of(case: Case) -> list[tuple[str, AgencyRecord]]:
    """What agencies sent with their referrals, each with whose it is; a partner's own alone, for a partner."""
    return [
        (str(entry.personal.payload.get("source", "")), AgencyRecord.from_payload(record))
        for entry in case.entries
        if entry.personal and (not is_partner() or owns(entry, current_session().agency))
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
