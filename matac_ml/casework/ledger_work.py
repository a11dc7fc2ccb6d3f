"""What every group of acts over a ledger is told: whose identifiers are one person's, the day, and who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from matac_ml import clock
from matac_ml.casework.ledger import Ledger


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
