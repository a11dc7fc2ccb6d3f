"""One person's way through the cycle, read from the entries about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from matac_ml.casework.entry import Entry
from matac_ml.casework.notes import CONFLICT, NOTES, Action, noted
from matac_ml.casework.programme_notes import KEPT, BehaviourAgreement
from matac_ml.casework.referral import Shared
from matac_ml.casework.score import Score
from matac_ml.casework.steps import STEPS, WAITING, State, after
from matac_ml.errors import LedgerError
from matac_ml.practice import PROGRAMME_WEEKS


@dataclass(frozen=True)
class Judgement:
    """What one specialist said before they saw a score or the other's.

    Attributes
    ----------
    actor : str
    accepts : bool
    on : date
    reason : str
    """

    actor: str
    accepts: bool
    on: date
    reason: str


@dataclass(frozen=True)
class Case:
    """One person's way through the cycle.

    Erased entries are absent: with no entry left, the case is of nobody in the cycle; where older entries
    went when their retention ended, it stands where those that are left put it.

    Attributes
    ----------
    entries : tuple of Entry
        Every step, place on a list and override, earlier ways through the cycle included; all else here tells of the
        latest referral alone.
    weeks : mapping of int to bool
        Week of the programme, from 1, to whether the person engaged in it, as it was said last. A week that is missing
        was not recorded.
    programme_weeks : int
        How many weeks the programme lasts.
    released : bool
        Whether a named person released a safeguarding hold since the referral.
    taken : date or None
        The day the cohort was taken.
    started : date or None
        First day of the programme.
    last : date or None
        The day of the latest step.
    referred_by : tuple of str
        Who recorded the referrals.
    sources : tuple of str
        Where the referrals come from: ``analysis``, or agencies.
    further : tuple of str
        Agencies that have referred the person since the case was under way.
    shared : tuple of Shared
        With whom each referral may be shared.
    referred : date or None
        The day of the first referral.
    judgements : tuple of Judgement
        Recorded blind, in order; none where one specialist judges alone.
    conflicts : tuple of str
        Who has declared a conflict of interest since the referral.
    restricted_to : tuple of str
        Who may see the record; everybody where it is empty.
    actions : tuple of Action
        What agencies have agreed to do, in order.
    needs : tuple of str
        As staff recorded them last, by their names in the toolkit.
    agreements : tuple of BehaviourAgreement
        Made with the person, in order.
    kept_at : tuple of (int, int) or None
        Weeks missed in a row and in all when somebody last decided to keep the person on the programme.
    """

    person_id: str
    state: State
    entries: tuple[Entry, ...]
    entry_score: Score | None = None
    exit_score: Score | None = None
    interventions: tuple[str, ...] = ()
    weeks: Mapping[int, bool] = field(default_factory=dict)
    programme_weeks: int = PROGRAMME_WEEKS
    released: bool = False
    taken: date | None = None
    started: date | None = None
    last: date | None = None
    referred_by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    shared: tuple[Shared, ...] = ()
    referred: date | None = None
    judgements: tuple[Judgement, ...] = ()
    conflicts: tuple[str, ...] = ()
    restricted_to: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    needs: tuple[str, ...] = ()
    agreements: tuple[BehaviourAgreement, ...] = ()
    kept_at: tuple[int, int] | None = None

    @property
    def engaged(self) -> tuple[int, ...]:
        """Weeks in which the person engaged, in order."""
        return tuple(sorted(week for week, engaged in self.weeks.items() if engaged))

    @property
    def ends(self) -> date | None:
        """Last day of the programme; None where its first day is not known."""
        return None if self.started is None else self.started + timedelta(weeks=self.programme_weeks, days=-1)


def case_from(person_id: str, entries: Iterable[Entry]) -> Case:
    """Read a case from the entries about a person, oldest first.

    Raises
    ------
    LedgerError
        An entry does not say what a step of its kind says.
    """
    state, last = State.NOBODY, None
    known = tuple(entry for entry in entries if entry.personal)
    seen: dict[str, Any] = {}
    lasting: dict[str, Any] = {}
    for entry in known:
        if entry.kind not in STEPS and entry.kind not in NOTES:
            continue
        payload = entry.personal.payload if entry.personal else {}
        # A second referral before the judgement adds to the first; any other begins anew.
        if entry.kind in ("referral", "safeguarding_referral") and state not in (*WAITING, State.HELD):
            seen = {}
        try:
            if entry.kind in NOTES:
                lasting |= noted(entry, payload, lasting)
                seen |= {"conflicts": (*seen.get("conflicts", ()), entry.actor)} if entry.kind == CONFLICT else {}
                seen |= {"kept_at": (payload["in_a_row"], payload["in_all"])} if entry.kind == KEPT else {}
                continue
            seen |= _said(entry, payload, seen)
            state, last = after(entry.kind, state), date.fromisoformat(payload["on"])
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            fault = f"Entry {entry.number} is not a valid {entry.kind} entry. Verify the ledger."
            raise LedgerError(fault) from error
    return Case(person_id, state, known, last=last, **seen, **lasting)


def shared_by(payload: Mapping[str, Any]) -> Shared:
    """With whom the referral of a payload may be shared."""
    return Shared(str(payload.get("source", "")), str(payload.get("share", "")), date.fromisoformat(payload["on"]))


def _referred(entry: Entry, payload: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What a referral says of a case: the first one's day, and everybody who has referred."""
    terms = shared_by(payload)
    if entry.kind == "further_referral":
        return {"further": (*seen.get("further", ()), terms.source), "shared": (*seen.get("shared", ()), terms)}
    said: dict[str, Any] = {
        "referred_by": (*seen.get("referred_by", ()), entry.actor),
        "sources": (*seen.get("sources", ()), terms.source),
        "shared": (*seen.get("shared", ()), terms),
        "referred": seen.get("referred") or terms.on,
    }
    if entry.kind == "safeguarding_referral":
        return said | {"judgements": ()}  # after a hold both judge again
    return said | ({"entry_score": Score.from_payload(payload["score"])} if "score" in payload else {})


def _judged(entry: Entry, payload: Mapping[str, Any]) -> Judgement:
    why = entry.personal.justification if entry.personal else ""
    return Judgement(entry.actor, bool(payload["accepts"]), date.fromisoformat(payload["on"]), why)


def _said(entry: Entry, payload: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says of a case."""
    kind = entry.kind
    if kind in ("referral", "safeguarding_referral", "further_referral"):
        return _referred(entry, payload, seen)
    if kind in ("first_judgement", "second_judgement"):
        return {"judgements": (*seen.get("judgements", ()), _judged(entry, payload))}
    if kind == "exit":
        return {"exit_score": Score.from_payload(payload["score"])} if "score" in payload else {}
    if kind == "cohort_member":
        return {"taken": date.fromisoformat(payload["on"])}
    if kind == "plan":
        started = date.fromisoformat(payload["starts"])
        # Weeks count from the first day: with another first day they are other weeks.
        weeks = seen.get("weeks", {}) if started == seen.get("started") else {}
        lasts = int(payload.get("weeks", PROGRAMME_WEEKS))
        said = {"interventions": tuple(payload["interventions"]), "started": started, "weeks": weeks}
        said |= {} if weeks else {"kept_at": None}
        return {**said, "programme_weeks": lasts}
    if kind == "disruption_plan":
        return {"interventions": tuple(payload["interventions"])}
    if kind == "hold_released":
        return {"released": True}
    if kind == "engagement":
        return {"weeks": {**seen.get("weeks", {}), int(payload["week"]): bool(payload["engaged"])}}
    return {}
