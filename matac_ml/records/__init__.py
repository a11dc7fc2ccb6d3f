"""Records: the tables we accept, column by column; every bad row listed; the quality of what was read."""

from matac_ml.records.declarations import Column, Kind, Rule, Severity, Table
from matac_ml.records.extract import Extract, read_extract
from matac_ml.records.faults import Finding
from matac_ml.records.identities import identities
from matac_ml.records.report import CheckReport, check_extract
from matac_ml.records.rules import RULES
from matac_ml.records.tables import TABLES

__all__ = [
    "RULES",
    "TABLES",
    "CheckReport",
    "Column",
    "Extract",
    "Finding",
    "Kind",
    "Rule",
    "Severity",
    "Table",
    "check_extract",
    "identities",
    "read_extract",
]
