"""The bundle: everything a fitted model needs to score and explain, as plain files.

Nothing is pickled. A bundle is a folder of step curves, a booster's text or a linear model's numbers, with feature and
outcome declarations, the policy, the harm index and the facts of the run, each under its SHA-256 in ``manifest.json``;
the hash of the model is the hash of that manifest. Scoring is a few lines of numpy, or a LightGBM booster, and nothing
else.
"""

from matac_ml.bundle.curves import CurveScorer, PairGrid, StepCurve
from matac_ml.bundle.files import load_bundle, save_bundle
from matac_ml.bundle.model import RiskModel
from matac_ml.bundle.points import points_of
from matac_ml.bundle.scoring import (
    BoosterScorer,
    IntervalTable,
    LinearScorer,
    LogisticCalibration,
    ProbabilityInterval,
    Scorer,
    ThinFileRule,
)

__all__ = [
    "BoosterScorer",
    "CurveScorer",
    "IntervalTable",
    "LinearScorer",
    "LogisticCalibration",
    "PairGrid",
    "ProbabilityInterval",
    "RiskModel",
    "Scorer",
    "StepCurve",
    "ThinFileRule",
    "load_bundle",
    "points_of",
    "save_bundle",
]
