"""How lately something was recorded."""

from features.shared import BREACH, HARMFUL, MATRIX, MONTH, QUARTER, THREE_YEARS, TURNER, recency
from matac_ml.spec import Aggregate, Feature, is_true

LAST, FIRST = Aggregate.DAYS_SINCE_LAST, Aggregate.DAYS_SINCE_FIRST
CRIME = (is_true("is_crime"),)

RECENCY: tuple[Feature, ...] = (
    recency("days_since_last", aggregate=LAST, window_days=THREE_YEARS, direction=-1, source=TURNER),
    recency("days_since_last_crime", aggregate=LAST, window_days=THREE_YEARS, where=CRIME, direction=-1, source=TURNER),
    recency(
        "days_since_last_harmful",
        aggregate=LAST,
        window_days=THREE_YEARS,
        where=(HARMFUL,),
        direction=-1,
        source=MATRIX,
    ),
    recency(
        "days_since_last_breach", aggregate=LAST, window_days=THREE_YEARS, where=(BREACH,), direction=-1, source=MATRIX
    ),
    recency("days_since_first", aggregate=FIRST, window_days=THREE_YEARS, direction=0, source=TURNER),
    recency("any_28d", aggregate=Aggregate.ANY, window_days=MONTH, direction=1, source=MATRIX),
    recency("any_crime_90d", aggregate=Aggregate.ANY, window_days=QUARTER, where=CRIME, direction=1, source=MATRIX),
)
