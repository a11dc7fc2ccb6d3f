"""The features of one person in plain Python: the same declarations, no database."""

import math
from collections.abc import Callable, Iterable
from datetime import date

from matac_ml.asof.rows import PersonFile
from matac_ml.asof.seen import Seen, SeenFile
from matac_ml.asof.weights import HUNDREDTHS, MILLIONTHS, HarmTable, HarmWeights, log_millionths
from matac_ml.spec import LEAST_EXPOSURE_DAYS, Aggregate, Feature

LOOKBACK_DAYS = 1095
DAYS_A_YEAR = 365.25


def person_features(
    person: PersonFile,
    features: Iterable[Feature],
    as_of: date,
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> dict[str, float | None]:
    """Derive features of one person as of a day, equal to the row of the matrix.

    Parameters
    ----------
    person : PersonFile
    features : iterable of Feature
    as_of : date
        Only what was known strictly before this day is seen.
    harm : HarmIndex
    lookback_days : int
        The window of features that declare none.

    Returns
    -------
    dict of str to float or None
        In the order of the features; None is missing.
    """
    return features_seen(SeenFile(person, as_of, harm=HarmTable(harm)), features, lookback_days=lookback_days)


def features_seen(
    seen: SeenFile, features: Iterable[Feature], *, lookback_days: int = LOOKBACK_DAYS
) -> dict[str, float | None]:
    """The same from a file that is seen already: the filters worked out for a value serve its evidence."""
    return {f.name: _MAKERS[f.aggregate](seen, f, f.window_days or lookback_days) for f in features}


def matching_rows(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    """Rows that meet a feature's conditions inside its window; for numbered columns, only rows that have the number."""
    rows = seen.rows(feature.view, feature.conditions, window=window)
    if feature.column is None:
        return rows
    return [row for row in rows if row.values[feature.column] is not None]


def _number(row: Seen, column: str) -> int:
    value = row.values[column]
    assert isinstance(value, int)  # noqa: S101 - the declaration was checked: numbered columns only
    return value


def _numbers(seen: SeenFile, feature: Feature, window: int) -> list[int]:
    return [_number(row, feature.column or "") for row in matching_rows(seen, feature, window)]


def _count(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(seen.count(feature.view, feature.conditions, window=window))


def _any(seen: SeenFile, feature: Feature, window: int) -> float:
    return 1.0 if seen.count(feature.view, feature.conditions, window=window) else 0.0


def _total(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(sum(_numbers(seen, feature, window))) / HUNDREDTHS


def _maximum(seen: SeenFile, feature: Feature, window: int) -> float | None:
    numbers = _numbers(seen, feature, window)
    return float(max(numbers)) / HUNDREDTHS if len(numbers) >= feature.min_n else None


def _mean(seen: SeenFile, feature: Feature, window: int) -> float | None:
    numbers = _numbers(seen, feature, window)
    return float(sum(numbers)) / float(len(numbers) * HUNDREDTHS) if len(numbers) >= feature.min_n else None


def _days_since_last(seen: SeenFile, feature: Feature, window: int) -> float | None:
    rows = matching_rows(seen, feature, window)
    return float(seen.day - rows[-1].day) if rows else None


def _days_since_first(seen: SeenFile, feature: Feature, window: int) -> float | None:
    rows = matching_rows(seen, feature, window)
    return float(seen.day - rows[0].day) if rows else None


def _mean_gap(seen: SeenFile, feature: Feature, window: int) -> float | None:
    rows = matching_rows(seen, feature, window)
    return float(rows[-1].day - rows[0].day) / float(len(rows) - 1) if len(rows) >= feature.min_n else None


def _distinct(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(len({row.values[feature.column or ""] for row in matching_rows(seen, feature, window)}))


def _share(seen: SeenFile, feature: Feature, window: int) -> float | None:
    among = seen.count(feature.view, feature.base_conditions, window=window)
    counted = seen.count(feature.view, feature.conditions, window=window)
    return float(counted) / float(among) if among >= feature.min_n else None


def _ratio(seen: SeenFile, feature: Feature, window: int) -> float | None:
    longer = feature.against_days or window
    recent = seen.count(feature.view, feature.conditions, window=window)
    all_ = seen.count(feature.view, feature.conditions, window=longer)
    return float(recent * longer) / float(all_ * window) if all_ >= feature.min_n else None


def _rate(seen: SeenFile, feature: Feature, window: int) -> float | None:
    free = window - seen.custody_days(window)
    counted = seen.count(feature.view, feature.conditions, window=window)
    return float(counted * 365) / float(free) if free >= LEAST_EXPOSURE_DAYS else None


def first_rows(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    """For each victim whose first known row is inside the window, that row."""
    firsts: dict[object, Seen] = {}
    for row in seen.every(feature.view, feature.conditions):
        firsts.setdefault(row.values["victim_id"], row)
    return [row for row in firsts.values() if row.day >= seen.day - window]


def _new(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(len(first_rows(seen, feature, window)))


def by_victim(seen: SeenFile, feature: Feature, window: int) -> dict[object, list[Seen]]:
    """Rows of each victim inside the window, oldest first."""
    groups: dict[object, list[Seen]] = {}
    for row in matching_rows(seen, feature, window):
        groups.setdefault(row.values["victim_id"], []).append(row)
    return groups


def _most_per_victim(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(max((len(rows) for rows in by_victim(seen, feature, window).values()), default=0))


def overlapping(seen: SeenFile, feature: Feature, window: int) -> list[list[Seen]]:
    """The rows of each victim whose first-to-last span shares a day with another victim's."""
    groups = list(by_victim(seen, feature, window).values())
    return [
        mine
        for mine in groups
        if any(other is not mine and mine[0].day <= other[-1].day and other[0].day <= mine[-1].day for other in groups)
    ]


def _concurrent(seen: SeenFile, feature: Feature, window: int) -> float:
    return float(len(overlapping(seen, feature, window)))


def _trend(seen: SeenFile, feature: Feature, window: int) -> float | None:
    rows = matching_rows(seen, feature, window)
    x = [row.day - seen.day for row in rows]
    y = [log_millionths(_number(row, feature.column or "")) for row in rows]
    n = len(x)
    if n < feature.min_n:
        return None
    spread = n * sum(v * v for v in x) - sum(x) ** 2
    together = n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
    return (float(together) * DAYS_A_YEAR) / (float(spread) * MILLIONTHS) if spread else None


def _laplace(seen: SeenFile, feature: Feature, window: int) -> float | None:
    rows = matching_rows(seen, feature, window)
    n = len(rows)
    if n < feature.min_n:
        return None
    late = 2 * sum(row.day - seen.day + window for row in rows) - n * window
    return float(late) * math.sqrt(3.0 / float(n)) / float(window)


def _custody_days(seen: SeenFile, _: Feature, window: int) -> float:
    return float(seen.custody_days(window))


def _days_at_risk(seen: SeenFile, _: Feature, __: int) -> float | None:
    since = seen.person.at_risk_from
    return float((seen.t - since).days) if since is not None and since < seen.t else None


_MAKERS: dict[Aggregate, Callable[[SeenFile, Feature, int], float | None]] = {
    Aggregate.COUNT: _count,
    Aggregate.ANY: _any,
    Aggregate.TOTAL: _total,
    Aggregate.MAXIMUM: _maximum,
    Aggregate.MEAN: _mean,
    Aggregate.DAYS_SINCE_LAST: _days_since_last,
    Aggregate.DAYS_SINCE_FIRST: _days_since_first,
    Aggregate.MEAN_GAP: _mean_gap,
    Aggregate.DISTINCT: _distinct,
    Aggregate.SHARE: _share,
    Aggregate.RATIO: _ratio,
    Aggregate.RATE: _rate,
    Aggregate.NEW: _new,
    Aggregate.MOST_PER_VICTIM: _most_per_victim,
    Aggregate.CONCURRENT: _concurrent,
    Aggregate.TREND: _trend,
    Aggregate.LAPLACE: _laplace,
    Aggregate.CUSTODY_DAYS: _custody_days,
    Aggregate.DAYS_AT_RISK: _days_at_risk,
}
