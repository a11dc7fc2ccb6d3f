"""Where one person's scores stand among everybody ranked on the same day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Place:
    """A place in a list; 1 is the highest. Equal scores share the best place of the tie."""

    rank: int
    of: int
    tied_with: int = 0
    best: int | None = None
    worst: int | None = None


class Standing:
    """The scores of everybody ranked, kept sorted so that a place costs a binary search.

    Parameters
    ----------
    as_of : date
        The day all of them were scored as of.
    person_ids : sequence of str, length n
    totals : ndarray of int, shape (n,)
        Matrix totals.
    probabilities, low, high : ndarray, shape (n,), optional
        Calibrated probabilities and the ends of their intervals; absent when only the matrix is in force. NaN for
        people about whom the model abstains: they hold no place on its list.
    """

    def __init__(
        self,
        as_of: date,
        person_ids: Sequence[str],
        totals: Ints,
        *,
        probabilities: Floats | None = None,
        low: Floats | None = None,
        high: Floats | None = None,
    ) -> None:
        self.as_of = as_of
        self.person_ids = tuple(person_ids)
        self.totals = totals
        self.probabilities = probabilities
        self._totals = np.sort(totals)
        self._probabilities = _sorted(probabilities)
        self._low = _sorted(low)
        self._high = _sorted(high)

    @property
    def of(self) -> int:
        """How many people were ranked."""
        return len(self.person_ids)

    def matrix_place(self, total: int) -> Place | None:
        """The place of a matrix total: one more than the number of higher totals."""
        if not self.of:
            return None
        right = int(np.searchsorted(self._totals, total, side="right"))
        left = int(np.searchsorted(self._totals, total, side="left"))
        return Place(rank=self.of - right + 1, of=self.of, tied_with=max(right - left - 1, 0))

    def model_place(self, probability: float, *, low: float, high: float) -> Place | None:
        """The place of a probability, with the best and worst that the intervals of everybody allow.

        The best place counts only those whose whole interval lies above this one; the worst counts everybody whose
        interval reaches above this one's lower end.
        """
        if self._probabilities is None or not len(self._probabilities):
            return None
        n = len(self._probabilities)
        above = n - int(np.searchsorted(self._probabilities, probability, side="right"))
        best = n - int(np.searchsorted(self._low, high, side="right")) if self._low is not None else above
        worst = n - int(np.searchsorted(self._high, low, side="right")) if self._high is not None else above
        rank = above + 1
        return Place(rank=rank, of=n, best=min(best + 1, rank), worst=min(max(worst, rank), n))


def _sorted(values: Floats | None) -> Floats | None:
    return None if values is None else np.sort(values[~np.isnan(values)])
