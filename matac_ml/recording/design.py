"""What a comparison can find, worked out before its result is looked at."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import norm

Floats = npt.NDArray[np.float64]
#: One-sided level of all comparisons together, and the power that a loss worth speaking of is found with.
LEVEL, ENOUGH_POWER = 0.05, 0.8
#: Losses whose power is stated: shares of a group's incidents that never reach the record beyond what others lose.
LOSSES = (0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Design:
    """How much a comparison of one group with everybody else rests on.

    Attributes
    ----------
    share : float
        Share held among everybody, between 0 and 1.
    group, others : float
        Incidents of the group and of others, each divided by its design effect: as many independent ones say as much.
    """

    share: float
    group: float
    others: float

    @classmethod
    def of(cls, held: Floats, incidents: Floats, inside: npt.NDArray[np.bool_]) -> "Design":
        """The design of a comparison, from what everybody has; whose share is what does not matter.

        Parameters
        ----------
        held, incidents : ndarray, shape (people,)
            Incidents of each person that the police held, and all; at least one.
        inside : ndarray of bool, shape (people,)
            Who is in the group.
        """
        alike = likeness(held, incidents)
        sizes = [
            float(n.sum() / (1 + ((n**2).sum() / n.sum() - 1) * alike)) if n.size else 0.0
            for n in (incidents[inside], incidents[~inside])
        ]
        return cls(float(held.sum() / incidents.sum()), *sizes)


def likeness(held: Floats, incidents: Floats) -> float:
    """How alike the incidents of one person are in being held, from 0 (not at all) to 1: the intraclass correlation.

    Notes
    -----
    The estimate by analysis of variance for shares (Ridout, Demetrio and Firth 1999, Biometrics 55:137-148).
    """
    people, total = len(incidents), float(incidents.sum())
    if people < 2 or total <= people:
        return 0.0
    share = held / incidents
    overall = float(held.sum() / total)
    between = float((incidents * (share - overall) ** 2).sum()) / (people - 1)
    within = float((held * (1 - share)).sum()) / (total - people)
    typical = (total - float((incidents**2).sum()) / total) / (people - 1)
    spread = between + (typical - 1) * within
    return float(np.clip((between - within) / spread, 0.0, 1.0)) if spread > 0 else 0.0


def power(design: Design, loss: float, *, level: float = LEVEL) -> float:
    """How often the loss of a share of a group's incidents would be found, at a one-sided level.

    >>> round(power(Design(share=0.5, group=64, others=736), 0.25), 2)
    0.63
    """
    if design.group <= 0 or design.others <= 0 or not 0 < design.share < 1:
        return 0.0
    total = design.group + design.others
    # The share of everybody is that of others and of the group, which has lost some.
    others = min(design.share * total / (design.others + design.group * (1 - loss)), 1.0)
    theirs = others * (1 - loss)
    if_none = np.sqrt(design.share * (1 - design.share) * (1 / design.group + 1 / design.others))
    if_lost = np.sqrt(theirs * (1 - theirs) / design.group + others * (1 - others) / design.others)
    distance = others - theirs - norm.isf(level) * if_none
    return float(norm.cdf(distance / if_lost)) if if_lost > 0 else float(distance > 0)


def smallest_loss(design: Design, *, level: float = LEVEL) -> float | None:
    """The smallest loss that would be found four times in five; None where even losing everything would not be."""
    if power(design, 1.0, level=level) < ENOUGH_POWER:
        return None
    return float(brentq(lambda loss: power(design, loss, level=level) - ENOUGH_POWER, 0.0, 1.0, xtol=1e-6))
