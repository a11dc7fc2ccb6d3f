"""How much of a list changes hands from one meeting to the next."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation.capacity import places


def turnover(score: npt.ArrayLike, person: npt.ArrayLike, cycle: npt.ArrayLike, *, k: int) -> float:
    """Mean share of the ``k`` places that go to somebody else at the next date.

    Parameters
    ----------
    score : array-like, shape (n,)
        Higher is nearer to the top; rows that tie at the cut line share its places.
    person, cycle : array-like of int, shape (n,)
        Who the row is about, and which date's list it stands on; dates in rising order.
    k : int
        Places on each list.

    Returns
    -------
    float
        Between 0 (the same list every time) and 1; NaN when there is one list only.

    Examples
    --------
    >>> turnover([3, 2, 1, 3, 1, 2], [7, 8, 9, 7, 8, 9], [0, 0, 0, 1, 1, 1], k=2)
    0.5
    """
    s, who, when = np.asarray(score, dtype=np.float64), np.asarray(person), np.asarray(cycle)
    lists = []
    for date in np.unique(when):
        inside = when == date
        share = places(s[inside], k)
        held: dict[int, float] = defaultdict(float)  # somebody may stand on a list under two identities
        for name, part in zip(who[inside][share > 0].tolist(), share[share > 0].tolist(), strict=True):
            held[name] += part
        lists.append(held)
    changed = [
        1 - sum(min(share, after.get(name, 0.0)) for name, share in before.items()) / sum(before.values())
        for before, after in pairwise(lists)
    ]
    return float(np.mean(changed)) if changed else float("nan")
