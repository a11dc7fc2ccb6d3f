"""Fairness: the audit of matrix and model alike. Protected characteristics are for auditing alone."""

from matac_ml.fairness.audit import audit
from matac_ml.fairness.cuts import Cut
from matac_ml.fairness.groups import audit_groups
from matac_ml.fairness.instrument import Instrument
from matac_ml.fairness.measures import MEASURES

__all__ = ["MEASURES", "Cut", "Instrument", "audit", "audit_groups"]
