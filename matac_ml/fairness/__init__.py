"""Fairness: the audit of matrix and model alike. Protected characteristics are for auditing alone."""

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

__all__ = [
    "AttributeFacts",
    "AuditFacts",
    "GapFacts",
    "GroupFacts",
    "InstrumentFacts",
    "ProxyFacts",
    "SwapFacts",
    "Verdict",
]
