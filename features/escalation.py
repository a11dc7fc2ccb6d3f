"""How records changed over time.

Candidates: each run sees whether they add anything on dates before its test, and leaves them out where they do not.
With too few records a trend is missing, never zero.
"""

from functools import partial

from features.shared import BLAND, HALF_YEAR, HARMFUL, PPIT, QUARTER, THREE_YEARS, TWO_YEARS, YEAR, escalation
from matac_ml.spec import Aggregate, Feature, is_true

ratio = partial(escalation, aggregate=Aggregate.RATIO, min_n=2)
frequency_trend = partial(escalation, aggregate=Aggregate.LAPLACE, source=BLAND)
severity_trend = partial(escalation, aggregate=Aggregate.TREND, column="harm_days", source=BLAND)
mean_gap = partial(escalation, aggregate=Aggregate.MEAN_GAP, source=PPIT)

ESCALATION: tuple[Feature, ...] = (
    ratio("frequency_ratio_90d", window_days=QUARTER, against_days=YEAR, source=BLAND),
    ratio("frequency_ratio_182d", window_days=HALF_YEAR, against_days=TWO_YEARS, source=BLAND),
    ratio("frequency_ratio_365d", window_days=YEAR, against_days=THREE_YEARS, source=BLAND),
    ratio("crime_ratio_365d", window_days=YEAR, against_days=THREE_YEARS, where=(is_true("is_crime"),), source=PPIT),
    ratio("harmful_ratio_365d", window_days=YEAR, against_days=THREE_YEARS, where=(HARMFUL,), source=PPIT),
    frequency_trend("frequency_trend_365d", window_days=YEAR),
    frequency_trend("frequency_trend_1095d", window_days=THREE_YEARS),
    severity_trend("severity_trend_730d", window_days=TWO_YEARS),
    severity_trend("severity_trend_1095d", window_days=THREE_YEARS),
    mean_gap("mean_gap_365d", window_days=YEAR),
    mean_gap("mean_gap_1095d", window_days=THREE_YEARS),
)
