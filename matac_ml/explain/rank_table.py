"""Where one person's scores rank among everybody on the same day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from matac_ml.ranks import cut_line, dense_order, rank_among, shared_ranks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Position:
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
class BothPositions:
    """The ranks that both instruments give among the same people: those who have points and a probability."""

    matrix: Position
    model: Position


class _Order:
    """Rows in the order of a list, and the rank of each; rows equal in every column share one."""

    def __init__(self, columns: Sequence[Floats]) -> None:
        self._columns = columns
        self.dense = dense_order(*columns)
        self._ranks = shared_ranks(self.dense)
        self._equal = np.bincount(self.dense)[self.dense] if len(self.dense) else self.dense

    def position(self, row: int | None, values: Sequence[float]) -> Position:
        """The rank of a row; for anybody who is not among them, the rank that the values would take."""
        n = len(self.dense)
        if row is not None:
            return Position(rank=int(self._ranks[row]), of=n, tied_with=int(self._equal[row]) - 1)
        rank, equal = rank_among(self._columns, values)
        return Position(rank=rank, of=n + 1, tied_with=equal)


class RankTable:
    """The scores of everybody ranked.

    Parameters
    ----------
    person_ids : sequence of str, length n
    order : sequence of ndarray, each of shape (n,)
        What puts them in the matrix's order: the total, then the points of the policy's rule for ties.
    capacity : int
        How many of them a meeting can take.
    probabilities, low, high : ndarray, shape (n,), optional
        Calibrated probabilities and the ends of their intervals; absent when only the matrix is in force. NaN for
        people about whom the model abstains: they hold no rank on its list.
    """

    def __init__(
        self,
        person_ids: Sequence[str],
        order: Sequence[pd.Series | npt.NDArray[Any]],
        *,
        capacity: int,
        probabilities: Floats | None = None,
        low: Floats | None = None,
        high: Floats | None = None,
    ) -> None:
        self.person_ids = tuple(person_ids)
        columns = [np.asarray(column, dtype=np.float64) for column in order]
        self.matrix = _Order(columns)
        self.cut_line = cut_line(self.matrix.dense, capacity)
        self.row = {person_id: row for row, person_id in enumerate(self.person_ids)}
        self.low, self.high = _sorted(low), _sorted(high)
        self.model: _Order | None = None
        if probabilities is not None:
            numbered = np.flatnonzero(~np.isnan(probabilities))
            both = [column[numbered] for column in columns]
            self.matrix_of_both, self.model = _Order(both), _Order([probabilities[numbered], *both])
            self.row_of_both = {self.person_ids[row]: position for position, row in enumerate(numbered)}

    def __contains__(self, person_id: object) -> bool:
        return person_id in self.row

    @property
    def of(self) -> int:
        """How many people were ranked."""
        return len(self.person_ids)

    @property
    def of_both(self) -> int:
        """How many of them the model gives a number to."""
        return 0 if self.model is None else len(self.row_of_both)

    def person(self, person_id: str, order: Sequence[float]) -> "Ranked":
        """Where a person ranks; somebody who is not in the table ranks as one person more.

        Parameters
        ----------
        order : sequence of float
            The person's own values of the columns of ``order``.
        """
        return Ranked(self, person_id, order)


@dataclass(frozen=True)
class Ranked:
    """Where one person ranks; made by :meth:`RankTable.person`."""

    table: RankTable
    person_id: str
    order: Sequence[float]

    @property
    def by_matrix(self) -> Position:
        """The rank by points, then by the policy's rule for ties."""
        return self.table.matrix.position(self.table.row.get(self.person_id), self.order)

    def by_both(self, probability: float) -> BothPositions | None:
        """The ranks by matrix and model among the people who have both; None without a model."""
        table = self.table
        if table.model is None:
            return None
        row = table.row_of_both.get(self.person_id)
        return BothPositions(
            table.matrix_of_both.position(row, self.order), table.model.position(row, [probability, *self.order])
        )

    def by_model(self, probability: float, *, low: float, high: float) -> Position | None:
        """The rank by probability, with the best and worst that the intervals of everybody allow; None without a model.

        The best rank counts only those whose whole interval lies above this one; the worst counts everybody whose
        interval reaches above this one's lower end.
        """
        both, lows, highs = self.by_both(probability), self.table.low, self.table.high
        if both is None or lows is None or highs is None:
            return None
        given = both.model
        best = len(lows) - int(np.searchsorted(lows, high, side="right")) + 1
        worst = len(highs) - int(np.searchsorted(highs, low, side="right"))
        return Position(
            rank=given.rank,
            of=given.of,
            tied_with=given.tied_with,
            best=min(best, given.rank),
            worst=min(max(worst, given.last), given.of),
        )

    @property
    def tied_at_cut(self) -> tuple[int, int] | None:
        """How many people are equal at the last place that a meeting can take, and for how many, if this is one."""
        row, line = self.table.row.get(self.person_id), self.table.cut_line
        return None if row is None or not line.tied[row] else (int(line.tied.sum()), line.places_left)


def _sorted(values: Floats | None) -> Floats | None:
    return None if values is None else np.sort(values[~np.isnan(values)])
