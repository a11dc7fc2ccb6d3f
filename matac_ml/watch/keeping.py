"""Looks as the ledger keeps them, and the alarms that they enter into the incident register.

A look is kept once: the same extract, settings and beginning add nothing. It holds no person's data, and its counts are
rounded for publication. Everything in it can be worked out again from the extract that its hash names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from matac_ml import clock
from matac_ml.approval.acting import Who
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.clock import LONDON
from matac_ml.gates import check_decision
from matac_ml.incident_register import KINDS_OF_REGISTER, ModelIncident, incidents_in, next_number, opening_entry
from matac_ml.watch.findings import CheckFound, LookFound
from matac_ml.watch.words import alarm_sentence

#: The kind of entry that holds a look; it is about no person.
LOOKED = "watch_look"
#: The name under which the ledger keeps looks.
_REFERENCE = "watch"
#: The kind of entry by which the model is turned off, or on again, for everybody.
SWITCH = "matrix_only"


@dataclass(frozen=True)
class KeptLook:
    """A look as the ledger keeps it."""

    entry: int
    found: LookFound


@dataclass(frozen=True)
class WhatWasKept:
    """What keeping a look did.

    Attributes
    ----------
    look : int
        Number of its entry.
    is_new : bool
        False where the ledger held the very look, and nothing was added.
    opened : dict of str to int
        The checks whose alarm was entered into the incident register, and the incident's number.
    turned_off : bool
        Whether the model was turned off, because the board lets alarms of that part do so.
    """

    look: int
    is_new: bool
    opened: dict[str, int]
    turned_off: bool


def looks_in(entries: Iterable[Entry]) -> tuple[KeptLook, ...]:
    """Every look, the oldest first; one that this version cannot read is left out."""
    kept = []
    for entry in entries:
        if entry.kind == LOOKED and entry.personal is not None and entry.personal.payload.get("format") == 1:
            kept.append(KeptLook(entry.number, LookFound.model_validate(entry.personal.payload, strict=False)))
    return tuple(sorted(kept, key=lambda look: look.entry))


def restarts(incidents: Iterable[ModelIncident]) -> dict[str, date]:
    """The checks whose alarm was dealt with: its incident was closed on that day in London, and they began anew."""
    found: dict[str, date] = {}
    for one in incidents:
        if one.check and one.closed_at is not None:
            closed = one.closed_at.astimezone(LONDON).date()
            found[one.check] = max(closed, found.get(one.check, closed))
    return found


def keep_look(
    ledger: Ledger,
    found: LookFound,
    *,
    by: str,
    by_itself: Iterable[str] = (),
    turn_off: Callable[[str], None] = lambda _: None,
) -> WhatWasKept:
    """Keep a look, and enter each alarm that has no open incident into the register.

    Parameters
    ----------
    by : str
        Who ran the watch: a member of staff, or the account of a timer.
    by_itself : iterable of str
        Parts whose new alarms turn the model off, as the board's settings say. Otherwise a person does.
    turn_off : callable
        Given the reason; turns the model off where it runs. It is called before anything is written, because stopping
        is the safer error, and may be called again.

    Raises
    ------
    GateError
        Nobody is named.
    """
    reason = f"A watch looked at the records until {found.until}."
    check_decision(by, reason)
    payload = found.model_dump(mode="json")
    opened: dict[str, int] = {}
    held: list[int] = []
    off: list[str] = []
    parts = frozenset(by_itself)

    def decide(reader: Reader) -> list[NewEntry]:
        # Both begin empty each time: a database may ask for the decision again.
        opened.clear()
        held[:] = [look.entry for look in looks_in(reader.entries(kind=LOOKED)) if look.found == found]
        new = [] if held else [Who(by, reason).entry(LOOKED, _REFERENCE, payload)]
        register = incidents_in(reader.entries(kind=KINDS_OF_REGISTER))
        is_open = {one.check for one in register if one.check and one.closed_at is None}
        number = next_number(reader)
        for check in found.alarms:
            if check.check not in is_open:
                opened[check.check] = number
                new.append(_incident(number, check, found, by))
                number += 1
        off[:] = [check.check for check in found.alarms if check.check in opened and check.part in parts]
        if off:
            why = f"The watch raised an alarm ({', '.join(off)}), and the board lets it turn the model off."
            turn_off(why)
            new.append(Who(by, why).entry(SWITCH, "", {SWITCH: True}))
        return new

    entries = ledger.append_decided(decide)
    return WhatWasKept(held[0] if held else entries[0].number, not held, dict(opened), bool(off))


def _incident(number: int, check: CheckFound, found: LookFound, by: str) -> NewEntry:
    return opening_entry(number, who=Who(by, alarm_sentence(check, found)), found_on=clock.today(), check=check.check)


def latest_look(entries: Iterable[Entry]) -> LookFound | None:
    """The newest look, if there is one."""
    looks = looks_in(entries)
    return looks[-1].found if looks else None


def open_alarms(incidents: Iterable[ModelIncident]) -> Mapping[str, int]:
    """The checks with an open incident, and its number."""
    return {one.check: one.number for one in incidents if one.check and one.closed_at is None}
