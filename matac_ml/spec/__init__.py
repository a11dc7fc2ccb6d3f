"""Declarations: what the system may know of a person (``Feature``) and what it may predict (``Outcome``).

>>> from matac_ml.spec import Aggregate, Family, Feature, View
>>> Feature(
...     name="incidents_90", family=Family.FREQUENCY, view=View.SUSPECT, aggregate=Aggregate.COUNT, window_days=90,
...     direction=1, allowed_because="Police-recorded behaviour.", source="RFG",
... ).say(2)
'2 domestic abuse incidents as suspect in the last three months.'
"""

from matac_ml.spec.aggregates import Aggregate
from matac_ml.spec.columns import COLUMNS, View
from matac_ml.spec.condition import Condition, Op, among, at_least, at_most, is_false, is_true, not_among
from matac_ml.spec.family import Family
from matac_ml.spec.feature import Feature
from matac_ml.spec.feature_json import checked, features_from_json, features_to_json, read_features
from matac_ml.spec.outcome import Clock, Outcome, OutcomeKind

__all__ = [
    "COLUMNS",
    "Aggregate",
    "Clock",
    "Condition",
    "Family",
    "Feature",
    "Op",
    "Outcome",
    "OutcomeKind",
    "View",
    "among",
    "at_least",
    "at_most",
    "checked",
    "features_from_json",
    "features_to_json",
    "is_false",
    "is_true",
    "not_among",
    "read_features",
]
