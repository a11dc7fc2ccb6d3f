"""Evaluation: temporal splits, measures at capacity, calibration and intervals.

A MATAC meeting has room for a handful of people, so the measures that matter count the first k places; AUC and Brier
describe the whole list beside them. Every interval resamples people, not rows: one person's rows stay together.
"""

from matac_ml.evaluation.calibration import CalibrationPoint, calibration_curve, calibration_line, log_odds, wilson
from matac_ml.evaluation.capacity import AtCapacity, at_capacity, captured_at_k, places, precision_at_k, recall_at_k
from matac_ml.evaluation.discrimination import auc, average_precision, brier, brier_skill

__all__ = [
    "AtCapacity",
    "CalibrationPoint",
    "at_capacity",
    "auc",
    "average_precision",
    "brier",
    "brier_skill",
    "calibration_curve",
    "calibration_line",
    "captured_at_k",
    "log_odds",
    "places",
    "precision_at_k",
    "recall_at_k",
    "wilson",
]
