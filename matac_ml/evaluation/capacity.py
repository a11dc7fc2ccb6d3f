"""Measures at the capacity of a meeting: what the first k places hold.

Tie rule, everywhere in this package: rows that share the score at the cut line share the places that are left, each
with the same fraction of a place. A measure at k is therefore the exact mean over every order of the tied rows.
"""

import numpy as np
import numpy.typing as npt

from matac_ml.errors import UsageError
from matac_ml.evaluation._checks import Floats, outcome_and_score


def places(score: npt.ArrayLike, k: int) -> Floats:
    """Return the share of a place that each row gets on a list of ``k``.

    Parameters
    ----------
    score : array-like, shape (n,)
        Higher is nearer to the top.
    k : int
        Places, at least 1; a list longer than ``n`` gives every row a place.

    Returns
    -------
    ndarray, shape (n,)
        1 above the cut line, 0 below it, the common fraction on it; sums to ``min(k, n)``.

    Examples
    --------
    >>> places([3, 2, 2, 1], 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    s = np.asarray(score, dtype=np.float64)
    if k < 1:
        raise UsageError(f"k, the places on a list, must be at least 1, got {k}")
    if k >= s.shape[0]:
        return np.ones_like(s)
    line = np.partition(s, s.shape[0] - k)[s.shape[0] - k]
    above, tied = s > line, s == line
    return np.where(above, 1.0, np.where(tied, (k - above.sum()) / tied.sum(), 0.0))


def places_on_lists(score: npt.ArrayLike, cycle: npt.ArrayLike, k: int) -> Floats:
    """Return each row's share of a place on the list of its own cycle, shape ``(n,)``, each list of ``k``."""
    s, c = np.asarray(score, dtype=np.float64), np.asarray(cycle)
    share = np.zeros_like(s)
    for code in np.unique(c):
        share[c == code] = places(s[c == code], k)
    return share


def precision_at_k(outcome: npt.ArrayLike, score: npt.ArrayLike, *, k: int) -> float:
    """Share of the first ``k`` places whose outcome happened; ties share places (see the module)."""
    y, s = outcome_and_score(outcome, score)
    share = places(s, k)
    return float(share @ y) / max(1.0, round(float(share.sum())))


def captured_at_k(value: npt.ArrayLike, score: npt.ArrayLike, *, k: int) -> float:
    """Share of a total (harm days, new victims) that falls in the first ``k`` places.

    Parameters
    ----------
    value : array-like, shape (n,)
        What is to be captured, >= 0, in any unit.
    score : array-like, shape (n,)
    k : int

    Returns
    -------
    float
        Between 0 and 1; NaN when the total is 0.
    """
    v = np.asarray(value, dtype=np.float64)
    total = float(v.sum())
    return float(places(score, k) @ v) / total if total > 0 else float("nan")
