"""From features to log-odds, and from log-odds to a probability that means what it says, with its interval.

A LightGBM booster, a linear model in NumPy or the step curves of :mod:`matac_ml.bundle.curves` give the log-odds. All
explain themselves exactly: the contributions of one row and the base add up to its log-odds.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from matac_ml.bundle.trees import END

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
    """Calibrated log-odds = ``slope`` x log-odds + ``intercept``, fitted on a later fold (Platt 1999).

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


@dataclass(frozen=True)
class VennAbersTable:
    """Inductive Venn-Abers interval as a step function of the log-odds (Vovk & Petej 2014).

    ``low[i]`` and ``high[i]`` hold for log-odds in ``[edge[i-1], edge[i])``: the isotonic fits of the calibration set
    with a new row at that score added once with outcome 0, once with outcome 1.

    Attributes
    ----------
    edge : tuple of float, length m
    low, high : tuple of float, length m + 1
    """

    edge: tuple[float, ...] = ()
    low: tuple[float, ...] = (0.0,)
    high: tuple[float, ...] = (1.0,)

    def at(self, raw: Floats) -> tuple[Floats, Floats]:
        """Lower and upper probability for uncalibrated log-odds."""
        step = np.searchsorted(np.asarray(self.edge), raw, side="right")
        return np.asarray(self.low)[step], np.asarray(self.high)[step]

    def to_csv(self) -> str:
        """One line a step: the log-odds from which it holds (empty for the first), and its two probabilities."""
        starts = ["", *(repr(edge) for edge in self.edge)]
        lines = [f"{start},{low!r},{high!r}" for start, low, high in zip(starts, self.low, self.high, strict=True)]
        return "\n".join(["log_odds_from,low,high", *lines, ""])

    @classmethod
    def from_csv(cls, text: str) -> "VennAbersTable":
        """Return what :meth:`to_csv` wrote."""
        rows = [line.split(",") for line in text.splitlines()[1:]]
        return cls(
            edge=tuple(float(row[0]) for row in rows[1:]),
            low=tuple(float(row[1]) for row in rows),
            high=tuple(float(row[2]) for row in rows),
        )


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
