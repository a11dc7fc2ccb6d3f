"""Harm inside the engines: whole hundredths of a day, and its logarithm in whole millionths, so that sums are exact."""

import math
from functools import lru_cache

HUNDREDTHS = 100
MILLIONTHS = 1_000_000


@lru_cache(maxsize=4096)
def log_millionths(harm: int) -> int:
    """``ln(1 + days)`` of a harm in hundredths of a day, as whole millionths."""
    return round(math.log1p(harm / HUNDREDTHS) * MILLIONTHS)
