"""From a force's own files to an extract, by a mapping that a person wrote; every row is accounted for."""

from matac_ml.records.importing.account import ImportAccount, SourceShare
from matac_ml.records.importing.plan import ImportPlan, read_plan
from matac_ml.records.importing.running import ImportResult, import_records

__all__ = ["ImportAccount", "ImportPlan", "ImportResult", "SourceShare", "import_records", "read_plan"]
