"""How many people, and who to this person, are recorded as victims."""

from functools import partial

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

different = partial(victims, aggregate=Aggregate.DISTINCT, column="victim_id")
new = partial(victims, aggregate=Aggregate.NEW, source=VICTIM_COUNT)
CRIME = (is_true("is_crime"),)
MOST, CONCURRENT = Aggregate.MOST_PER_VICTIM, Aggregate.CONCURRENT

VICTIMS: tuple[Feature, ...] = (
    different("victims_182d", window_days=HALF_YEAR, source=VICTIM_COUNT),
    different("victims_365d", window_days=YEAR, source=VICTIM_COUNT),
    different("victims_730d", window_days=TWO_YEARS, source=VICTIM_COUNT),
    different("victims_1095d", window_days=THREE_YEARS, source=MATRIX),
    different("crime_victims_1095d", window_days=THREE_YEARS, where=CRIME, source=VICTIM_COUNT),
    different("former_partners_1095d", window_days=THREE_YEARS, where=(FORMER,), source=PPIT),
    different("relatives_1095d", window_days=THREE_YEARS, where=(RELATIVES,), source=PPIT),
    new("new_victims_182d", window_days=HALF_YEAR),
    new("new_victims_365d", window_days=YEAR),
    victims("most_with_one_victim_1095d", aggregate=MOST, window_days=THREE_YEARS, source=PPIT),
    victims("concurrent_victims_1095d", aggregate=CONCURRENT, window_days=THREE_YEARS, source=VICTIM_COUNT),
)
