"""Evaluation: temporal splits, measures at capacity, calibration and intervals.

A MATAC meeting has room for a handful of people, so the measures that matter count the first k places; AUC and Brier
describe the whole list beside them. Every interval resamples people, not rows: one person's rows stay together.
"""

from matac_ml.evaluation.areas import InArea, measure_in_areas
from matac_ml.evaluation.bootstrap import (
    FEWEST_PEOPLE,
    Interval,
    PersonBootstrap,
    clustered_error,
    percentile_interval,
    percentiles,
    sums_by_code,
)
from matac_ml.evaluation.calibration import (
    CalibrationLine,
    ClusteredFit,
    calibration_curve,
    calibration_line,
    clustered_line,
    clustered_logistic,
    log_odds,
    wilson,
)
from matac_ml.evaluation.capacity import captured_at_k, places, places_on_lists, precision_at_k
from matac_ml.evaluation.confusion import check_derived
from matac_ml.evaluation.discrimination import auc
from matac_ml.evaluation.formulas import CellSum, Ratio, cell
from matac_ml.evaluation.measures import BY_NAME, MEASURES, FoldRows, Measure, Measured, difference, measure
from matac_ml.evaluation.nij import NijScores, nij_scores
from matac_ml.evaluation.splits import TemporalSplit, temporal_split
from matac_ml.evaluation.turnover import turnover
from matac_ml.evaluation.worth import MorePlaces, NetBenefit, more_places, net_benefits

__all__ = [
    "BY_NAME",
    "FEWEST_PEOPLE",
    "MEASURES",
    "CalibrationLine",
    "CellSum",
    "ClusteredFit",
    "FoldRows",
    "InArea",
    "Interval",
    "Measure",
    "Measured",
    "MorePlaces",
    "NetBenefit",
    "NijScores",
    "PersonBootstrap",
    "Ratio",
    "TemporalSplit",
    "auc",
    "calibration_curve",
    "calibration_line",
    "captured_at_k",
    "cell",
    "check_derived",
    "clustered_error",
    "clustered_line",
    "clustered_logistic",
    "difference",
    "log_odds",
    "measure",
    "measure_in_areas",
    "more_places",
    "net_benefits",
    "nij_scores",
    "percentile_interval",
    "percentiles",
    "places",
    "places_on_lists",
    "precision_at_k",
    "sums_by_code",
    "temporal_split",
    "turnover",
    "wilson",
]
