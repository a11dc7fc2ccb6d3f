"""Which model would each rule have taken at past origins, and how much worse was it than the best one then?

After the audition of triage (https://dssg.github.io/triage/audition/audition_intro/). A rule sees at an origin only
what could be known on its first test date: earlier origins whose last horizon had closed by then.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np


@dataclass(frozen=True)
class OriginResult:
    """What contenders reached at one origin.

    Attributes
    ----------
    first, closes : date
        The first test date; the day on which the last test date's outcomes are known.
    values : mapping of contender to float
        One measure of each contender that could be taken; higher is better.
    ours : str
        What the run itself chose, without a look at any test date.
    """

    first: date
    closes: date
    values: Mapping[str, float]
    ours: str


@dataclass(frozen=True)
class Regret:
    """How one rule did.

    Attributes
    ----------
    rule : str
    mean, worst : float
        What the best contender of an origin reached beyond what the rule took, over the origins judged.
    best : float
        Share of the origins at which the rule took the best contender, or one as good.
    """

    rule: str
    mean: float
    worst: float
    best: float


#: Earlier origins, oldest first -> the contender taken.
_Rule = Callable[[Sequence[OriginResult]], str]


def _mean(past: Sequence[OriginResult], name: str) -> float:
    return float(np.mean([origin.values[name] for origin in past]))


def _best_average(past: Sequence[OriginResult]) -> str:
    return max(past[-1].values, key=lambda name: _mean(past, name))


def _most_recent_best(past: Sequence[OriginResult]) -> str:
    return max(past[-1].values, key=lambda name: past[-1].values[name])


def _least_variance(past: Sequence[OriginResult]) -> str:
    """Of those that vary alike, the one with the best average."""
    spread = {name: round(float(np.var([o.values[name] for o in past])), 12) for name in past[-1].values}
    return min(past[-1].values, key=lambda name: (spread[name], -_mean(past, name)))


def _most_often_best(past: Sequence[OriginResult]) -> str:
    wins = Counter(max(origin.values, key=lambda name: origin.values[name]) for origin in past)
    return max(past[-1].values, key=lambda name: (wins[name], _mean(past, name)))


RULES: dict[str, _Rule] = {
    "best on average": _best_average,
    "best at the latest origin": _most_recent_best,
    "varies least": _least_variance,
    "most often best": _most_often_best,
}
OURS, AT_RANDOM = "the run's own rule", "one at random"


def known_before(origins: Sequence[OriginResult], origin: OriginResult) -> tuple[OriginResult, ...]:
    """Earlier origins whose outcomes were all known on the first test date of this one."""
    return tuple(other for other in origins if other.closes <= origin.first)


def regrets(origins: Sequence[OriginResult]) -> tuple[tuple[Regret, ...], int]:
    """The regret of every rule over the origins before which anything was known.

    Parameters
    ----------
    origins : sequence of OriginResult
        Oldest first, all with the same contenders.

    Returns
    -------
    tuple of Regret
        The least mean regret first; empty where no origin can be judged.
    int
        Origins judged.
    """
    judged = [(origin, past) for origin in origins if (past := known_before(origins, origin))]
    if not judged:
        return (), 0
    lost: dict[str, list[float]] = {name: [] for name in (OURS, *RULES)}
    chance: list[tuple[float, float]] = []
    for origin, past in judged:
        best = max(origin.values.values())
        lost[OURS].append(best - origin.values[origin.ours])
        for name, rule in RULES.items():
            lost[name].append(best - origin.values[rule(past)])
        apart = best - np.array(list(origin.values.values()))
        chance.append((float(apart.mean()), float((apart == 0).mean())))
    found = [Regret(name, float(np.mean(x)), max(x), float(np.mean(np.array(x) == 0))) for name, x in lost.items()]
    blind, right = np.array(chance).T
    found.append(Regret(AT_RANDOM, float(blind.mean()), float(blind.max()), float(right.mean())))
    return tuple(sorted(found, key=lambda regret: regret.mean)), len(judged)
