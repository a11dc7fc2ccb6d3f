"""How records changed over time.

Candidates: the ablation of each run says whether they add anything, and where they do not they are never shown as a
reason. With too few records a trend is missing, never zero.
"""

from features.shared import BLAND, HALF_YEAR, HARMFUL, PPIT, QUARTER, THREE_YEARS, TWO_YEARS, YEAR, escalation
from matac_ml.spec import Aggregate, Feature, is_true

RATIO, LAPLACE, TREND = Aggregate.RATIO, Aggregate.LAPLACE, Aggregate.TREND

ESCALATION: tuple[Feature, ...] = (
    escalation(
        "frequency_ratio_90d",
        aggregate=RATIO,
        window_days=QUARTER,
        against_days=YEAR,
        min_n=2,
        direction=0,
        source=BLAND,
    ),
    escalation(
        "frequency_ratio_182d",
        aggregate=RATIO,
        window_days=HALF_YEAR,
        against_days=TWO_YEARS,
        min_n=2,
        direction=0,
        source=BLAND,
    ),
    escalation(
        "frequency_ratio_365d",
        aggregate=RATIO,
        window_days=YEAR,
        against_days=THREE_YEARS,
        min_n=2,
        direction=0,
        source=BLAND,
    ),
    escalation(
        "crime_ratio_365d",
        aggregate=RATIO,
        window_days=YEAR,
        against_days=THREE_YEARS,
        min_n=2,
        where=(is_true("is_crime"),),
        direction=0,
        source=PPIT,
    ),
    escalation(
        "harmful_ratio_365d",
        aggregate=RATIO,
        window_days=YEAR,
        against_days=THREE_YEARS,
        min_n=2,
        where=(HARMFUL,),
        direction=0,
        source=PPIT,
    ),
    escalation("frequency_trend_365d", aggregate=LAPLACE, window_days=YEAR, direction=0, source=BLAND),
    escalation("frequency_trend_1095d", aggregate=LAPLACE, window_days=THREE_YEARS, direction=0, source=BLAND),
    escalation(
        "severity_trend_730d", aggregate=TREND, column="harm_days", window_days=TWO_YEARS, direction=0, source=BLAND
    ),
    escalation(
        "severity_trend_1095d", aggregate=TREND, column="harm_days", window_days=THREE_YEARS, direction=0, source=BLAND
    ),
    escalation("mean_gap_365d", aggregate=Aggregate.MEAN_GAP, window_days=YEAR, direction=0, source=PPIT),
    escalation("mean_gap_1095d", aggregate=Aggregate.MEAN_GAP, window_days=THREE_YEARS, direction=0, source=PPIT),
)
