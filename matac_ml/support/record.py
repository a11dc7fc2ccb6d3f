"""What was recorded of the support of one person, read from the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matac_ml.casework import Entry
from matac_ml.casework.notes import Action
from matac_ml.errors import LedgerError

BEGUN, PLANNED, AGREED, REPORTED, ENDED = (
    "support_begun",
    "support_planned",
    "support_action",
    "support_reported",
    "support_ended",
)
#: Every kind of entry about the support of a person.
SUPPORT_KINDS = frozenset({BEGUN, PLANNED, AGREED, REPORTED, ENDED})


@dataclass(frozen=True)
class SupportRecord:
    """Where the support of a person stands.

    Attributes
    ----------
    is_open : bool
        Whether somebody looks after the person now.
    worker, agency : str
        Who, and for which agency.
    wishes : str
        What the person wants, as it was said last.
    plan : str
        What is planned.
    actions : tuple of Action
        What agencies have agreed to do, in order.
    entries : tuple of Entry
        Every act, oldest first.
    """

    person_id: str
    is_open: bool = False
    worker: str = ""
    agency: str = ""
    wishes: str = ""
    plan: str = ""
    since: date | None = None
    actions: tuple[Action, ...] = ()
    entries: tuple[Entry, ...] = ()


def record_from(person_id: str, entries: Iterable[Entry]) -> SupportRecord:
    """Read a record from the entries about a person, oldest first.

    Raises
    ------
    LedgerError
        An entry does not say what an act of its kind says.
    """
    record = SupportRecord(person_id)
    for entry in entries:
        if entry.kind not in SUPPORT_KINDS or entry.personal is None:
            continue
        try:
            record = _with(record, entry, entry.personal.payload)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"Entry {entry.number} is not valid. Verify the ledger.") from error
    return record


def _with(record: SupportRecord, entry: Entry, said: Mapping[str, Any]) -> SupportRecord:
    record = replace(record, entries=(*record.entries, entry))
    day = date.fromisoformat(said["on"])
    if entry.kind == BEGUN:
        return replace(record, is_open=True, worker=str(said["worker"]), agency=str(said["agency"]), since=day)
    if entry.kind == PLANNED:
        return replace(record, plan=str(said["plan"]), wishes=str(said["wishes"]))
    if entry.kind == ENDED:
        return replace(record, is_open=False)
    if entry.kind == AGREED:
        action = Action(
            entry.number,
            str(said["text"]),
            str(said["agency"]),
            date.fromisoformat(said["due"]),
            str(said["agreed_by"]),
        )
        return replace(record, actions=(*record.actions, action))
    report = entry.personal.justification if entry.personal else ""
    return replace(
        record,
        actions=tuple(
            replace(action, done=bool(said["done"]), report=report, reported=day)
            if action.number == said["action"]
            else action
            for action in record.actions
        ),
    )
