"""Formulas as data: a measure is written once, from named cells, and computed, drawn again, checked and printed so.

A cell is a sum over rows: of outcomes, of places given out, of squared errors. A formula does not care whether that is
one number, one a group, or one a resample and group.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation._checks import Floats

Counts = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class CellSum:
    """CellSum added and subtracted: ``OUTCOMES - HITS``.

    Attributes
    ----------
    weights : tuple of (cell, factor)
    absolute : bool
        Each is taken without its sign before they are added.
    """

    weights: tuple[tuple[str, float], ...]
    absolute: bool = False

    def of(self, cells: Mapping[str, Any]) -> Floats:
        """The sum, in the shape of the cells."""
        parts = [factor * cells[name] for name, factor in self.weights]
        total: Floats = sum(np.abs(part) if self.absolute else part for part in parts)
        return total

    def __add__(self, other: "CellSum") -> "CellSum":
        return replace(self, weights=self.weights + other.weights)

    def __sub__(self, other: "CellSum") -> "CellSum":
        return self + CellSum(tuple((name, -factor) for name, factor in other.weights))

    def times(self, factor: float) -> "CellSum":
        """The sum so many times."""
        return replace(self, weights=tuple((name, factor * weight) for name, weight in self.weights))

    def __truediv__(self, other: "CellSum") -> "Ratio":
        return Ratio(self, other)

    def __str__(self) -> str:
        if self.absolute:
            return f"sizes of {len(self.weights)} cells from {self.weights[0][0].replace('_', ' ')}, added"
        said = "".join(f" {'-' if factor < 0 else '+'} {name.replace('_', ' ')}" for name, factor in self.weights)
        return said.removeprefix(" + ")


def cell(name: str) -> CellSum:
    """One cell by its name."""
    return CellSum(((name, 1.0),))


@dataclass(frozen=True)
class Ratio:
    """One sum of cells over another, or 1 minus that.

    Examples
    --------
    >>> precision = cell("hits") / cell("selected")
    >>> str(precision), float(precision.of({"hits": 3.0, "selected": 10.0})), float((1 - precision).of({"hits": 3.0,
    ... "selected": 10.0}))
    ('hits / selected', 0.3, 0.7)
    """

    above: CellSum
    below: CellSum
    complement: bool = False

    def of(self, cells: Mapping[str, Any]) -> Floats:
        """The ratio; NaN where nothing is below the line."""
        below = np.asarray(self.below.of(cells))
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = np.where(below > 1e-12, self.above.of(cells) / below, np.nan)
        return 1 - found if self.complement else found

    def __rsub__(self, whole: int) -> "Ratio":
        if whole != 1:
            raise ValueError(f"A ratio can be taken from 1 alone, got {whole}")
        return replace(self, complement=not self.complement)

    @property
    def names(self) -> frozenset[str]:
        """The cells that it needs."""
        return frozenset(name for name, _ in self.above.weights + self.below.weights)

    def __str__(self) -> str:
        sides = [f"({side})" if len(side.weights) > 1 else f"{side}" for side in (self.above, self.below)]
        return f"{'1 - ' if self.complement else ''}{sides[0]} / {sides[1]}"


@dataclass(frozen=True)
class Levels:
    """A list as far as ranks go: the scores that some row with the outcome holds, the highest first.

    Attributes
    ----------
    hits : ndarray of int, shape (levels,)
        Outcomes at each such score.
    above, reached : ndarray of int, shape (levels,)
        Rows above it, and above or at it.
    rows : int
        All rows.
    """

    hits: Counts
    above: Counts
    reached: Counts
    rows: int


@dataclass(frozen=True)
class RankFormula:
    """A formula of ranks: ``of`` gives one number from :class:`Levels`, NaN where there is none."""

    of: Callable[[Levels], float]
    text: str

    def __str__(self) -> str:
        return self.text


class LinePart(StrEnum):
    """A number of the line of the outcome's log-odds on the probability's."""

    SLOPE = "slope of the outcome's log-odds on the probability's"
    INTERCEPT = "intercept of the outcome's log-odds on the probability's, with slope 1"
