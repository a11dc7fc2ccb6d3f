"""Where a list is cut: after so many places, or at a score."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.errors import UsageError
from matac_ml.evaluation import places_on_lists

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cut:
    """Who counts as selected: the first ``places`` of each list, or whoever scores at least ``threshold``.

    A threshold is one of probability where an instrument gives one, of its score otherwise.
    """

    places: int | None = None
    threshold: float | None = None

    def __post_init__(self) -> None:
        if (self.places is None) == (self.threshold is None) or (self.places is not None and self.places < 1):
            raise UsageError(f"A cut must be places (from 1) or a threshold, got {self.places} and {self.threshold}")

    @property
    def rule(self) -> str:
        """The cut in words."""
        return (
            f"score at least {self.threshold:g}" if self.threshold is not None else f"first {self.places} of each list"
        )

    def chosen(self, score: Floats, probability: Floats | None, cycle: Ints) -> Floats:
        """Each row's share of a place, shape ``(n,)``: ties at the cut line share the places that are left."""
        if self.threshold is not None:
            return ((score if probability is None else probability) >= self.threshold).astype(np.float64)
        return places_on_lists(score, cycle, self.places or 1)


def share_above(score: Floats, cycle: Ints) -> Floats:
    """Share of the row's own list that stands above it, ties counting half: near 0 at the top, near 1 at the end."""
    from scipy.stats import rankdata  # most of a second to import, which a service that audits nobody need not wait for

    found = np.zeros_like(score, dtype=np.float64)
    for list_ in np.unique(cycle):
        inside = cycle == list_
        found[inside] = (rankdata(-score[inside]) - 0.5) / inside.sum()
    return found
