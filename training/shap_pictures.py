"""The global picture, drawn by shap, and shap's own check of the contributions that the bundle gives."""

import numpy as np
import numpy.typing as npt
import shap
from matplotlib import pyplot as plt

from matac_ml.bundle import BoosterScorer, RiskModel
from matac_ml.errors import InvariantError
from matac_ml.page import Picture
from training.pictures import finished

#: Largest difference in log-odds that rounding explains.
TOLERANCE = 1e-6


def global_picture(model: RiskModel, rows: npt.NDArray[np.float64], *, shown: int = 15) -> Picture:
    """Draw how the largest features move scores, one dot a row.

    Parameters
    ----------
    rows : ndarray, shape (n, n_features)
    """
    contributions, base = model.contributions(rows)
    # shap takes percentiles of every column for its colours, and a column without a value has none.
    coloured = np.where(np.isnan(rows).all(axis=0), 0.0, rows)
    explanation = shap.Explanation(
        values=contributions, base_values=base, data=coloured, feature_names=list(model.feature_names)
    )
    plt.figure()
    np.random.seed(0)
    shap.plots.beeswarm(explanation, max_display=shown, show=False, plot_size=(8, 6))
    figure = plt.gcf()
    figure.axes[0].set_xlabel("Contribution to the calibrated log-odds", fontsize=9)
    return finished(figure, "How the largest features move scores, drawn by shap.")


def cross_check(model: RiskModel, rows: npt.NDArray[np.float64]) -> float:
    """Compare the bundle's contributions with shap's, from the booster's trees read anew.

    Returns
    -------
    float
        Largest difference in log-odds; 0 for a linear model, whose parts are exact by construction.

    Raises
    ------
    InvariantError
        When they differ by more than rounding.
    """
    if not isinstance(model.scorer, BoosterScorer):
        return 0.0
    theirs = shap.TreeExplainer(model.scorer.booster).shap_values(rows)
    mine = model.contributions(rows)[0] / model.calibration.slope
    largest = float(np.abs(np.asarray(theirs).reshape(mine.shape) - mine).max())
    if largest > TOLERANCE:
        raise InvariantError(f"shap's values differ from the bundle's contributions by {largest}")
    return largest
