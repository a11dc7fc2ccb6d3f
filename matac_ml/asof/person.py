"""The features of one person in plain Python, and the incidents behind each: the same declarations, no database."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date

from matac_ml.asof.person_file import Incident, PersonFile, ViewRow
from matac_ml.asof.person_view import PersonView
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.spec import Feature, View


def person_features(
    person: PersonFile,
    features: Iterable[Feature],
    as_of: date,
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> dict[str, float | None]:
    """Derive features of one person as of a day, equal to the row of the feature table.

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
    return view_features(PersonView(person, as_of, harm=HarmTable(harm)), features, lookback_days=lookback_days)


def view_features(
    view: PersonView, features: Iterable[Feature], *, lookback_days: int = LOOKBACK_DAYS
) -> dict[str, float | None]:
    """The same from a view that is there already: the filters worked out for a value serve its evidence."""
    return {f.name: f.definition.value(view, f, f.window_days or lookback_days) for f in features}


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
    """A key of the rows behind a feature: features with the same key rest on the same incidents."""
    definition, window = feature.definition, feature.window_days or lookback_days
    how = type(definition).evidence, definition.takes_conditions  # aggregates that do not say otherwise share one
    return how, feature.view, feature.conditions, window, feature.against_days, feature.column
