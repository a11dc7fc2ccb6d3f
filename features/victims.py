"""How many people, and who to this person, are recorded as victims."""

from typing import Any

from features.shared import (
    FORMER,
    HALF_YEAR,
    MATRIX,
    PPIT,
    RELATIVES,
    THREE_YEARS,
    TWO_YEARS,
    VICTIM_COUNT,
    YEAR,
    victims,
)
from matac_ml.spec import Aggregate, Feature, is_true

DIFFERENT: dict[str, Any] = {"aggregate": Aggregate.DISTINCT, "column": "victim_id", "direction": 1}

VICTIMS: tuple[Feature, ...] = (
    victims("victims_182d", window_days=HALF_YEAR, source=VICTIM_COUNT, **DIFFERENT),
    victims("victims_365d", window_days=YEAR, source=VICTIM_COUNT, **DIFFERENT),
    victims("victims_730d", window_days=TWO_YEARS, source=VICTIM_COUNT, **DIFFERENT),
    victims("victims_1095d", window_days=THREE_YEARS, source=MATRIX, **DIFFERENT),
    victims(
        "crime_victims_1095d", window_days=THREE_YEARS, where=(is_true("is_crime"),), source=VICTIM_COUNT, **DIFFERENT
    ),
    victims("former_partners_1095d", window_days=THREE_YEARS, where=(FORMER,), source=PPIT, **DIFFERENT),
    victims("relatives_1095d", window_days=THREE_YEARS, where=(RELATIVES,), source=PPIT, **DIFFERENT),
    victims("new_victims_182d", aggregate=Aggregate.NEW, window_days=HALF_YEAR, direction=1, source=VICTIM_COUNT),
    victims("new_victims_365d", aggregate=Aggregate.NEW, window_days=YEAR, direction=1, source=VICTIM_COUNT),
    victims(
        "most_with_one_victim_1095d",
        aggregate=Aggregate.MOST_PER_VICTIM,
        window_days=THREE_YEARS,
        direction=1,
        source=PPIT,
    ),
    victims(
        "concurrent_victims_1095d",
        aggregate=Aggregate.CONCURRENT,
        window_days=THREE_YEARS,
        direction=1,
        source=VICTIM_COUNT,
    ),
)
