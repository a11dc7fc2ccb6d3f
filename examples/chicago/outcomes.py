"""What is predicted of officers, over two years."""

from examples.chicago.catalogue import DOMESTIC, SERIOUS
from matac_ml.spec import Clock, Outcome, OutcomeKind

# Whatever is recorded in the two years counts, whenever it happened, as in the references of docs/real-data.md.
_COMMON = {"kind": OutcomeKind.RECORD, "horizon_days": 730, "clock": Clock.RECORDED}
OUTCOMES: tuple[Outcome, ...] = (
    Outcome(name="any", sentence="Another complaint about this officer is recorded", **_COMMON),
    Outcome(name="serious", sentence="A serious complaint about this officer is recorded", where=(SERIOUS,), **_COMMON),
    Outcome(
        name="domestic", sentence="A domestic complaint about this officer is recorded", where=(DOMESTIC,), **_COMMON
    ),
)
