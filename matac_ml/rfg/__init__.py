"""The RFGV matrix: a policy file in, points and their arithmetic out. The primary instrument."""

from matac_ml.rfg.loading import DEFAULT, PRESETS, load_policy, policy_schema
from matac_ml.rfg.points import is_eligible, order_columns, place_scores, score_matrix
from matac_ml.rfg.policy import Band, Component, Eligibility, Policy, ScoreBand
from matac_ml.rfg.sheet import PointsLine, PointsSheet, points_sheet, points_sheets

__all__ = [
    "DEFAULT",
    "PRESETS",
    "Band",
    "Component",
    "Eligibility",
    "PointsLine",
    "PointsSheet",
    "Policy",
    "ScoreBand",
    "is_eligible",
    "load_policy",
    "order_columns",
    "place_scores",
    "points_sheet",
    "points_sheets",
    "policy_schema",
    "score_matrix",
]
