"""What every group of acts over a ledger is told: whose identifiers are one person's, the day, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matac_ml import clock
from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import refuse
from matac_ml.written import tidied


@dataclass
class LedgerWork:
    """Acts over a ledger, each looked at and written as one.

    Parameters
    ----------
    identities : callable
        Person to every identifier the person has had, the one that stays first.
    today : callable
        The day it is here.
    caller : str
        The key or token that asked, when that is another than the person who acts; kept in each entry.
    before_writing : callable
        Called inside the transaction of each act; what it raises leaves the ledger as it was.
    """

    ledger: Ledger
    identities: Callable[[str], tuple[str, ...]] = lambda person_id: (person_id,)
    today: Callable[[], date] = clock.today
    caller: str = ""
    before_writing: Callable[[], None] = lambda: None

    def act(
        self,
        kind: str,
        person_id: str,
        *,
        purpose: str,
        actor: str,
        reason: str,
        said: dict[str, Any],
        faults: Callable[[Reader], list[str]],
    ) -> Entry:
        """Look at an act and write it, in one: refused with every fault at once."""

        def decide(reader: Reader) -> list[NewEntry]:
            self.before_writing()
            refuse("This cannot be recorded.", actor, reason, faults(reader))
            payload = {**said, "on": self.today().isoformat()} | ({"caller": self.caller} if self.caller else {})
            person = self.identities(person_id)[0]
            return [NewEntry(kind, tidied(actor), purpose, tidied(reason), person, payload=payload)]

        return self.ledger.append_decided(decide)[0]
