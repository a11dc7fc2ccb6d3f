"""The ledger and the MATAC cycle: who looked, who decided, why, in an append-only book."""

from matac_ml.casework.case import Case
from matac_ml.casework.cycle import Cycle
from matac_ml.casework.entry import GENESIS, Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.recorded import Recorded, recorded_as
from matac_ml.casework.score import PolicyUsed, Score
from matac_ml.casework.steps import State
from matac_ml.casework.verifying import Verified

__all__ = [
    "GENESIS",
    "Case",
    "Cycle",
    "Entry",
    "Ledger",
    "NewEntry",
    "PolicyUsed",
    "Recorded",
    "Score",
    "State",
    "Verified",
    "recorded_as",
]
