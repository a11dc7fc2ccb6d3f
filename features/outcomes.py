"""What may be predicted: something *recorded* after the as-of day. The first is what a run predicts unless told."""

from features.shared import HALF_YEAR, HARMFUL, YEAR
from matac_ml.spec import Outcome, OutcomeKind

OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        name="new_record_365d",
        kind=OutcomeKind.RECORD,
        horizon_days=YEAR,
        sentence="Another domestic abuse incident is recorded with this person as suspect",
    ),
    Outcome(
        name="new_record_182d",
        kind=OutcomeKind.RECORD,
        horizon_days=HALF_YEAR,
        sentence="Another domestic abuse incident is recorded with this person as suspect",
    ),
    Outcome(
        name="harmful_record_365d",
        kind=OutcomeKind.RECORD,
        horizon_days=YEAR,
        where=(HARMFUL,),
        sentence="A domestic abuse incident of half a year of harm or more is recorded with this person as suspect",
    ),
    Outcome(
        name="new_victim_365d",
        kind=OutcomeKind.NEW_VICTIM,
        horizon_days=YEAR,
        sentence="A domestic abuse incident is recorded with this person as suspect and somebody new as victim",
    ),
    Outcome(
        name="harm_days_365d",
        kind=OutcomeKind.HARM_DAYS,
        horizon_days=YEAR,
        sentence="Days of harm by the index, over the domestic abuse incidents recorded with this person as suspect",
    ),
)
