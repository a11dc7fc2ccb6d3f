"""The incidents that made a value, from the same declaration as the value."""

from collections.abc import Hashable, Sequence
from datetime import date

from matac_ml.asof.person import LOOKBACK_DAYS
from matac_ml.asof.rows import Evidence, PersonFile
from matac_ml.asof.seen import Seen, SeenFile
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.spec import Feature


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


def rows_behind(seen: SeenFile, feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> Sequence[Seen]:
    """The visible rows behind a feature's value, in no stated order."""
    return feature.definition.rows_behind(seen, feature, feature.window_days or lookback_days)


def behind_key(feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> Hashable:
    """What decides the rows behind a feature: features with equal keys have the same incidents behind them."""
    how = type(feature.definition).rows_behind  # aggregates that do not say otherwise share one
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
