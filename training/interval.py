"""The interval of each probability: how far the share recorded at a score may lie from the calibration line.

Two curves are fitted to the rows calibrated on: the line that gives the probability, and a natural spline that may bend
where the line is wrong. The interval holds the 95 % bands of both, clustered by person. The line's own band keeps the
probability inside, away from either end; the spline's keeps the share of outcomes inside where the line misses it.
"""

from collections.abc import Callable

import numpy as np

from matac_ml.bundle import IntervalTable, LogisticCalibration
from matac_ml.evaluation import clustered_logistic
from training.rows import Floats, Ints

#: Of a 95 % interval, in standard errors.
_REACH = 1.959963984540054
#: Where the spline may bend, as quantiles of the scores: closer at the top, where scores lie apart and lists are made.
#: Chosen on the first ten forces of ``benchmarks/intervals.py``: with five, evenly spread, one tenth held in 80 of 100.
_KNOTS = (0.05, 0.4, 0.65, 0.7, 0.78, 0.88, 0.97)
#: Lines of the table.
_LINES = 101
#: No end is nearer to the probability than this, in log-odds.
_NEAREST = 1e-3
#: No end is further.
_FURTHEST = 30.0


def fit_interval(raw: Floats, y: Floats, person: Ints, line: LogisticCalibration) -> IntervalTable:
    """Fit the interval of a calibrated model.

    Parameters
    ----------
    raw : ndarray, shape (n,)
        Uncalibrated log-odds of the rows calibrated on.
    y : ndarray of {0, 1}, shape (n,)
    person : ndarray of int from 0, shape (n,)
    line : LogisticCalibration
        Fitted on the same rows.

    Returns
    -------
    IntervalTable
        From 0 to 1 where the rows hold one outcome or one score alone.
    """
    scores = np.unique(raw)
    if len(scores) < 2 or y.min() == y.max():
        return IntervalTable()
    scale = float(np.ptp(scores))
    x = (raw - scores[0]) / scale
    at = np.linspace(0, 1, _LINES)
    bands = [_band(basis(x), basis(at), y, person) for basis in (_straight, _spline(np.unique(np.quantile(x, _KNOTS))))]
    middle = line.log_odds(scores[0] + scale * at)
    # Ends that fall are put in order: the share rises with the score, and bands so ordered hold it no less often
    # (Chernozhukov, Fernandez-Val and Galichon 2009, Biometrika 96:559-575).
    low = np.sort(np.min([low for low, _ in bands], axis=0))
    high = np.sort(np.max([high for _, high in bands], axis=0))
    below, above = (np.clip(reach, _NEAREST, _FURTHEST) for reach in (middle - low, high - middle))
    return IntervalTable(*(tuple(map(float, column)) for column in (scores[0] + scale * at, below, above)))


def _straight(x: Floats) -> Floats:
    return np.column_stack([np.ones_like(x), x])


def _spline(knots: Floats) -> Callable[[Floats], Floats]:
    """The basis of a natural cubic spline (Hastie, Tibshirani and Friedman 2009, section 5.2.1)."""
    if len(knots) < 3:
        return _straight
    last = knots[-1]

    def bend(x: Floats, knot: float) -> Floats:
        return np.asarray((np.maximum(x - knot, 0) ** 3 - np.maximum(x - last, 0) ** 3) / (last - knot))

    return lambda x: np.column_stack([_straight(x), *(bend(x, k) - bend(x, float(knots[-2])) for k in knots[:-2])])


def _band(fitted: Floats, at: Floats, y: Floats, person: Ints) -> tuple[Floats, Floats]:
    log_odds, error = clustered_logistic(fitted, y, person, offset=np.zeros(len(y))).at(at)
    return log_odds - _REACH * error, log_odds + _REACH * error
