"""Features as of a day: records and declarations in, values out; nothing known later is visible.

``feature_table`` derives a whole force, ``person_features`` one person; both give the same values. ``evidence`` names
the incidents behind a value.
"""

from matac_ml.asof.building import person_file_from_records
from matac_ml.asof.outcomes import outcome_table
from matac_ml.asof.person import evidence, person_features
from matac_ml.asof.person_file import Incident, PersonFile
from matac_ml.asof.person_view import PersonView
from matac_ml.asof.population import area_frame, eligibility_frame, recorded_frame
from matac_ml.asof.reading import read_people, read_person
from matac_ml.asof.stored import StoredFeatures, store_features
from matac_ml.asof.weights import HarmTable
from matac_ml.asof.whole_force import feature_table, write_feature_table

__all__ = [
    "HarmTable",
    "Incident",
    "PersonFile",
    "PersonView",
    "StoredFeatures",
    "area_frame",
    "eligibility_frame",
    "evidence",
    "feature_table",
    "outcome_table",
    "person_features",
    "person_file_from_records",
    "read_people",
    "read_person",
    "recorded_frame",
    "store_features",
    "write_feature_table",
]
