"""How lately something was recorded."""

from functools import partial

from features.shared import BREACH, HARMFUL, MATRIX, MONTH, QUARTER, THREE_YEARS, TURNER, recency
from matac_ml.spec import Aggregate, Feature, is_true

CRIME = (is_true("is_crime"),)

last = partial(recency, aggregate=Aggregate.DAYS_SINCE_LAST, window_days=THREE_YEARS, direction=-1)
lately = partial(recency, aggregate=Aggregate.ANY, direction=1, source=MATRIX)

RECENCY: tuple[Feature, ...] = (
    last("days_since_last", source=TURNER),
    last("days_since_last_crime", where=CRIME, source=TURNER),
    last("days_since_last_harmful", where=(HARMFUL,), source=MATRIX),
    last("days_since_last_breach", where=(BREACH,), source=MATRIX),
    recency(
        "days_since_first", aggregate=Aggregate.DAYS_SINCE_FIRST, window_days=THREE_YEARS, direction=0, source=TURNER
    ),
    lately("any_28d", window_days=MONTH),
    lately("any_crime_90d", window_days=QUARTER, where=CRIME),
)
