"""The ledger and the MATAC cycle: who looked, who decided, why, in an append-only book."""

from matac_ml.casework.cycle import Case, Cycle, State
from matac_ml.casework.entry import GENESIS, Entry, NewEntry, Personal
from matac_ml.casework.ledger import Ledger, Verified

__all__ = ["GENESIS", "Case", "Cycle", "Entry", "Ledger", "NewEntry", "Personal", "State", "Verified"]
