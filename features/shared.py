"""What declarations of several families share: windows, conditions, and why and whence."""

from functools import partial
from typing import Any

from matac_ml.codes import FAMILY, FORMER_PARTNERS, OrderBreach
from matac_ml.spec import COLUMNS, Condition, Family, Feature, View, among, at_least, is_true

MONTH, QUARTER, HALF_YEAR, YEAR, TWO_YEARS, THREE_YEARS = 28, 90, 182, 365, 730, 1095

#: A crime at or above this many harm days is called harmful: with the shipped index, violence with injury and graver.
HARM_THRESHOLD = 182

HARMFUL: Condition = at_least("harm_days", HARM_THRESHOLD, words="with harm of half a year or more by the index")
BREACH: Condition = among("order_breach", *OrderBreach, words="in breach of an order or of bail")
INJURY: Condition = among("injury_level", "minor", "serious", words="with injury")
CHARGED: Condition = is_true("charged")
FORMER: Condition = among("relationship", *FORMER_PARTNERS, words="who are former partners")
RELATIVES: Condition = among("relationship", *FAMILY, words="who are relatives, not partners")


def noted(column: str) -> tuple[Condition, ...]:
    """The cell is filled, with whatever: a share among incidents where nobody noted anything would measure the form."""
    known = COLUMNS[column]
    return (among(column, *(known.codes or (True, False)), words="where that was noted"),)


OWN = "Recorded behaviour of this person as suspect in domestic abuse: what a MATAC meeting is about."
CIRCUMSTANCE = "A recorded circumstance of this person's own incidents, not a characteristic of the person."
PROTECTS = "Facts about this person as a victim: they must be seen beside, and may explain, the record as suspect."
EXPOSURE = "Days in custody are days on which little can be recorded; without them a quiet spell would be misread."

MATRIX = "Components of RFG and RFGV as police forces describe them (Northumbria; North Yorkshire; Cleveland)."
VICTIM_COUNT = "The alleged number of victims is a selection criterion (Northamptonshire, 2019)."
TURNER = "Turner, Brown and Medina (2022), Psychosocial Intervention 31(3): history and time since the last incident."
PPIT = "Robinson and Clancy (2015, 2016), PPIT: recent, escalating, repeat, serial, harmful."
BLAND = "Bland and Ariel (2015): some rise in frequency, none in severity. A candidate, tested by the ablation."
HESTER = "Hester (2013): who is recorded as perpetrator and victim, and counter-allegations."


def suspect(name: str, family: Family, **more: Any) -> Feature:
    """A fact about the incidents in which the person is suspect or offender."""
    return Feature(**{"name": name, "family": family, "view": View.SUSPECT, "allowed_because": OWN} | more)


def pair(name: str, family: Family, **more: Any) -> Feature:
    """A fact about the person's incidents and each victim in them."""
    return Feature(**{"name": name, "family": family, "view": View.PAIR, "allowed_because": OWN} | more)


def as_victim(name: str, **more: Any) -> Feature:
    """A fact about the incidents in which the person is the victim."""
    given = {"name": name, "family": Family.CONTEXT, "view": View.VICTIM, "allowed_because": PROTECTS}
    return Feature(**given | more)


recency = partial(suspect, family=Family.RECENCY)
frequency = partial(suspect, family=Family.FREQUENCY)
gravity = partial(suspect, family=Family.GRAVITY)
victims = partial(pair, family=Family.VICTIMS, direction=1)
#: A rise or a fall may mean either: more records, or more attention. The model says which, and policy expects neither.
escalation = partial(suspect, family=Family.ESCALATION, direction=0)
context = partial(suspect, family=Family.CONTEXT, allowed_because=CIRCUMSTANCE)
