"""The best possible AUC, gathered chunk by chunk: counts by probability, so memory does not grow with the force."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from matac_ml.synthetic.process import Ints
from matac_ml.synthetic.rates import Record

HORIZONS = (91, 182, 365)
EVERY_DAYS = 91
#: Probabilities are counted in steps of 1/50,000: a change of the AUC below 0.0001.
_BINS = 50_000


def dates_of(days: int, horizon: int) -> range:
    """As-of days: a quarter apart from one year in (half the time of a shorter force) to the last closed horizon."""
    return range(min(365, days // 2), days - horizon + 1, EVERY_DAYS)


class BestPossible:
    """Counts of people by true probability, with and without a new record, for each horizon and as-of date."""

    def __init__(self, days: int) -> None:
        self._counts: dict[tuple[int, int], tuple[Ints, Ints]] = {
            (horizon, day): (np.zeros(_BINS + 1, np.int64), np.zeros(_BINS + 1, np.int64))
            for horizon in HORIZONS
            for day in dates_of(days, horizon)
        }

    def add(self, record: Record) -> None:
        """Count the people of one chunk."""
        for (horizon, day), (misses, hits) in self._counts.items():
            seen = record.as_of(day, horizon=horizon)
            place = np.rint(seen.probability * _BINS).astype(np.int64)
            hits += np.bincount(place[seen.recorded], minlength=_BINS + 1)
            misses += np.bincount(place[~seen.recorded], minlength=_BINS + 1)

    def table(self, first_day: date) -> pd.DataFrame:
        """Columns ``outcome``, ``horizon_days``, ``as_of`` (a date, or "all"), ``people``, ``recorded``, ``auc``."""
        columns = ["outcome", "horizon_days", "as_of", "people", "recorded", "auc"]
        return pd.DataFrame(list(self._rows(first_day)), columns=columns)

    def _rows(self, first_day: date) -> Iterator[tuple[str, int, str, int, int, float]]:
        for horizon in HORIZONS:
            mine = {day: counts for (each, day), counts in self._counts.items() if each == horizon}
            for day, (misses, hits) in mine.items():
                as_of = (first_day + timedelta(days=day)).isoformat()
                yield ("any_record", horizon, as_of, int((misses + hits).sum()), int(hits.sum()), auc(misses, hits))
            if mine:
                misses, hits = (np.sum(np.stack(part), axis=0) for part in zip(*mine.values(), strict=True))
                yield ("any_record", horizon, "all", int((misses + hits).sum()), int(hits.sum()), auc(misses, hits))


def auc(misses: Ints, hits: Ints) -> float:
    """Area under the ROC curve from counts by ascending score, ties counted half; NaN when there is only one class."""
    if not hits.sum() or not misses.sum():
        return float("nan")
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2)).sum() / (hits.sum() * misses.sum()))
