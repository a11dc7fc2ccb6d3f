"""How often something was recorded."""

from features.shared import (
    BREACH,
    CHARGED,
    EXPOSURE,
    HALF_YEAR,
    MATRIX,
    MONTH,
    OWN,
    QUARTER,
    THREE_YEARS,
    TURNER,
    TWO_YEARS,
    YEAR,
    frequency,
)
from matac_ml.spec import Aggregate, Feature, is_false, is_true

COUNT, RATE = Aggregate.COUNT, Aggregate.RATE
CRIME, NOT_CRIME = (is_true("is_crime"),), (is_false("is_crime"),)

FREQUENCY: tuple[Feature, ...] = (
    frequency("incidents_28d", aggregate=COUNT, window_days=MONTH, direction=1, source=MATRIX),
    frequency("incidents_90d", aggregate=COUNT, window_days=QUARTER, direction=1, source=MATRIX),
    frequency("incidents_182d", aggregate=COUNT, window_days=HALF_YEAR, direction=1, source=MATRIX),
    frequency("incidents_365d", aggregate=COUNT, window_days=YEAR, direction=1, source=MATRIX),
    frequency("incidents_730d", aggregate=COUNT, window_days=TWO_YEARS, direction=1, source=MATRIX),
    frequency("incidents_1095d", aggregate=COUNT, window_days=THREE_YEARS, direction=1, source=MATRIX),
    frequency("crimes_182d", aggregate=COUNT, window_days=HALF_YEAR, where=CRIME, direction=1, source=MATRIX),
    frequency("crimes_365d", aggregate=COUNT, window_days=YEAR, where=CRIME, direction=1, source=MATRIX),
    frequency("crimes_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=CRIME, direction=1, source=TURNER),
    frequency("non_crimes_365d", aggregate=COUNT, window_days=YEAR, where=NOT_CRIME, direction=1, source=MATRIX),
    frequency(
        "non_crimes_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=NOT_CRIME, direction=1, source=MATRIX
    ),
    frequency("charged_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=(CHARGED,), direction=1, source=TURNER),
    frequency("breaches_365d", aggregate=COUNT, window_days=YEAR, where=(BREACH,), direction=1, source=MATRIX),
    frequency("breaches_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=(BREACH,), direction=1, source=MATRIX),
    frequency(
        "rate_at_liberty_365d",
        aggregate=RATE,
        window_days=YEAR,
        direction=1,
        allowed_because=f"{OWN} {EXPOSURE}",
        source=TURNER,
    ),
    frequency(
        "rate_at_liberty_1095d",
        aggregate=RATE,
        window_days=THREE_YEARS,
        direction=1,
        allowed_because=f"{OWN} {EXPOSURE}",
        source=TURNER,
    ),
)
