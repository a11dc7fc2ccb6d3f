"""Ranks on a list, and its cut line. People who are equal share a rank; nobody is ahead of another by identifier."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.errors import UsageError

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CutLine:
    """Who is among the first ``k``, and who is equal at the last of these places.

    Attributes
    ----------
    certain : ndarray of bool, shape (n,)
        Rows that hold a place however equal rows are ordered.
    tied : ndarray of bool, shape (n,)
        Rows that are equal at the line while there are fewer places than rows. Nothing in the order says who of them
        takes a place: a person decides.
    places_left : int
        Places for the tied rows: fewer than there are of them, and 0 when none is tied.
    """

    certain: Bools
    tied: Bools
    places_left: int

    @property
    def shown(self) -> Bools:
        """Rows that a list of ``k`` shows: the certain, and all of the tied."""
        shown: Bools = self.certain | self.tied
        return shown

    def standing(self) -> list[str]:
        """Return ``on the list``, ``tied`` or ``not on the list`` for each row."""
        names = np.where(self.certain, "on the list", np.where(self.tied, "tied", "not on the list"))
        return [str(name) for name in names]


def dense_order(*columns: npt.ArrayLike) -> Ints:
    """Return one whole number a row for an order by several columns; rows equal in all of them get the same number.

    Parameters
    ----------
    columns : array-like, each of shape (n,)
        The first decides, the next among those equal in it, and so on. Higher is nearer to the top; NaN is below
        every number, and equal to NaN.

    Examples
    --------
    >>> dense_order([81, 70, 81, 70], [5, 5, 9, 5]).tolist()
    [1, 0, 2, 0]
    """
    # Each column becomes its own ranks first, so that rows are compared as whole numbers and NaN equals NaN.
    by_column = [_column_order(np.asarray(column, dtype=np.float64)) for column in columns]
    _, order = np.unique(np.stack(by_column, axis=1), axis=0, return_inverse=True)
    return order.reshape(-1).astype(np.int64)


def shared_ranks(order: npt.ArrayLike) -> Ints:
    """Return the rank of each row: 1 is the highest, and equal rows share the best rank of their tie (1, 2, 2, 4).

    Parameters
    ----------
    order : array-like, shape (n,)
        Higher is nearer to the top. NaN comes last and shares one rank.

    Examples
    --------
    >>> shared_ranks([30, 20, 20, 10]).tolist()
    [1, 2, 2, 4]
    """
    dense = _column_order(np.asarray(order, dtype=np.float64))
    return len(dense) - np.searchsorted(np.sort(dense), dense, side="right").astype(np.int64) + 1


def rank_among(columns: Sequence[npt.ArrayLike], row: Sequence[float]) -> tuple[int, int]:
    """Return the rank that one more row would take among others, and how many of them are equal to it.

    Parameters
    ----------
    columns : sequence of array-like, each of shape (n,)
        As for :func:`dense_order`, without NaN.
    row : sequence of float
        One value a column.

    Examples
    --------
    >>> rank_among([[81, 70, 70], [5, 9, 5]], [70, 5])
    (3, 1)
    """
    equal = np.ones(len(np.asarray(columns[0])), dtype=np.bool_)
    above = 0
    for column, value in zip(columns, row, strict=True):
        values = np.asarray(column, dtype=np.float64)
        above += int((equal & (values > value)).sum())
        equal &= values == value
    return above + 1, int(equal.sum())


def cut_line(order: npt.ArrayLike, k: int) -> CutLine:
    """Say who is among the first ``k``, with those who are equal at the line kept apart.

    Parameters
    ----------
    order : array-like, shape (n,)
        Higher is nearer to the top. NaN comes last.
    k : int
        Places, at least 1; more places than rows give every row one.

    Raises
    ------
    UsageError
        There is no place at all.

    Examples
    --------
    >>> line = cut_line([30, 20, 20, 20], 2)
    >>> line.certain.tolist(), int(line.tied.sum()), line.places_left
    ([True, False, False, False], 3, 1)
    """
    if k < 1:
        raise UsageError(f"k, the places on a list, must be at least 1, got {k}.")
    dense = _column_order(np.asarray(order, dtype=np.float64))
    if k >= len(dense):
        return CutLine(np.ones(len(dense), dtype=np.bool_), np.zeros(len(dense), dtype=np.bool_), 0)
    line = np.sort(dense)[len(dense) - k]
    certain, tied = dense > line, dense == line
    left = k - int(certain.sum())
    if left == int(tied.sum()):
        return CutLine(certain | tied, np.zeros(len(dense), dtype=np.bool_), 0)
    return CutLine(certain, tied, left)


def _column_order(values: npt.NDArray[np.float64]) -> Ints:
    _, order = np.unique(values, return_inverse=True)  # NaN is one value, above all others
    order = order.reshape(-1).astype(np.int64) + 1
    order[np.isnan(values)] = 0
    return order
