"""From log-odds to a probability that means what it says, its interval, and when to say nothing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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
