"""A step of the cycle told in plain English: what, when, by whom and why."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from matac_ml.casework.entry import Entry, Personal
from matac_ml.casework.score import Score

Payload = Mapping[str, Any]


def _score(payload: Payload) -> str:
    if "score" not in payload:
        return ""
    score = Score.from_payload(payload["score"])
    day = f", as of {payload['day'](score.as_of)}" if score.as_of else ""
    return f" with {replace(score, as_of=None)}{day}"


def _starts(payload: Payload) -> str:
    day: str = payload["day"](date.fromisoformat(payload["starts"]))
    return day


def _weeks(payload: Payload) -> str:
    return f"{payload['weeks_engaged']} week{'' if payload['weeks_engaged'] == 1 else 's'}"


def _unrecorded(payload: Payload) -> str:
    return "; the records held nobody with this identifier" if payload.get("not_recorded") else ""


def _override(payload: Payload, cohort: str) -> str:
    return f"{payload['way']} the cohort {cohort}, against the list"


_WHAT: dict[str, Callable[[Payload, str], str]] = {
    "referral": lambda payload, _: f"referred by {payload['source']}{_score(payload)}{_unrecorded(payload)}",
    "safeguarding_referral": lambda payload, _: (
        f"referred by {payload['source']}, and held: the records know the person as a victim only"
    ),
    "hold_released": lambda *_: "the safeguarding hold was released",
    "judgement_accepted": lambda *_: "the referral was accepted",
    "judgement_declined": lambda *_: "the referral was declined",
    "cohort_proposed": lambda payload, cohort: f"place {payload['place']} of the list for the cohort {cohort}",
    "override": _override,
    "cohort_member": lambda _, cohort: f"taken into the cohort {cohort}",
    "plan": lambda payload, _: f"planned from {_starts(payload)}: {', '.join(payload['interventions'])}",
    "disruption_plan": lambda payload, _: (
        f"disruption planned from {_starts(payload)}: {', '.join(payload['interventions'])}"
    ),
    "engagement": lambda payload, _: f"week {payload['week']}: {'engaged' if payload['engaged'] else 'did not engage'}",
    "removal": lambda *_: "removed for not engaging",
    "withdrawal": lambda *_: "withdrawn",
    "early_end": lambda payload, _: (
        f"ended early, in week {payload['week']} of {payload['weeks']}, having engaged in {_weeks(payload)}"
    ),
    "completion": lambda payload, _: f"completed, having engaged in {_weeks(payload)}",
    "exit": lambda payload, _: f"exited{_score(payload)}",
}


def tell(entry: Entry, day: Callable[[date], str] = date.isoformat) -> str:
    """One sentence about an entry that casework wrote; where its personal part was erased, that alone.

    Parameters
    ----------
    day : callable
        How a day is written.
    """
    if entry.personal is None:
        return f"{entry.kind.replace('_', ' ')}, erased"
    return f"{_what(entry.kind, entry.personal, day)}. By {entry.actor}: {entry.personal.justification}"


def _what(kind: str, personal: Personal, day: Callable[[date], str]) -> str:
    try:
        on, payload = day(date.fromisoformat(personal.payload["on"])), {**personal.payload, "day": day}
        return f"{on}, {_WHAT[kind](payload, personal.reference)}"
    except (KeyError, TypeError, ValueError, AttributeError):  # somebody wrote into the ledger
        return f"{kind.replace('_', ' ')}, which cannot be read; verify the ledger"
