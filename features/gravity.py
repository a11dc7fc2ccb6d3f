"""How grave what was recorded is, by the harm index and by what officers noted."""

from typing import Any

from features.shared import HARMFUL, INJURY, MATRIX, PPIT, THREE_YEARS, YEAR, gravity, noted
from matac_ml.spec import Aggregate, Feature, among, is_true

COUNT = Aggregate.COUNT
HARM: dict[str, Any] = {"column": "harm_days"}
SERIOUS = (among("injury_level", "serious", words="with serious injury"),)

GRAVITY: tuple[Feature, ...] = (
    gravity("harm_365d", aggregate=Aggregate.TOTAL, window_days=YEAR, direction=1, source=MATRIX, **HARM),
    gravity("harm_1095d", aggregate=Aggregate.TOTAL, window_days=THREE_YEARS, direction=1, source=MATRIX, **HARM),
    gravity("worst_harm_365d", aggregate=Aggregate.MAXIMUM, window_days=YEAR, direction=1, source=MATRIX, **HARM),
    gravity("worst_harm_1095d", aggregate=Aggregate.MAXIMUM, window_days=THREE_YEARS, direction=1, source=PPIT, **HARM),
    gravity("mean_harm_1095d", aggregate=Aggregate.MEAN, window_days=THREE_YEARS, direction=0, source=MATRIX, **HARM),
    gravity("harmful_365d", aggregate=COUNT, window_days=YEAR, where=(HARMFUL,), direction=1, source=MATRIX),
    gravity("harmful_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=(HARMFUL,), direction=1, source=MATRIX),
    gravity("injuries_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=(INJURY,), direction=1, source=PPIT),
    gravity(
        "serious_injuries_1095d", aggregate=COUNT, window_days=THREE_YEARS, where=SERIOUS, direction=1, source=PPIT
    ),
    gravity(
        "strangulations_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("strangulation"),),
        direction=1,
        source=PPIT,
    ),
    gravity(
        "weapons_1095d",
        aggregate=COUNT,
        window_days=THREE_YEARS,
        where=(is_true("weapon_used"),),
        direction=1,
        source=PPIT,
    ),
    gravity(
        "injury_share_1095d",
        aggregate=Aggregate.SHARE,
        window_days=THREE_YEARS,
        where=(INJURY,),
        of=noted("injury_level"),
        direction=0,
        min_n=2,
        source=PPIT,
    ),
)
