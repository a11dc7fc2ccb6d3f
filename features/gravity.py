"""How grave what was recorded is, by the harm index and by what officers noted."""

from functools import partial

from features.shared import HARMFUL, INJURY, MATRIX, PPIT, THREE_YEARS, YEAR, gravity, noted
from matac_ml.spec import Aggregate, Feature, among, is_true

SERIOUS = among("injury_level", "serious", words="with serious injury")

harm = partial(gravity, column="harm_days")
count = partial(gravity, aggregate=Aggregate.COUNT, direction=1)
injuries = partial(count, window_days=THREE_YEARS, source=PPIT)

GRAVITY: tuple[Feature, ...] = (
    harm("harm_365d", aggregate=Aggregate.TOTAL, window_days=YEAR, direction=1, source=MATRIX),
    harm("harm_1095d", aggregate=Aggregate.TOTAL, window_days=THREE_YEARS, direction=1, source=MATRIX),
    harm("worst_harm_365d", aggregate=Aggregate.MAXIMUM, window_days=YEAR, direction=1, source=MATRIX),
    harm("worst_harm_1095d", aggregate=Aggregate.MAXIMUM, window_days=THREE_YEARS, direction=1, source=PPIT),
    harm("mean_harm_1095d", aggregate=Aggregate.MEAN, window_days=THREE_YEARS, direction=0, source=MATRIX),
    count("harmful_365d", window_days=YEAR, where=(HARMFUL,), source=MATRIX),
    count("harmful_1095d", window_days=THREE_YEARS, where=(HARMFUL,), source=MATRIX),
    injuries("injuries_1095d", where=(INJURY,)),
    injuries("serious_injuries_1095d", where=(SERIOUS,)),
    injuries("strangulations_1095d", where=(is_true("strangulation"),)),
    injuries("weapons_1095d", where=(is_true("weapon_used"),)),
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
