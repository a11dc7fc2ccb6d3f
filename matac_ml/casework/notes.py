"""What is noted of a case beside its steps: conflicts of interest, who may see it, and what agencies agreed to do.

A note moves nobody on. Conflicts are of one way through the cycle; a restriction and the actions last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matac_ml.casework.entry import Entry
from matac_ml.casework.programme_notes import OF_PROGRAMME, programme_noted
from matac_ml.written import tidied

CONFLICT, RESTRICTED, LIFTED = "conflict_declared", "record_restricted", "restriction_lifted"
AGREED, REPORTED = "action_agreed", "action_reported"
#: Kinds of entries about a person that are no step.
NOTES = frozenset({CONFLICT, RESTRICTED, LIFTED, AGREED, REPORTED}) | OF_PROGRAMME


@dataclass(frozen=True)
class Action:
    """Something that an agency has agreed to do.

    Attributes
    ----------
    number : int
        Of its entry; what is reported names it.
    agency : str
        Who owns it.
    agreed_by : str
        Who agreed to it for that agency.
    intervention : str
        Of the toolkit; empty where it is none of these.
    meeting : str
        Where it was agreed.
    done : bool
        Whether it was reported as done.
    report : str
        What was reported last, with its day in ``reported``.
    """

    number: int
    text: str
    agency: str
    due: date
    agreed_by: str
    intervention: str = ""
    meeting: str = ""
    done: bool = False
    report: str = ""
    reported: date | None = None


def is_same(one: str, other: str) -> bool:
    """Whether two names are one person's, or one agency's: as they are kept, whatever the case of the letters."""
    return tidied(one).casefold() == tidied(other).casefold()


def noted(entry: Entry, payload: Mapping[str, Any], lasting: Mapping[str, Any]) -> dict[str, Any]:
    """What a note changes of what lasts: the restriction, actions, what the programme notes; of a conflict nothing."""
    if entry.kind in OF_PROGRAMME:
        return programme_noted(entry, payload, lasting)
    if entry.kind == RESTRICTED:
        return {"restricted_to": tuple(str(name) for name in payload["to"])}
    if entry.kind == LIFTED:
        return {"restricted_to": ()}
    actions: tuple[Action, ...] = lasting.get("actions", ())
    if entry.kind == AGREED:
        return {"actions": (*actions, _agreed(entry, payload))}
    if entry.kind == REPORTED:
        return {"actions": tuple(_reported(action, entry, payload) for action in actions)}
    return {}


def _agreed(entry: Entry, payload: Mapping[str, Any]) -> Action:
    return Action(
        entry.number,
        str(payload["text"]),
        str(payload["agency"]),
        date.fromisoformat(payload["due"]),
        str(payload["agreed_by"]),
        str(payload.get("intervention", "")),
        entry.personal.reference if entry.personal else "",
    )


def _reported(action: Action, entry: Entry, payload: Mapping[str, Any]) -> Action:
    if action.number != payload["action"]:
        return action
    said = entry.personal.justification if entry.personal else ""
    return replace(action, done=bool(payload["done"]), report=said, reported=date.fromisoformat(payload["on"]))
