"""Bets against "nothing has changed", which stay valid however often somebody looks.

A check bets, week by week, that a count lies outside the band that is expected of it. Fair odds are those of the edge
of the band: whatever the truth inside it is, the stake does not grow on average. A new bet of one unit is opened at the
start of every cycle, because a change can begin at any time, and the check adds up what all of them hold
(a Shiryaev-Roberts e-detector: Shin, Ramdas and Rinaldo 2023, "E-detectors: a nonparametric framework for sequential
change detection", New England Journal of Statistics in Data Science 2(2)). With *a* bets opened in all, Ville's
inequality for their average bounds the chance that the sum ever reaches *c*, while nothing changed, by *a / c*.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: What is bet on: the count is so many times what is expected (odds, for a share), and the part of the stake on each.
RATIOS = ((0.25, 0.05), (0.5, 0.35), (0.7, 0.10), (1.4, 0.10), (2.0, 0.35), (4.0, 0.05))


_SIZES = np.array([ratio for ratio, _ in RATIOS])
_LOG_PARTS = np.log([part for _, part in RATIOS])


@dataclass(frozen=True)
class Bets:
    """What the counts of some weeks are bet on; every array has the shape (weeks,).

    Attributes
    ----------
    seen : ndarray
        The counts.
    expected : ndarray
        What was expected of them, from earlier weeks alone. A week of which nothing is expected is passed over.
    low, high : ndarray
        "Nothing has changed" says that the mean lies between these. Nobody bets on fewer where ``low`` is 0.
    of : ndarray or None
        How many records each is out of, where it is a share; None where it is a count by itself.
    spread : float
        At least 1: how many times as much counts vary as Poisson or binomial counts do (a quasi-likelihood).
    """

    seen: Floats
    expected: Floats
    low: Floats
    high: Floats
    of: Floats | None
    spread: float

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Of which weeks something is expected, so that there is a bet."""
        known = np.isfinite(self.expected) & (self.expected > 0)
        return known if self.of is None else known & (self.expected < self.of)

    def factors(self) -> Floats:
        """By what each part of the stake is multiplied, in logarithms, shape (weeks, ratios)."""
        edge = np.where(_SIZES > 1, self.high[:, None], self.low[:, None])
        bet = self.expected[:, None] * _SIZES
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.of is None:
                won = self.seen[:, None] * np.log(bet / edge) - (bet - edge)
            else:
                of = self.of[:, None]
                edge, bet = edge / (of - edge), self.expected[:, None] / (of - self.expected[:, None]) * _SIZES
                # The log-likelihood ratio of a binomial count, written with odds.
                won = self.seen[:, None] * np.log(bet / edge) - of * (np.log1p(bet) - np.log1p(edge))
            # A size within the band counts as no change, and a bet on it neither wins nor loses.
            beyond = (bet - edge) * (_SIZES - 1) > 0
        return np.where(self.known[:, None] & beyond & (edge > 0) & np.isfinite(won), won, 0.0) / self.spread

    def if_changed(self, change: float, *, luck: float) -> Floats:
        """What a change by a share of what is expected would win in logarithms, if it began with the first week.

        Parameters
        ----------
        luck : float
            How far all counts together lie on the side of what is expected, in standard deviations.
        """
        away = -np.sign(change) * luck * np.sqrt(self.spread / max(len(self.seen), 1))
        if self.of is None:
            mean = self.expected * (1 + change)
            seen = mean + away * np.sqrt(mean)
        else:
            odds = self.expected / (self.of - self.expected) * (1 + change)
            share = odds / (1 + odds)
            seen = np.minimum(self.of * share + away * np.sqrt(self.of * share * (1 - share)), self.of)
        won: Floats = replace(self, seen=np.maximum(seen, 0.0)).factors().sum(axis=0)
        return won


def held_by(log_parts: Floats) -> float:
    """Logarithm of what the parts of a stake hold together."""
    return float(np.logaddexp.reduce(log_parts + _LOG_PARTS))


@dataclass
class EDetector:
    """The sum of the bets of one check.

    Attributes
    ----------
    log_parts : ndarray of shape (ratios,)
        Logarithm of what the bets on each ratio hold together; minus infinity before the first is opened.
    """

    log_parts: Floats = field(default_factory=lambda: np.full(len(RATIOS), -np.inf))

    def open(self) -> None:
        """Stake one more unit."""
        self.log_parts = np.logaddexp(self.log_parts, 0.0)

    def settle(self, factors: Floats) -> None:
        """Multiply everything staked by what a week brings: one row of :meth:`Bets.factors`."""
        self.log_parts = self.log_parts + factors

    @property
    def log_sum(self) -> float:
        """Logarithm of all that is held."""
        return held_by(self.log_parts)

    @property
    def direction(self) -> str:
        """Whether most is held on fewer or on more than expected."""
        return "more" if _SIZES[int(np.argmax(self.log_parts + _LOG_PARTS))] > 1 else "fewer"


def log_threshold(budget: float, *, cycles_a_year: float) -> float:
    """What a check has to hold, in logarithms, before it raises an alarm.

    Parameters
    ----------
    budget : float
        The chance of a false alarm of this check in a year of watching.
    cycles_a_year : float
        How many bets are opened in a year.
    """
    return float(np.log(cycles_a_year / budget))
