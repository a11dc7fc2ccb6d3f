"""Where one person's scores stand among everybody ranked on the same day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.ranks import CutLine, cut_line, dense_order, rank_among, shared_ranks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Place:
    """A rank in a list; 1 is the highest. Equal people share the best rank of the tie."""

    rank: int
    of: int
    tied_with: int = 0
    best: int | None = None
    worst: int | None = None

    @property
    def last(self) -> int:
        """The rank below which nobody of the tie can come."""
        return self.rank + self.tied_with


@dataclass(frozen=True)
class BothPlaces:
    """The ranks that both instruments give among the same people: those who have points and a probability."""

    matrix: Place
    model: Place


class _Order:
    """Rows in the order of a list, and the rank of each; rows equal in every column share one."""

    def __init__(self, columns: Sequence[Floats]) -> None:
        self._columns = columns
        self.dense = dense_order(*columns)
        self._ranks = shared_ranks(self.dense)
        self._equal = np.bincount(self.dense)[self.dense] if len(self.dense) else self.dense

    def place(self, row: int | None, values: Sequence[float]) -> Place:
        """The rank of a row; of somebody who is not among them, the rank that the values would take."""
        n = len(self.dense)
        if row is not None:
            return Place(rank=int(self._ranks[row]), of=n, tied_with=int(self._equal[row]) - 1)
        rank, equal = rank_among(self._columns, values)
        return Place(rank=rank, of=n + 1, tied_with=equal)


class Standing:
    """The scores of everybody ranked.

    Parameters
    ----------
    as_of : date
        The day all of them were scored as of.
    person_ids : sequence of str, length n
    order : sequence of ndarray, each of shape (n,)
        What puts them in the matrix's order: the total, then the points of the policy's rule for ties.
    probabilities, low, high : ndarray, shape (n,), optional
        Calibrated probabilities and the ends of their intervals; absent when only the matrix is in force. NaN for
        people about whom the model abstains: they hold no place on its list.
    """

    def __init__(
        self,
        as_of: date,
        person_ids: Sequence[str],
        order: Sequence[pd.Series | npt.NDArray[Any]],
        *,
        probabilities: Floats | None = None,
        low: Floats | None = None,
        high: Floats | None = None,
    ) -> None:
        self.as_of = as_of
        self.person_ids = tuple(person_ids)
        columns = [np.asarray(column, dtype=np.float64) for column in order]
        self._matrix = _Order(columns)
        self._row = {person_id: row for row, person_id in enumerate(self.person_ids)}
        self._cuts: dict[int, CutLine] = {}
        self._low, self._high = _sorted(low), _sorted(high)
        self._numbered: Ints | None = None
        if probabilities is not None:
            self._numbered = np.flatnonzero(~np.isnan(probabilities))
            both = [column[self._numbered] for column in columns]
            self._matrix_of_both, self._model = _Order(both), _Order([probabilities[self._numbered], *both])
            self._row_of_both = {self.person_ids[row]: place for place, row in enumerate(self._numbered)}

    def __contains__(self, person_id: object) -> bool:
        return person_id in self._row

    @property
    def of(self) -> int:
        """How many people were ranked."""
        return len(self.person_ids)

    @property
    def of_both(self) -> int:
        """How many of them the model gives a number to."""
        return 0 if self._numbered is None else len(self._numbered)

    def matrix_place(self, person_id: str, order: Sequence[float]) -> Place:
        """The rank by points, then by the policy's rule for ties.

        Parameters
        ----------
        person_id : str
            Somebody who is not ranked gets the rank that the points would take, among one person more.
        order : sequence of float
            The person's own values of the columns of ``order``.
        """
        return self._matrix.place(self._row.get(person_id), order)

    def both_places(self, person_id: str, order: Sequence[float], probability: float) -> BothPlaces | None:
        """The ranks by matrix and model among the people who have both; None without a model."""
        if self._numbered is None:
            return None
        row = self._row_of_both.get(person_id)
        matrix, model = self._matrix_of_both.place(row, order), self._model.place(row, [probability, *order])
        return BothPlaces(matrix, model)

    def model_place(
        self, person_id: str, order: Sequence[float], probability: float, *, low: float, high: float
    ) -> Place | None:
        """The rank by probability, with the best and worst that the intervals of everybody allow.

        The best rank counts only those whose whole interval lies above this one; the worst counts everybody whose
        interval reaches above this one's lower end.
        """
        places = self.both_places(person_id, order, probability)
        if places is None or self._low is None or self._high is None:
            return None
        given = places.model
        n = len(self._low)
        best = n - int(np.searchsorted(self._low, high, side="right")) + 1
        worst = n - int(np.searchsorted(self._high, low, side="right"))
        return Place(
            rank=given.rank,
            of=given.of,
            tied_with=given.tied_with,
            best=min(best, given.rank),
            worst=min(max(worst, given.last), given.of),
        )

    def tied_at_cut(self, person_id: str, k: int) -> tuple[int, int] | None:
        """How many people are equal at the last of ``k`` places, and for how many, if this is one of them."""
        row = self._row.get(person_id)
        if row is None:
            return None
        if k not in self._cuts:
            self._cuts[k] = cut_line(self._matrix.dense, k)
        line = self._cuts[k]
        return (int(line.tied.sum()), line.places_left) if line.tied[row] else None


@dataclass(frozen=True)
class Ranked:
    """Where one person is ranked.

    Attributes
    ----------
    order : sequence of float
        The person's own values of what puts people in the matrix's order.
    """

    standing: Standing
    person_id: str
    order: Sequence[float]

    @property
    def by_matrix(self) -> Place:
        """The rank by points."""
        return self.standing.matrix_place(self.person_id, self.order)

    def by_model(self, probability: float, *, low: float, high: float) -> Place | None:
        """The rank by probability; None without a model."""
        return self.standing.model_place(self.person_id, self.order, probability, low=low, high=high)

    def by_both(self, probability: float) -> BothPlaces | None:
        """The ranks among the people who have both; None without a model."""
        return self.standing.both_places(self.person_id, self.order, probability)

    def tied_at_cut(self, k: int) -> tuple[int, int] | None:
        """How many people are equal at the last of ``k`` places, and for how many, if this is one of them."""
        return self.standing.tied_at_cut(self.person_id, k)


def _sorted(values: Floats | None) -> Floats | None:
    return None if values is None else np.sort(values[~np.isnan(values)])
