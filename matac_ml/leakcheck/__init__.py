"""Change what nobody could have known on a day, and see whether any feature of that day moves."""

from matac_ml.leakcheck.checks import (
    CheckResult,
    check_features,
    check_labels,
    check_late_recording,
    check_recording_day,
    growing_columns,
    merged_without_a_day,
    shuffled_auc,
)
from matac_ml.leakcheck.mutations import MUTATIONS, Tables, tables_of, write_tables

__all__ = [
    "MUTATIONS",
    "CheckResult",
    "Tables",
    "check_features",
    "check_labels",
    "check_late_recording",
    "check_recording_day",
    "growing_columns",
    "merged_without_a_day",
    "shuffled_auc",
    "tables_of",
    "write_tables",
]
