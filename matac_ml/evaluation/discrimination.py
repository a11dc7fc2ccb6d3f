"""How well scores tell outcomes apart, over a whole list: the AUC of rows, and figures of ranks for resamples.

The AUC of rows is scikit-learn's. Those of a resample are worked out from :class:`Levels`, because scikit-learn would
sort every resample again; the tests hold both to the same twelve decimals.
"""

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats, outcome_and_score
from matac_ml.evaluation.formulas import Levels


def auc(outcome: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Area under the ROC curve: how often a row with the outcome outscores one without, ties counting half.

    Parameters
    ----------
    outcome : array-like of {0, 1}, shape (n,)
    score : array-like, shape (n,)

    Returns
    -------
    float
        Between 0 and 1; NaN when only one outcome occurs.

    Examples
    --------
    >>> auc([0, 1, 1, 0], [1, 2, 1, 0])
    0.875
    """
    from sklearn.metrics import roc_auc_score  # a second to import, which lists and policies need not wait for

    y, s = outcome_and_score(outcome, score)
    return float(roc_auc_score(y, s)) if 0 < y.sum() < len(y) else float("nan")


def levels(outcome: Floats, score: Floats) -> Levels:
    """The scores that rows with the outcome hold, the highest first, with what is above and at each."""
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True)) if len(score) else np.empty(0, dtype=np.int64)
    hits = np.diff(np.cumsum(outcome[order])[ends], prepend=0.0).astype(np.int64)
    held = hits > 0
    reached = ends + 1
    return Levels(hits[held], np.append(0, reached)[:-1][held], reached[held], len(score))


def auc_of(found: Levels) -> float:
    """AUC: of all pairs of a row with the outcome and one without, those that the first wins, ties counting half."""
    hits = np.cumsum(found.hits)
    yes = int(hits[-1]) if len(hits) else 0
    no = found.rows - yes
    if not yes or not no:
        return float("nan")
    # Rows without the outcome above a score, and above or at it: their mean ranks above, the rest is beaten.
    above, reached = found.above - hits + found.hits, found.reached - hits
    return float(found.hits @ (no - 0.5 * (above + reached))) / (yes * no)


def average_precision_of(found: Levels) -> float:
    """Precision down to each outcome, on average over the outcomes."""
    hits = np.cumsum(found.hits)
    return (
        float(found.hits @ (hits / np.maximum(found.reached, 1))) / int(hits[-1]) if len(hits) and hits[-1] else np.nan
    )
