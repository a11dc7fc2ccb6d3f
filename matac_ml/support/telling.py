"""An act of support told in plain English: what, when, by whom and why."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from matac_ml.casework import Entry
from matac_ml.casework.telling import StepTold
from matac_ml.support.record import AGREED, BEGUN, ENDED, PLANNED, REPORTED

Said = Mapping[str, Any]


def _agreed(said: Said, day: Callable[[date], str]) -> str:
    due = day(date.fromisoformat(said["due"]))
    return f"{said['agency']} agreed to this by {due}: {said['text']} ({said['agreed_by']})"


_WHAT: dict[str, Callable[[Said, Callable[[date], str]], str]] = {
    BEGUN: lambda said, _: f"{said['worker']} of {said['agency']} began to support the person",
    PLANNED: lambda said, _: f"support was planned: {said['plan']} (the person wants: {said['wishes']})",
    AGREED: _agreed,
    REPORTED: lambda said, _: (
        f"the action of entry {said['action']} {'was done' if said['done'] else 'is not done yet'}"
    ),
    ENDED: lambda *_: "the support ended",
}


def told_support(entry: Entry, day: Callable[[date], str] = date.isoformat) -> StepTold:
    """The parts of what :func:`tell_support` says."""
    if entry.personal is None:
        return StepTold(entry.number, None, f"{entry.kind.replace('_', ' ')}, erased", entry.actor, "")
    said, reason = entry.personal.payload, entry.personal.justification
    try:
        what = _WHAT[entry.kind](said, day)
        return StepTold(entry.number, date.fromisoformat(said["on"]), what, entry.actor, reason)
    except (KeyError, TypeError, ValueError, AttributeError):  # somebody wrote into the ledger
        what = f"{entry.kind.replace('_', ' ')}, which cannot be read; verify the ledger"
        return StepTold(entry.number, None, what, entry.actor, reason)


def tell_support(entry: Entry, day: Callable[[date], str] = date.isoformat) -> str:
    """One sentence about an act of support; where its personal part was erased, that alone."""
    step = told_support(entry, day)
    if entry.personal is None:
        return step.what
    return f"{f'{day(step.on)}, ' if step.on else ''}{step.what}. By {step.actor}: {step.reason}"
