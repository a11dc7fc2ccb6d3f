"""From features to log-odds, and from log-odds to a probability that means what it says, with its interval.

A LightGBM booster, a linear model in NumPy or the step curves of :mod:`matac_ml.bundle.curves` give the log-odds. All
explain themselves exactly: the contributions of one row and the base add up to its log-odds.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matac_ml.bundle.limits import LARGEST
from matac_ml.bundle.trees import END

#: The first line of ``interval.csv``.
INTERVAL_HEAD = "log_odds,below,above"
#: An end may fall by so much in log-odds: numbers are written to a digit.
ROUNDING = 1e-9

#: What LightGBM is told after the trees: shap, which draws pictures of a booster, asks it for its objective.
_PARAMETERS = "\nparameters:\n[boosting: gbdt]\n[objective: binary]\nend of parameters\n"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Scorer(Protocol):
    """What turns an ``(n, n_features)`` matrix, NaN for missing, into log-odds."""

    @property
    def kind(self) -> str:
        """Name of the kind of model, as written in the bundle."""

    def files(self) -> dict[str, bytes]:
        """The files of a bundle that hold it."""

    def log_odds(self, X: Floats) -> Floats:
        """Uncalibrated log-odds, shape ``(n,)``."""

    def contributions(self, X: Floats) -> tuple[Floats, Floats]:
        """Contribution of each feature ``(n, n_features)`` and the base ``(n,)``, in uncalibrated log-odds."""


@dataclass(frozen=True)
class BoosterScorer:
    """A LightGBM booster, kept as its own text format.

    Parameters
    ----------
    text : str
        What ``Booster.model_to_string`` wrote.
    """

    text: str

    @property
    def kind(self) -> str:
        return "lightgbm"

    def files(self) -> dict[str, bytes]:
        return {"booster.txt": self.text.encode()}

    @cached_property
    def booster(self) -> Any:
        """The live booster, made once from the text up to the end of its trees."""
        import lightgbm  # it brings half of scikit-learn with it, which a matrix or a linear model never needs

        trees, end, _ = self.text.partition(END)
        return lightgbm.Booster(model_str=trees + end + _PARAMETERS)

    def log_odds(self, X: Floats) -> Floats:
        return np.asarray(self.booster.predict(X, raw_score=True, num_threads=1), dtype=np.float64).reshape(-1)

    def contributions(self, X: Floats) -> tuple[Floats, Floats]:
        found = np.asarray(self.booster.predict(X, pred_contrib=True, num_threads=1), dtype=np.float64)
        return found[:, :-1], found[:, -1]


@dataclass(frozen=True)
class LinearScorer:
    """A logistic model on transformed, standardised features.

    Each value is filled when missing, then ``sign(x) log(1 + |x|)`` where ``log_scale`` says so, then standardised; a
    missing value adds ``missing_coefficient`` besides. Columns were centred on the fitting data, so a contribution is
    the exact Shapley value of a linear model with independent features.

    Attributes
    ----------
    fill, centre, scale, coefficient, missing_coefficient : tuple of float, one a feature
    log_scale : tuple of bool, one a feature
    missing_share : tuple of float
        Share of the fitting rows in which the feature was missing; centres the missing indicator.
    intercept : float
    """

    fill: tuple[float, ...]
    log_scale: tuple[bool, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    coefficient: tuple[float, ...]
    missing_coefficient: tuple[float, ...]
    missing_share: tuple[float, ...]
    intercept: float

    @property
    def kind(self) -> str:
        return "linear"

    def files(self) -> dict[str, bytes]:
        return {"linear.json": self.to_json().encode()}

    def standardised(self, X: Floats) -> tuple[Floats, Floats]:
        """The filled, scaled matrix and the missing indicators, each ``(n, n_features)``."""
        missing = np.isnan(X)
        filled = np.where(missing, np.asarray(self.fill), X)
        scaled = np.where(np.asarray(self.log_scale), np.sign(filled) * np.log1p(np.abs(filled)), filled)
        return (scaled - np.asarray(self.centre)) / np.asarray(self.scale), missing.astype(np.float64)

    def log_odds(self, X: Floats) -> Floats:
        parts, base = self.contributions(X)
        return np.asarray(parts.sum(axis=1) + base)

    def contributions(self, X: Floats) -> tuple[Floats, Floats]:
        z, missing = self.standardised(X)
        parts = z * np.asarray(self.coefficient)
        parts = parts + (missing - np.asarray(self.missing_share)) * np.asarray(self.missing_coefficient)
        return parts, np.full(X.shape[0], self.intercept)

    def to_json(self) -> str:
        """Return the numbers as JSON; ``repr`` keeps every bit of a float."""
        return json.dumps(self.__dict__, sort_keys=True, indent=1)


@dataclass(frozen=True)
class LogisticCalibration:
    """Calibrated log-odds = ``slope`` x log-odds + ``intercept``, fitted on rows the model did not see (Platt 1999).

    A straight line keeps the order of people and turns contributions to the score into contributions to the
    probability's own log-odds: multiply them by ``slope``.
    """

    slope: float = 1.0
    intercept: float = 0.0

    def log_odds(self, raw: Floats) -> Floats:
        """Calibrated log-odds."""
        return self.slope * raw + self.intercept


def probability(log_odds: Floats) -> Floats:
    """Return 1 / (1 + exp(-log_odds)), without overflow."""
    exp = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1 / (1 + exp), exp / (1 + exp))


@dataclass(frozen=True)
class ProbabilityInterval:
    """Interval of each probability, and where the file is too thin to say.

    Attributes
    ----------
    low, high : ndarray, shape (n,)
        Both contain the calibrated probability between them.
    thin : ndarray of bool, shape (n,)
        True where there is too little history to say: show no probability.
    """

    low: Floats
    high: Floats
    thin: Bools


#: How far the ends lie from the calibrated log-odds where nothing is known: from 0 to 1, to a millionth of a millionth.
_UNKNOWN = 30.0


@dataclass(frozen=True)
class IntervalTable:
    """How far the 95 % interval reaches from the calibrated log-odds, at rising uncalibrated ones.

    Between two knots the reach goes in a straight line; beyond the first and the last it stays. Calibrated log-odds are
    a straight line too, so what holds at the knots holds between them: the probability lies inside its interval, and a
    higher score has no lower end.

    Attributes
    ----------
    knots : tuple of float, length m
        Uncalibrated log-odds.
    below, above : tuple of float, length m
        Reach in log-odds; above 0.
    """

    knots: tuple[float, ...] = (0.0,)
    below: tuple[float, ...] = (_UNKNOWN,)
    above: tuple[float, ...] = (_UNKNOWN,)

    def at(self, raw: Floats) -> tuple[Floats, Floats]:
        """The reach below and above, for uncalibrated log-odds."""
        return np.interp(raw, self.knots, self.below), np.interp(raw, self.knots, self.above)

    def faults(self, slope: float) -> list[str]:
        """What is no interval beside a calibration line of this slope."""
        faults = []
        if not all(0 < reach <= LARGEST for reach in (*self.below, *self.above)):
            faults.append("both ends must lie away from the probability")
        if not all(-LARGEST <= knot <= LARGEST for knot in self.knots):
            faults.append("the log-odds must be finite")
        steps = list(zip(*(pairwise(column) for column in (self.knots, self.below, self.above)), strict=True))
        if any(after <= before for (before, after), _, _ in steps):
            faults.append("the log-odds must rise from line to line")
        rises = [
            (slope * (x[1] - x[0]) - (low[1] - low[0]), slope * (x[1] - x[0]) + high[1] - high[0])
            for x, low, high in steps
        ]
        if any(rise < -ROUNDING for pair in rises for rise in pair):
            faults.append("neither end may fall where the score rises")
        return faults

    def to_csv(self) -> str:
        """One line a knot: the uncalibrated log-odds, and the reach below and above."""
        lines = [f"{x!r},{low!r},{high!r}" for x, low, high in zip(self.knots, self.below, self.above, strict=True)]
        return "\n".join([INTERVAL_HEAD, *lines, ""])


@dataclass(frozen=True)
class ThinFileRule:
    """When there is too little history to say: fewer than ``below`` of a counting feature, or too wide an interval.

    Attributes
    ----------
    feature : str or None
        Name of a counting feature of the model; None switches this part off.
    below : float
        A value below this, or a missing one, is too thin.
    widest : float
        Intervals wider than this are not shown as a probability.
    """

    feature: str | None = None
    below: float = 0.0
    widest: float = 1.0

    @property
    def text(self) -> str:
        """The rule in plain English."""
        return "Too little history on record to say."
