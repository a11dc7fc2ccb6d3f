"""Support for people recorded as victims: who looks after somebody, what the person wants, and what agencies do.

It stands apart from the cycle of perpetrators: it has no score, no list and no order, and begins and ends when people
say so. Every act is an entry in the ledger, by a named person with a reason.
"""

from matac_ml.support.record import SUPPORT_KINDS, SupportRecord, record_from
from matac_ml.support.telling import tell_support
from matac_ml.support.work import SupportWork

__all__ = ["SUPPORT_KINDS", "SupportRecord", "SupportWork", "record_from", "tell_support"]
