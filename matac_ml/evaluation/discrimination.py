"""How well scores tell outcomes apart, over a whole list: AUC, average precision, Brier and its skill."""

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats, outcome_and_probability, outcome_and_score, weights_like


def _cumulative(y: Floats, s: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Weights of outcomes and of the rest, per distinct score from the highest down, as running totals."""
    order = np.argsort(-s, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(s[order]) != 0, True))
    return np.cumsum((w * y)[order])[ends], np.cumsum((w * (1 - y))[order])[ends]


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
    y, s = outcome_and_score(outcome, score)
    yes, no = _cumulative(y, s, weights_like(y, weight))
    if not y.shape[0] or yes[-1] == 0 or no[-1] == 0:
        return float("nan")
    rise, step = np.diff(yes, prepend=0.0), np.diff(no, prepend=0.0)
    return float((rise @ (no[-1] - no + step / 2)) / (yes[-1] * no[-1]))


def average_precision(outcome: npt.ArrayLike, score: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float:
    """Area under the precision-recall curve, as a sum over distinct scores without interpolation.

    Returns
    -------
    float
        Between 0 and 1; the share of outcomes for a score that knows nothing; NaN without outcomes.
    """
    y, s = outcome_and_score(outcome, score)
    yes, no = _cumulative(y, s, weights_like(y, weight))
    if not y.shape[0] or yes[-1] == 0:
        return float("nan")
    seen = yes + no
    precision = np.divide(yes, seen, out=np.zeros_like(yes), where=seen > 0)
    return float(np.diff(yes, prepend=0.0) @ precision / yes[-1])


def brier(outcome: npt.ArrayLike, probability: npt.ArrayLike, *, weight: npt.ArrayLike | None = None) -> float:
    """Mean squared distance of probability and outcome; 0 is perfect (Brier 1950, Monthly Weather Review 78:1-3)."""
    y, p = outcome_and_probability(outcome, probability)
    w = weights_like(y, weight)
    return float(w @ (p - y) ** 2 / w.sum())


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
