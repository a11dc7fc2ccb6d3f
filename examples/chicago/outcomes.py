"""What is predicted of officers, over two years."""

from examples.chicago.catalogue import DOMESTIC, SERIOUS
from matac_ml.spec import Outcome, OutcomeKind

_COMMON = {"kind": OutcomeKind.RECORD, "horizon_days": 730}
OUTCOMES: tuple[Outcome, ...] = (
    Outcome(name="any", sentence="Another complaint about this officer is recorded", **_COMMON),
    Outcome(name="serious", sentence="A serious complaint about this officer is recorded", where=(SERIOUS,), **_COMMON),
    Outcome(
        name="domestic", sentence="A domestic complaint about this officer is recorded", where=(DOMESTIC,), **_COMMON
    ),
)
