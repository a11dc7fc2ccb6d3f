"""What is looked for after the as-of day: always something *recorded*. The first is what a run predicts unless told.

Days of harm can be measured and cannot be predicted: a model here gives the probability of a record, and no number of
days. How much of the harm stands on each contender's list is measured in every comparison.
"""

from features.shared import HALF_YEAR, HARMFUL, YEAR
from matac_ml.spec import Outcome, OutcomeKind, is_true

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
        name="new_crime_365d",
        kind=OutcomeKind.RECORD,
        horizon_days=YEAR,
        where=(is_true("is_crime"),),
        sentence="A domestic abuse crime is recorded with this person as suspect",
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
