"""The incidents that made a value, from the same declaration as the value."""

from collections.abc import Hashable, Sequence
from datetime import date

from matac_ml.asof.incident import Incident
from matac_ml.asof.person_view import PersonView, ViewRow
from matac_ml.asof.rows import PersonFile
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.spec import Feature, View


def evidence(
    person: PersonFile, feature: Feature, as_of: date, *, harm: HarmWeights, lookback_days: int = LOOKBACK_DAYS
) -> tuple[Incident, ...]:
    """Name the incidents behind a feature's value.

    A count has as many as its value; an extreme has the incidents that reach it; a ratio those of its longer window; a
    share the incidents counted; ``custody_days`` and ``days_at_risk`` none. In the pair view an incident comes once a
    victim.

    Returns
    -------
    tuple of Incident
        Oldest first.
    """
    view = PersonView(person, as_of, harm=HarmTable(harm))
    known = view.incidents_as_victim if feature.view is View.VICTIM else view.incidents_as_suspect
    rows = evidence_rows(view, feature, lookback_days=lookback_days)
    return tuple(sorted((known[row.incident.incident_id] for row in rows), key=lambda incident: incident.order))


def evidence_rows(view: PersonView, feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> Sequence[ViewRow]:
    """The visible rows behind a feature's value, in no stated order."""
    return feature.definition.evidence(view, feature, feature.window_days or lookback_days)


def evidence_key(feature: Feature, *, lookback_days: int = LOOKBACK_DAYS) -> Hashable:
    """What decides the rows behind a feature: features with equal keys have the same incidents behind them."""
    how = type(feature.definition).evidence  # aggregates that do not say otherwise share one
    window = feature.window_days or lookback_days
    return how, feature.view, feature.conditions, window, feature.against_days, feature.column
