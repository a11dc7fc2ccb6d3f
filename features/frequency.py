"""How often something was recorded."""

from functools import partial

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

CRIME, NOT_CRIME = (is_true("is_crime"),), (is_false("is_crime"),)

count = partial(frequency, aggregate=Aggregate.COUNT, direction=1)
at_liberty = partial(
    frequency, aggregate=Aggregate.RATE, direction=1, allowed_because=f"{OWN} {EXPOSURE}", source=TURNER
)

FREQUENCY: tuple[Feature, ...] = (
    count("incidents_28d", window_days=MONTH, source=MATRIX),
    count("incidents_90d", window_days=QUARTER, source=MATRIX),
    count("incidents_182d", window_days=HALF_YEAR, source=MATRIX),
    count("incidents_365d", window_days=YEAR, source=MATRIX),
    count("incidents_730d", window_days=TWO_YEARS, source=MATRIX),
    count("incidents_1095d", window_days=THREE_YEARS, source=MATRIX),
    count("crimes_182d", window_days=HALF_YEAR, where=CRIME, source=MATRIX),
    count("crimes_365d", window_days=YEAR, where=CRIME, source=MATRIX),
    count("crimes_1095d", window_days=THREE_YEARS, where=CRIME, source=TURNER),
    count("non_crimes_365d", window_days=YEAR, where=NOT_CRIME, source=MATRIX),
    count("non_crimes_1095d", window_days=THREE_YEARS, where=NOT_CRIME, source=MATRIX),
    count("charged_1095d", window_days=THREE_YEARS, where=(CHARGED,), source=TURNER),
    count("breaches_365d", window_days=YEAR, where=(BREACH,), source=MATRIX),
    count("breaches_1095d", window_days=THREE_YEARS, where=(BREACH,), source=MATRIX),
    at_liberty("rate_at_liberty_365d", window_days=YEAR),
    at_liberty("rate_at_liberty_1095d", window_days=THREE_YEARS),
)
