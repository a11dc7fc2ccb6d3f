"""Fairness: the audit of matrix and model alike. Protected characteristics are for auditing alone."""

from matac_ml.fairness.audit import audit
from matac_ml.fairness.cuts import Cut
from matac_ml.fairness.facts import (
    AttributeFacts,
    CounterAllegationFacts,
    GapFacts,
    GroupFacts,
    InstrumentFacts,
    LabelFacts,
    MitigationFacts,
    PairLineFacts,
    ProxyFacts,
    ProxyGroupFacts,
    SwapFacts,
    TradeoffFacts,
    Verdict,
    VictimSideFacts,
)
from matac_ml.fairness.groups import TITLES, audit_groups
from matac_ml.fairness.instrument import Instrument
from matac_ml.fairness.measures import MEASURE_TITLES
from matac_ml.fairness.record import AuditFacts

__all__ = [
    "MEASURE_TITLES",
    "TITLES",
    "AttributeFacts",
    "AuditFacts",
    "CounterAllegationFacts",
    "Cut",
    "GapFacts",
    "GroupFacts",
    "Instrument",
    "InstrumentFacts",
    "LabelFacts",
    "MitigationFacts",
    "PairLineFacts",
    "ProxyFacts",
    "ProxyGroupFacts",
    "SwapFacts",
    "TradeoffFacts",
    "Verdict",
    "VictimSideFacts",
    "audit",
    "audit_groups",
]
