"""The RFGV matrix: a policy file in, points and their arithmetic out. The primary instrument."""

from matac_ml.rfg.loading import PRESETS, load_policy, policy_schema
from matac_ml.rfg.points import PointsSheet, order_columns, place_scores, points_sheet, points_sheets, score_matrix
from matac_ml.rfg.policy import Policy, is_eligible

__all__ = [
    "PRESETS",
    "PointsSheet",
    "Policy",
    "is_eligible",
    "load_policy",
    "order_columns",
    "place_scores",
    "points_sheet",
    "points_sheets",
    "policy_schema",
    "score_matrix",
]
