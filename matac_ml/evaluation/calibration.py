"""Whether a probability means what it says: the curve, and its slope and intercept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats, Ints, outcome_and_probability
from matac_ml.facts import CurvePoint

#: Probabilities are kept this far from 0 and 1 before their log-odds are taken.
_EDGE = 1e-6


def wilson(hits: float, rows: float, *, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return Wilson's interval for a share (Wilson 1927, JASA 22:209-212).

    Examples
    --------
    >>> tuple(round(v, 3) for v in wilson(5, 10))
    (0.237, 0.763)
    """
    if rows <= 0:
        return 0.0, 1.0
    share, square = hits / rows, z * z
    middle = (share + square / (2 * rows)) / (1 + square / rows)
    reach = z * np.sqrt(share * (1 - share) / rows + square / (4 * rows * rows)) / (1 + square / rows)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def calibration_curve(outcome: npt.ArrayLike, probability: npt.ArrayLike, *, bins: int = 10) -> tuple[CurvePoint, ...]:
    """Group rows of neighbouring probability, as equal in size as ties allow.

    Parameters
    ----------
    outcome : array-like of {0, 1}, shape (n,)
    probability : array-like in [0, 1], shape (n,)
    bins : int
        Groups asked for; rows of one probability always stay together, so there may be fewer.
    """
    y, p = outcome_and_probability(outcome, probability)
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1])) if p.size else np.empty(0)
    group = np.searchsorted(edges, p, side="left")
    points = []
    for g in np.unique(group):
        inside = group == g
        rows, hits = int(inside.sum()), float(y[inside].sum())
        low, high = wilson(hits, rows)
        mean = float(p[inside].mean())
        points.append(CurvePoint(rows=rows, predicted=mean, observed=hits / rows, low=low, high=high))
    return tuple(points)


def log_odds(probability: npt.ArrayLike) -> Floats:
    """Return log(p / (1 - p)), with p kept a millionth away from 0 and 1."""
    p = np.clip(np.asarray(probability, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.log(p / (1 - p))


def calibration_line(outcome: npt.ArrayLike, probability: npt.ArrayLike) -> tuple[float, float]:
    """Slope and intercept of the outcome's log-odds on the probability's (Cox 1958, Biometrika 45:562-565).

    Returns
    -------
    slope : float
        1 is ideal; below 1 the probabilities are too extreme, above 1 too timid.
    intercept : float
        With the slope held at 1 ("calibration in the large"): 0 is ideal, below 0 the probabilities are too high.

    Notes
    -----
    Both are maximum-likelihood, by Newton's method. NaN when every outcome is the same; where every probability is the
    same there is no slope, and the intercept alone says whether that one probability is too high.
    """
    y, p = outcome_and_probability(outcome, probability)
    x = log_odds(p)
    if y.size == 0 or y.min() == y.max():
        return float("nan"), float("nan")
    shift = _newton(np.ones((y.size, 1)), y, offset=x)[0]
    if np.ptp(x) == 0:
        return float("nan"), float(shift)
    slope = _newton(np.column_stack([np.ones_like(x), x]), y, offset=np.zeros_like(x))[1]
    return float(slope), float(shift)


@dataclass(frozen=True)
class ClusteredFit:
    """A logistic regression whose covariance counts people, not rows.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
    """

    coefficients: Floats
    covariance: Floats

    def at(self, X: Floats) -> tuple[Floats, Floats]:
        """Log-odds of rows of shape ``(n, p)``, and their standard errors."""
        variance = np.einsum("ij,jk,ik->i", X, self.covariance, X)
        return X @ self.coefficients, np.sqrt(np.maximum(variance, 0.0))


def clustered_logistic(X: Floats, outcome: npt.ArrayLike, person: Ints, *, offset: Floats) -> ClusteredFit:
    """Maximum-likelihood logistic regression with a covariance clustered by person (Liang and Zeger 1986).

    Parameters
    ----------
    X : ndarray, shape (n, p)
        With a column of ones where there is to be an intercept.
    outcome : array-like of {0, 1}, shape (n,)
        Both values must occur.
    person : ndarray of int from 0, shape (n,)
        The rows of one person may depend on each other in any way.
    offset : ndarray, shape (n,)
        Log-odds that are added and not fitted.
    """
    y = np.asarray(outcome, dtype=np.float64)
    # Columns at right angles, each of mean square 1: Newton's steps are then of one size, whatever the columns measure.
    level, turn = np.linalg.qr(X)
    level, turn = level * np.sqrt(len(y)), turn / np.sqrt(len(y))
    beta = _newton(level, y, offset=offset)
    p = 1 / (1 + np.exp(-(level @ beta + offset)))
    bread = np.linalg.inv((level * (p * (1 - p))[:, None]).T @ level + 1e-10 * np.eye(X.shape[1]))
    scores = np.column_stack([np.bincount(person, weights=column) for column in (level * (y - p)[:, None]).T])
    people = len(np.unique(person))
    covariance = bread @ (scores.T @ scores) @ bread * people / max(1, people - 1)
    back = np.linalg.inv(turn)
    return ClusteredFit(back @ beta, back @ covariance @ back.T)


@dataclass(frozen=True)
class CalibrationLine:
    """Shift (slope held at 1) and slope of the outcome on log-odds, with standard errors clustered by person.

    NaN where every outcome is the same; the slope and its error also where all log-odds are.
    """

    shift: float
    shift_error: float
    slope: float
    slope_error: float


def clustered_line(outcome: npt.ArrayLike, predicted: Floats, person: Ints) -> CalibrationLine:
    """The line of :func:`calibration_line` with its errors, on log-odds that were predicted."""
    y, nan = np.asarray(outcome, dtype=np.float64), float("nan")
    if y.size == 0 or y.min() == y.max():
        return CalibrationLine(nan, nan, nan, nan)
    ones = np.ones((y.size, 1))
    level = clustered_logistic(ones, y, person, offset=predicted)
    shift, error = float(level.coefficients[0]), float(np.sqrt(level.covariance[0, 0]))
    if np.ptp(predicted) == 0:
        return CalibrationLine(shift, error, nan, nan)
    line = clustered_logistic(np.column_stack([ones, predicted]), y, person, offset=np.zeros(y.size))
    return CalibrationLine(shift, error, float(line.coefficients[1]), float(np.sqrt(line.covariance[1, 1])))


def _newton(X: Floats, y: Floats, *, offset: Floats, steps: int = 50) -> Floats:
    beta = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-(X @ beta + offset)))
        information = (X * (p * (1 - p))[:, None]).T @ X + 1e-10 * np.eye(X.shape[1])
        move = np.linalg.solve(information, X.T @ (y - p))
        beta = beta + np.clip(move, -4, 4)
        if np.abs(move).max() < 1e-10:
            break
    return beta
