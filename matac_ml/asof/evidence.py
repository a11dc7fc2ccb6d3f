"""The incidents that made a value, from the same declaration as the value."""

from collections.abc import Callable, Hashable
from datetime import date

from matac_ml.asof.person import LOOKBACK_DAYS, first_rows, matching_rows, overlapping
from matac_ml.asof.rows import Evidence, PersonFile
from matac_ml.asof.seen import Seen, SeenFile
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.spec import Aggregate, Feature


def evidence(
    person: PersonFile, feature: Feature, as_of: date, *, harm: HarmWeights, lookback_days: int = LOOKBACK_DAYS
) -> tuple[Evidence, ...]:
    """Name the incidents behind a feature's value.

    A count has as many as its value; an extreme has the incidents that reach it; a ratio those of its longer window; a
    share the incidents counted; ``custody_days`` and ``days_at_risk`` none. In the pair view an incident comes once a
    victim.

    Returns
    -------
    tuple of Evidence
        Oldest first.
    """
    return evidence_seen(SeenFile(person, as_of, harm=HarmTable(harm)), feature, lookback_days=lookback_days)


def evidence_seen(seen: SeenFile, feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> tuple[Evidence, ...]:
    """The same from a file that is seen already: one look serves every feature of a person."""
    return tuple(sorted(_shown(row) for row in rows_behind(seen, feature, lookback_days=lookback_days)))


def rows_behind(seen: SeenFile, feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> list[Seen]:
    """The visible rows behind a feature's value, in no stated order."""
    return _BEHIND.get(feature.aggregate, matching_rows)(seen, feature, feature.window_days or lookback_days)


def behind_key(feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> Hashable:
    """What decides the rows behind a feature: features with equal keys have the same incidents behind them."""
    how = _BEHIND.get(feature.aggregate, matching_rows)
    window = feature.window_days or lookback_days
    return how, feature.view, feature.conditions, window, feature.against_days, feature.column


def _shown(row: Seen) -> Evidence:
    code = row.values["offence_code"]
    return Evidence(
        incident_id=row.incident.incident_id,
        occurred_on=row.incident.occurred_on,
        recorded_on=row.incident.recorded_on,
        offence_code=None if code is None else str(code),
    )


def _gravest(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    rows, column = matching_rows(seen, feature, window), feature.column or ""
    most = max((row.values[column] for row in rows), default=None)  # type: ignore[type-var]
    return [row for row in rows if row.values[column] == most]


def _latest(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    rows = matching_rows(seen, feature, window)
    return [row for row in rows if row.day == rows[-1].day]


def _earliest(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    rows = matching_rows(seen, feature, window)
    return [row for row in rows if row.day == rows[0].day]


def _longer_window(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    return matching_rows(seen, feature, feature.against_days or window)


def _overlapping(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    return [row for rows in overlapping(seen, feature, window) for row in rows]


def _none(seen: SeenFile, feature: Feature, window: int) -> list[Seen]:
    return []


_BEHIND: dict[Aggregate, Callable[[SeenFile, Feature, int], list[Seen]]] = {
    Aggregate.MAXIMUM: _gravest,
    Aggregate.DAYS_SINCE_LAST: _latest,
    Aggregate.DAYS_SINCE_FIRST: _earliest,
    Aggregate.RATIO: _longer_window,
    Aggregate.NEW: first_rows,
    Aggregate.CONCURRENT: _overlapping,
    Aggregate.CUSTODY_DAYS: _none,
    Aggregate.DAYS_AT_RISK: _none,
}
