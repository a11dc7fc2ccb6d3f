"""The features of one person in plain Python: the same declarations, no database."""

from collections.abc import Iterable
from datetime import date

from matac_ml.asof.person_view import PersonView
from matac_ml.asof.rows import PersonFile
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.spec import Feature


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
