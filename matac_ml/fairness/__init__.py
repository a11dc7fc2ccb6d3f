"""Fairness: the audit of matrix and model alike. Protected characteristics are for auditing alone."""

from matac_ml.fairness.audit import Instrument, audit
from matac_ml.fairness.facts import (
    AttributeFacts,
    AuditFacts,
    GapFacts,
    GroupFacts,
    InstrumentFacts,
    ProxyFacts,
    SwapFacts,
    Verdict,
)
from matac_ml.fairness.groups import TITLES, audit_groups

__all__ = [
    "TITLES",
    "AttributeFacts",
    "AuditFacts",
    "GapFacts",
    "GroupFacts",
    "Instrument",
    "InstrumentFacts",
    "ProxyFacts",
    "SwapFacts",
    "Verdict",
    "audit",
    "audit_groups",
]
