"""Meetings as the ledger tells of them: when, where, who was there, and whether they are closed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from matac_ml.casework.entry import Entry
from matac_ml.errors import LedgerError

#: Kinds of entries of a meeting itself.
OPENED, CLOSED = "meeting_opened", "meeting_closed"


@dataclass(frozen=True)
class Attended:
    """Somebody who was there, and for which agency."""

    name: str
    agency: str


@dataclass(frozen=True)
class Meeting:
    """A meeting.

    Attributes
    ----------
    name : str
        By which its cohort and every step taken in it refer to it.
    number : int
        1 for the first of the force.
    area : str
        Empty for the whole force.
    chair : str
        Who opened it.
    closed : bool
        Whether nothing can be taken in it any more.
    """

    name: str
    number: int
    day: date
    area: str
    attended: tuple[Attended, ...]
    chair: str
    closed: bool = False


def meetings_in(entries: Iterable[Entry]) -> list[Meeting]:
    """The meetings that entries tell of, in the order in which they were opened.

    Raises
    ------
    LedgerError
        An entry does not say what a meeting says.
    """
    found: dict[str, Meeting] = {}
    for entry in entries:
        if entry.personal is None or entry.kind not in (OPENED, CLOSED):
            continue
        name, payload = entry.personal.reference, entry.personal.payload
        try:
            if entry.kind == CLOSED:
                found[name] = replace(found[name], closed=True)
                continue
            there = tuple(Attended(str(one["name"]), str(one["agency"])) for one in payload["attended"])
            day, area = date.fromisoformat(payload["on"]), str(payload["area"])
            found[name] = Meeting(name, int(payload["number"]), day, area, there, entry.actor)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(f"Entry {entry.number} is not a valid meeting. Verify the ledger.") from error
    return list(found.values())
