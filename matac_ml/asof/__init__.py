"""Features as of a day: records and declarations in, values out; nothing known later is visible.

``feature_table`` derives a whole force, ``person_features`` one person; both give the same values. ``evidence`` names
the incidents behind a value.
"""

from matac_ml.asof.building import person_file_from_records
from matac_ml.asof.evidence import evidence
from matac_ml.asof.incident import Counterpart, Incident, Part
from matac_ml.asof.outcomes import Censoring, outcome_table
from matac_ml.asof.person import person_features, view_features
from matac_ml.asof.person_view import PersonView
from matac_ml.asof.population import area_frame, eligibility_frame, recorded_frame
from matac_ml.asof.reading import read_people, read_person
from matac_ml.asof.rows import (
    Classification,
    PairRow,
    PersonFile,
    RecordedIncident,
    Spell,
    Suspected,
    SuspectRow,
    VictimRow,
    known_before,
)
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.asof.whole_force import feature_table, write_feature_table

__all__ = [
    "LOOKBACK_DAYS",
    "Censoring",
    "Classification",
    "Counterpart",
    "HarmTable",
    "HarmWeights",
    "Incident",
    "PairRow",
    "Part",
    "PersonFile",
    "PersonView",
    "RecordedIncident",
    "Spell",
    "SuspectRow",
    "Suspected",
    "VictimRow",
    "area_frame",
    "eligibility_frame",
    "evidence",
    "feature_table",
    "known_before",
    "outcome_table",
    "person_features",
    "person_file_from_records",
    "read_people",
    "read_person",
    "recorded_frame",
    "view_features",
    "write_feature_table",
]
