"""A new day without a new fit: features and scores of everybody, every list, and explanations of who is on one."""

from matac_ml.refresh.files import RefreshBasis
from matac_ml.refresh.refreshing import Refreshed, refresh

__all__ = ["RefreshBasis", "Refreshed", "refresh"]
