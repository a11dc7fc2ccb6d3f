"""The incident register: what went wrong with the model, the matrix or the service, and what was done about it.

Such an incident is no crime, and the register names nobody of whom the police keep records. A person records it; others
add what was done until somebody closes it. All of it stands in the ledger.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from matac_ml import clock
from matac_ml.approval.acting import Who
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.csvfile import csv_text
from matac_ml.errors import UsageError
from matac_ml.gates import check_decision

#: Kinds of entry; none is about a person.
OPENED, ACTED, CLOSED = "register_opened", "register_action", "register_closed"
KINDS_OF_REGISTER = (OPENED, ACTED, CLOSED)


class Step(StrEnum):
    """What is done about an incident, from the mildest on."""

    NOTE = "note"
    REVIEW = "review"
    CORRECT = "correct"
    RETRAIN = "retrain"
    REFER = "refer"
    MATRIX_ONLY = "matrix_only"

    @property
    def words(self) -> str:
        """What the step says."""
        return _WORDS[self]


_WORDS = {
    Step.NOTE: "noted, and nothing else was done",
    Step.REVIEW: "looked into",
    Step.CORRECT: "records, settings or papers were corrected",
    Step.RETRAIN: "the model was trained again",
    Step.REFER: "referred to the ethics committee",
    Step.MATRIX_ONLY: "the model was turned off",
}


@dataclass(frozen=True)
class StepDone:
    """One thing that was done."""

    step: Step
    text: str
    who: str
    at: datetime


@dataclass(frozen=True)
class ModelIncident:
    """One incident.

    Attributes
    ----------
    number : int
        From 1, in the order in which they were recorded.
    found_on : date
        The day on which somebody noticed.
    release : str
        Hash of the release that was on disk then, where a service recorded it; empty otherwise.
    check : str
        The check of a watch that raised the alarm; empty where a person noticed.
    closed_at : datetime or None
    """

    number: int
    what: str
    found_on: date
    recorded_by: str
    recorded_at: datetime
    release: str = ""
    check: str = ""
    done: tuple[StepDone, ...] = ()
    closed_by: str = ""
    closed_at: datetime | None = None
    closing: str = field(default="")


def record_incident(ledger: Ledger, *, who: Who, found_on: date, release: str = "") -> Entry:
    """Record an incident that a person noticed; ``who.reason`` says what happened.

    Raises
    ------
    GateError
        Nobody is named, or the text explains nothing.
    UsageError
        It was found on a day that has not come.
    """
    check_decision(who.name, who.reason)
    if found_on > clock.today():
        raise UsageError("The day on which an incident was noticed must not be in the future.")

    def decide(reader: Reader) -> list[NewEntry]:
        return [opening_entry(next_number(reader), who=who, found_on=found_on, release=release)]

    return ledger.append_decided(decide)[0]


def next_number(reader: Reader) -> int:
    """The number of the next incident."""
    return 1 + sum(1 for _ in reader.entries(kind=OPENED))


def opening_entry(number: int, *, who: Who, found_on: date, release: str = "", check: str = "") -> NewEntry:
    """The entry that records an incident."""
    payload = {"number": number, "found_on": found_on.isoformat(), "release": release}
    return who.entry(OPENED, reference_of_incident(number), payload | ({"check": check} if check else {}))


def record_step(ledger: Ledger, number: int, *, who: Who, step: Step) -> Entry:
    """Record what was done about an incident that is open; ``who.reason`` says what.

    Raises
    ------
    UsageError
        There is no open incident of the number.
    GateError
        Nobody is named, or the text explains nothing.
    """
    return _added(ledger, number, who, ACTED, {"step": step.value})


def close_incident(ledger: Ledger, number: int, *, who: Who) -> Entry:
    """Close an incident about which something was done; ``who.reason`` says why that is enough.

    Raises
    ------
    UsageError
        There is no open incident of the number, or nothing was done about it yet.
    GateError
        Nobody is named, or the text explains nothing.
    """
    return _added(ledger, number, who, CLOSED, {})


def _added(ledger: Ledger, number: int, who: Who, kind: str, payload: dict[str, str]) -> Entry:
    check_decision(who.name, who.reason)

    def decide(reader: Reader) -> list[NewEntry]:
        held = {one.number: one for one in incidents_in(reader.entries(kind=KINDS_OF_REGISTER))}
        found = held.get(number)
        if found is None or found.closed_at is not None:
            raise UsageError("The register holds no open incident with this number.")
        if kind == CLOSED and not found.done:
            raise UsageError("Record what was done before you close the incident; a note is enough.")
        return [who.entry(kind, reference_of_incident(number), payload)]

    return ledger.append_decided(decide)[0]


def reference_of_incident(number: int) -> str:
    """The name under which the ledger keeps an incident.

    Examples
    --------
    >>> reference_of_incident(3)
    'incident 3'
    """
    return f"incident {number}"


def incidents_in(entries: Iterable[Entry]) -> tuple[ModelIncident, ...]:
    """Every incident, in the order in which they were recorded."""
    found: dict[str, ModelIncident] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        personal = entry.personal
        if personal is None:
            continue
        if entry.kind == OPENED:
            found[personal.reference] = _opened(entry)
        elif (held := found.get(personal.reference)) is not None and entry.kind == ACTED:
            step = str(personal.payload.get("step", ""))
            named = Step(step) if step in list(Step) else Step.NOTE
            done = StepDone(named, personal.justification, entry.actor, entry.recorded_at)
            found[personal.reference] = replace(held, done=(*held.done, done))
        elif held is not None and entry.kind == CLOSED:
            found[personal.reference] = replace(
                held, closed_by=entry.actor, closed_at=entry.recorded_at, closing=personal.justification
            )
    return tuple(found.values())


def _opened(entry: Entry) -> ModelIncident:
    payload = entry.personal.payload if entry.personal else {}
    number, found_on = payload.get("number"), str(payload.get("found_on", ""))
    try:
        day = date.fromisoformat(found_on)
    except ValueError:
        day = entry.recorded_at.date()
    return ModelIncident(
        number if isinstance(number, int) else 0,
        entry.personal.justification if entry.personal else "",
        day,
        entry.actor,
        entry.recorded_at,
        str(payload.get("release", "")),
        str(payload.get("check", "")),
    )


_HEADER = ("number", "found_on", "what", "recorded_by", "recorded_at", "release", "done", "closed_at", "closing")


def register_csv(incidents: Iterable[ModelIncident]) -> str:
    """The register as a table."""
    rows = (
        (
            one.number,
            one.found_on,
            one.what,
            one.recorded_by,
            one.recorded_at.isoformat(timespec="seconds"),
            one.release,
            "; ".join(f"{done.step.words}: {done.text} ({done.who})" for done in one.done),
            one.closed_at.isoformat(timespec="seconds") if one.closed_at else "",
            one.closing,
        )
        for one in incidents
    )
    return csv_text(_HEADER, rows)
