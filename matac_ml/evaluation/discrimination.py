"""How well scores tell outcomes apart, over a whole list: AUC, average precision, Brier and its skill.

The figures of rows are scikit-learn's. Those of a resample are worked out from :class:`Levels`, because scikit-learn
would sort every resample again; the tests hold both to the same twelve decimals.
"""

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats, outcome_and_probability, outcome_and_score, weights_like
from matac_ml.evaluation.formulas import Levels


def auc(outcome: npt.ArrayLike, score: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float:
    """Area under the ROC curve: how often a row with the outcome outscores one without, ties counting half.

    Parameters
    ----------
    outcome : array-like of {0, 1}, shape (n,)
    score : array-like, shape (n,)
    weight : array-like, shape (n,), optional
        Row weights >= 0.

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
    w = weights_like(y, weight)
    if not w @ y or not w @ (1 - y):
        return float("nan")
    return float(roc_auc_score(y, s, sample_weight=weight))


def average_precision(outcome: npt.ArrayLike, score: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float:
    """Area under the precision-recall curve, as a sum over distinct scores without interpolation.

    Returns
    -------
    float
        Between 0 and 1; the share of outcomes for a score that knows nothing; NaN without outcomes.
    """
    from sklearn.metrics import average_precision_score

    y, s = outcome_and_score(outcome, score)
    return float(average_precision_score(y, s, sample_weight=weight)) if weights_like(y, weight) @ y else float("nan")


def brier(outcome: npt.ArrayLike, probability: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float:
    """Mean squared distance of probability and outcome; 0 is perfect (Brier 1950, Monthly Weather Review 78:1-3)."""
    from sklearn.metrics import brier_score_loss

    y, p = outcome_and_probability(outcome, probability)
    return float(brier_score_loss(y, p, sample_weight=weight, pos_label=1)) if len(y) else float("nan")


def brier_skill(outcome: npt.ArrayLike, probability: npt.ArrayLike, *, base_rate: float | None = None) -> float:
    """Share of the base rate's Brier score that the probabilities remove; 0 means no better than the base rate.

    Parameters
    ----------
    base_rate : float, optional
        The rate known beforehand (from training); the rate of ``outcome`` itself when not given.
    """
    y, p = outcome_and_probability(outcome, probability)
    reference = brier(y, np.full_like(y, y.mean() if base_rate is None else base_rate))
    return 1.0 - brier(y, p) / reference if reference > 0 else float("nan")


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
