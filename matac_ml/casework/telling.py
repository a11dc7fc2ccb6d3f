"""A step of the cycle told in plain English: what, when, by whom and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matac_ml.casework.entry import Entry
from matac_ml.casework.overrides import OverrideCode
from matac_ml.casework.referral import Basis, Share
from matac_ml.casework.score import Score
from matac_ml.wording import count, joined

Payload = Mapping[str, Any]


def _score(payload: Payload) -> str:
    if "score" not in payload:
        return ""
    score = Score.from_payload(payload["score"])
    day = f", as of {payload['day'](score.as_of)}" if score.as_of else ""
    return f" with {replace(score, as_of=None)}{day}"


def _interventions(payload: Payload) -> str:
    return ", ".join(str(name).replace("_", " ") for name in payload["interventions"])


def _starts(payload: Payload) -> str:
    day: str = payload["day"](date.fromisoformat(payload["starts"]))
    return day


def _weeks(payload: Payload) -> str:
    return f"{payload['weeks_engaged']} week{'' if payload['weeks_engaged'] == 1 else 's'}"


def _unrecorded(payload: Payload) -> str:
    return "; the records held nobody with this identifier" if payload.get("not_recorded") else ""


def _judgement(payload: Payload) -> str:
    return "accept" if payload["accepts"] else "decline"


def _way(payload: Payload) -> str:
    return {"agreed": ", as both agreed", "third": ", by a third person"}.get(str(payload.get("way")), "")


def _terms(payload: Payload) -> str:
    basis, share = payload.get("basis"), payload.get("share")
    records = len(payload.get("records", ()))
    said = f"; shared because {Basis(basis).words}" if basis else ""
    said += f"; to be shared {Share(share).words}" if share else ""
    return said + (f"; with {count(records, 'record')} of the agency's own" if records else "")


def _override(payload: Payload, cohort: str) -> str:
    code = f": {OverrideCode(payload['code']).words}" if payload.get("code") else ""
    return f"{payload['way']} the cohort {cohort}, against the list{code}"


def _agreed(payload: Payload, _: str) -> str:
    due = payload["day"](date.fromisoformat(payload["due"]))
    return f"{payload['agency']} agreed to this by {due}: {payload['text']} ({payload['agreed_by']})"


def _day_of(payload: Payload, name: str) -> str:
    day: str = payload["day"](date.fromisoformat(payload[name]))
    return day


def _needs(payload: Payload) -> str:
    return joined([str(need).replace("_", " ") for need in payload["needs"]]) if payload["needs"] else "none"


_WHAT: dict[str, Callable[[Payload, str], str]] = {
    "referral": lambda payload, _: (
        f"referred by {payload['source']}{_score(payload)}{_unrecorded(payload)}{_terms(payload)}"
    ),
    "safeguarding_referral": lambda payload, _: (
        f"referred by {payload['source']}, and held: the person is recorded as a victim only{_terms(payload)}"
    ),
    "further_referral": lambda payload, _: (
        f"referred by {payload['source']} while the case was under way{_unrecorded(payload)}{_terms(payload)}"
    ),
    "hold_released": lambda *_: "the safeguarding hold was released",
    "first_judgement": lambda payload, _: f"first judgement, before any score: {_judgement(payload)}",
    "second_judgement": lambda payload, _: f"second judgement, before any score: {_judgement(payload)}",
    "judgement_accepted": lambda payload, _: f"the referral was accepted{_way(payload)}",
    "judgement_declined": lambda payload, _: f"the referral was declined{_way(payload)}",
    "cohort_proposed": lambda payload, cohort: f"place {payload['place']} of the list for the cohort {cohort}",
    "override": _override,
    "cohort_member": lambda _, cohort: f"taken into the cohort {cohort}",
    "plan": lambda payload, _: f"planned from {_starts(payload)}: {_interventions(payload)}",
    "disruption_plan": lambda payload, _: f"disruption planned from {_starts(payload)}: {_interventions(payload)}",
    "engagement": lambda payload, _: f"week {payload['week']}: {'engaged' if payload['engaged'] else 'did not engage'}",
    "removal": lambda *_: "removed for not engaging",
    "withdrawal": lambda *_: "withdrawn",
    "early_end": lambda payload, _: (
        f"ended early, in week {payload['week']} of {payload['weeks']}, having engaged in {_weeks(payload)}"
    ),
    "completion": lambda payload, _: f"completed, having engaged in {_weeks(payload)}",
    "exit": lambda payload, _: f"exited{_score(payload)}",
    "conflict_declared": lambda *_: "a conflict of interest was declared",
    "record_restricted": lambda payload, _: f"restricted to {joined(payload['to'])}",
    "restriction_lifted": lambda *_: "the restriction was lifted",
    "action_agreed": _agreed,
    "needs_recorded": lambda payload, _: f"needs recorded: {_needs(payload)}",
    "contact_noted": lambda payload, _: (
        f"{payload['how']} on {_day_of(payload, 'contacted_on')}: the person was "
        f"{'reached' if payload['reached'] else 'not reached'}"
    ),
    "kept_on_programme": lambda payload, _: (
        f"kept on the programme, with {count(payload['in_a_row'], 'week')} missed in a row and "
        f"{payload['in_all']} in all"
    ),
    "agreement_made": lambda payload, _: f"an agreement of {payload['agency']} was made: {'; '.join(payload['terms'])}",
    "agreement_signed": lambda payload, _: (
        f"the agreement of entry {payload['agreement']} was signed on {_day_of(payload, 'signed_on')} by "
        f"{payload['signed_by']}"
    ),
    "agreement_breached": lambda payload, _: (
        f"the agreement of entry {payload['agreement']} was breached on {_day_of(payload, 'breached_on')}"
    ),
    "action_reported": lambda payload, _: (
        f"the action of entry {payload['action']} {'was done' if payload['done'] else 'is not done yet'}"
    ),
}


@dataclass(frozen=True)
class StepTold:
    """A step as it is shown: its day as casework keeps it, what was done, by whom, and why."""

    number: int
    on: date | None
    what: str
    actor: str
    reason: str


def told(entry: Entry, day: Callable[[date], str] = date.isoformat) -> StepTold:
    """The parts of what :func:`tell` says of an entry."""
    if entry.personal is None:
        return StepTold(entry.number, None, f"{entry.kind.replace('_', ' ')}, erased", entry.actor, "")
    reason = entry.personal.justification
    try:
        on = date.fromisoformat(entry.personal.payload["on"])
        what = _WHAT[entry.kind]({**entry.personal.payload, "day": day}, entry.personal.reference)
    except (KeyError, TypeError, ValueError, AttributeError):  # somebody wrote into the ledger
        what = f"{entry.kind.replace('_', ' ')}, which cannot be read; verify the ledger"
        return StepTold(entry.number, None, what, entry.actor, reason)
    return StepTold(entry.number, on, what, entry.actor, reason)


def tell(entry: Entry, day: Callable[[date], str] = date.isoformat) -> str:
    """One sentence about an entry that casework wrote; where its personal part was erased, that alone.

    Parameters
    ----------
    day : callable
        How a day is written.
    """
    step = told(entry, day)
    if entry.personal is None:
        return step.what
    return f"{f'{day(step.on)}, ' if step.on else ''}{step.what}. By {step.actor}: {step.reason}"


def without(entry: Entry, *names: str) -> Entry:
    """The entry as it may be told to whoever must not see a part of what it says, such as the score."""
    if entry.personal is None:
        return entry
    kept = {name: value for name, value in entry.personal.payload.items() if name not in names}
    return replace(entry, personal=replace(entry.personal, payload=kept))
