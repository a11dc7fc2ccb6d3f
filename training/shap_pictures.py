"""The global picture, drawn by shap."""

import numpy as np
import numpy.typing as npt
import shap
from matplotlib import pyplot as plt

from matac_ml.bundle import RiskModel
from matac_ml.page import Picture
from training.pictures import finished


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
