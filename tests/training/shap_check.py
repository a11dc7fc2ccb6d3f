"""The contributions that a bundle gives beside those of shap, from the booster's trees read anew."""

import numpy as np
import shap

from matac_ml.bundle import BoosterScorer, RiskModel
from training.rows import Floats

#: Largest difference in log-odds that rounding explains.
TOLERANCE = 1e-6


def difference_to_shap(model: RiskModel, rows: Floats) -> float:
    """The largest difference in log-odds; 0 for curves and linear models, whose parts are exact by construction."""
    if not isinstance(model.scorer, BoosterScorer):
        return 0.0
    theirs = shap.TreeExplainer(model.scorer.booster).shap_values(rows)
    mine = model.contributions(rows)[0] / model.calibration.slope
    return float(np.abs(np.asarray(theirs).reshape(mine.shape) - mine).max())
