"""The elastic-net logistic fit, to convergence: Newton steps, each a weighted least-squares problem for scikit-learn.

Friedman, Hastie and Tibshirani (2010), Journal of Statistical Software 33(1), section 3: the log-likelihood is replaced
by its parabola at the current coefficients, and coordinate descent finds the penalised minimum of that. A stochastic
solver of the same problem took ten times as long here and still stopped short of the minimum.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet
from threadpoolctl import threadpool_limits

from matac_ml.errors import RecipeError
from matac_ml.evaluation import log_odds
from training.recipe import Linear
from training.rows import Floats

#: Fitted when no optimality condition is off by more than this, in mean log-loss a standard deviation of a feature:
#: a hundred times stricter than scikit-learn's own default for logistic models.
TOLERANCE = 1e-6
_STEPS, _HALVINGS = 60, 12
#: Rows whose outcome is as good as certain keep a little weight, or the parabola would not be bounded.
_LEAST_WEIGHT = 1e-7


@dataclass(frozen=True)
class LinearFit:
    """Coefficients of a logistic model.

    Attributes
    ----------
    slope : ndarray, shape (p,)
    intercept : float
        Not penalised.
    steps : int
        Newton steps taken.
    violation : float
        How far the optimality condition that holds worst is from holding; 0 at the minimum.
    """

    slope: Floats
    intercept: float
    steps: int
    violation: float


def expect_rough_steps() -> None:
    """Let no warning say that one step was not minimised exactly: the conditions of the whole problem are checked.

    Filters belong to the process, so whoever starts threads calls this before, or one thread may undo another's.
    """
    warnings.filterwarnings("ignore", message="Objective did not converge", category=ConvergenceWarning)


def elastic_net(X: Floats, y: Floats, settings: Linear) -> LinearFit:
    """Minimise mean log-loss + ``penalty`` x (``l1_ratio`` |b| + (1 - ``l1_ratio``)/2 |b|^2).

    Parameters
    ----------
    X : ndarray, shape (n, p)
        Without missing values.
    y : ndarray of {0, 1}, shape (n,)
        Both values must occur.

    Raises
    ------
    RecipeError
        When the minimum is not reached, because the penalty is next to nothing.
    """
    found = LinearFit(np.zeros(X.shape[1]), float(log_odds(y.mean())), 0, np.inf)
    # One thread: sums of products taken by several differ in their last digits with how the work was shared out.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        expect_rough_steps()
        inner = ElasticNet(l1_ratio=settings.l1_ratio, precompute=True, warm_start=True, tol=1e-12, max_iter=1000)
        while not found.violation <= TOLERANCE and found.steps < _STEPS:  # not a number is no minimum either
            found = _step(X, y, found, settings, inner)
    if not found.violation <= TOLERANCE:
        raise RecipeError(
            f"linear.penalty must be large enough for the elastic net to converge: after {found.steps} steps with "
            f"{settings.penalty:g} its optimality conditions are off by {found.violation:.1g}, where {TOLERANCE:g} is "
            "allowed. Take a larger penalty."
        )
    return found


def _step(X: Floats, y: Floats, at: LinearFit, settings: Linear, inner: ElasticNet) -> LinearFit:
    """One Newton step, halved until the penalised loss does not rise."""
    linear = X @ at.slope + at.intercept
    p = 1 / (1 + np.exp(-linear))
    weight = np.maximum(p * (1 - p), _LEAST_WEIGHT)
    # scikit-learn divides by the sum of weights, we by the number of rows.
    inner.set_params(alpha=settings.penalty * len(y) / weight.sum())
    inner.fit(X, linear + (y - p) / weight, sample_weight=weight)
    move, shift = inner.coef_ - at.slope, float(inner.intercept_) - at.intercept
    before, share = _loss(X, y, at.slope, at.intercept, settings), 1.0
    for _ in range(_HALVINGS):
        if _loss(X, y, at.slope + share * move, at.intercept + share * shift, settings) <= before:
            break
        share /= 2
    slope, intercept = at.slope + share * move, at.intercept + share * shift
    return LinearFit(slope, intercept, at.steps + 1, _violation(X, y, slope, intercept, settings))


def _loss(X: Floats, y: Floats, slope: Floats, intercept: float, settings: Linear) -> float:
    linear = X @ slope + intercept
    absolute, square = settings.l1_ratio * np.abs(slope).sum(), (1 - settings.l1_ratio) / 2 * (slope @ slope)
    return float(np.mean(np.logaddexp(0, linear) - y * linear) + settings.penalty * (absolute + square))


def _violation(X: Floats, y: Floats, slope: Floats, intercept: float, settings: Linear) -> float:
    """How far the coefficients are from the minimum: at it, the loss pulls at each exactly as hard as the penalty."""
    error = 1 / (1 + np.exp(-(X @ slope + intercept))) - y
    pull = X.T @ error / len(y) + settings.penalty * (1 - settings.l1_ratio) * slope
    least = settings.penalty * settings.l1_ratio
    off = np.where(slope != 0, np.abs(pull + least * np.sign(slope)), np.maximum(np.abs(pull) - least, 0))
    return float(max(off.max(initial=0.0), abs(error.mean())))
