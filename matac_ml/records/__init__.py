"""Records: the tables we accept, column by column; every bad row listed; the quality of what was read."""

from matac_ml.records.extract import Extract, read_extract
from matac_ml.records.faults import Finding, Severity
from matac_ml.records.identities import EveryIdentity, identities
from matac_ml.records.merging import Identities
from matac_ml.records.report import CheckReport, check_extract
from matac_ml.records.rules import RULES, Rule

__all__ = [
    "RULES",
    "CheckReport",
    "EveryIdentity",
    "Extract",
    "Finding",
    "Identities",
    "Rule",
    "Severity",
    "check_extract",
    "identities",
    "read_extract",
]
