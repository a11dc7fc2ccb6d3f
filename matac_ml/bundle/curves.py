"""A sum of step curves: a model that can be printed whole, and whose scores and reasons are read off the same table.

Every feature has one curve, flat between its edges. A score is the base plus one number from each curve, and that
number is the feature's reason: exactly its Shapley value, because the curves are centred on the rows fitted on. Where a
recipe asks for pairs, a grid gives one number more for two features together, and each of them has half of it.
"""

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StepCurve:
    """What one feature adds to the log-odds.

    Attributes
    ----------
    edges : tuple of float
        Rising. ``points[i]`` holds for values above ``edges[i - 1]`` and up to ``edges[i]``, that edge among them.
    points : tuple of float, one more than edges
        In log-odds; their mean over the rows fitted on, with what is missing, is 0.
    missing : float
        For a missing value.
    """

    edges: tuple[float, ...] = ()
    points: tuple[float, ...] = (0.0,)
    missing: float = 0.0


@dataclass(frozen=True)
class PairGrid:
    """What two features add to the log-odds together, besides what each adds alone.

    Attributes
    ----------
    columns : (int, int)
        Where the two features stand among the model's columns.
    edges : (tuple of float, tuple of float)
        Of each of them, as those of a curve.
    points : tuple of tuple of float
        A row for each interval of the first feature and one more for it missing; in each row the same of the second.
    """

    columns: tuple[int, int]
    edges: tuple[tuple[float, ...], tuple[float, ...]]
    points: tuple[tuple[float, ...], ...]

    def places(self, X: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Row and column of the grid for each row of the model's matrix."""
        first, second = (
            np.where(np.isnan(X[:, column]), len(edges) + 1, np.searchsorted(edges, X[:, column]))
            for column, edges in zip(self.columns, self.edges, strict=True)
        )
        return first, second

    def at(self, X: Floats) -> Floats:
        """What it adds to each row of the model's matrix, shape ``(n,)``."""
        return self._points[self.places(X)]

    @cached_property
    def _points(self) -> Floats:
        return np.array(self.points)


@dataclass(frozen=True)
class CurveScorer:
    """A base, one curve a feature in the order of the model's columns, and perhaps grids of pairs."""

    base: float
    curves: tuple[StepCurve, ...]
    pairs: tuple[PairGrid, ...] = ()

    @property
    def kind(self) -> str:
        return "curves"

    def files(self) -> dict[str, bytes]:
        raw: dict[str, object] = {"base": self.base, "curves": [curve.__dict__ for curve in self.curves]}
        if self.pairs:
            names = ("columns", "edges", "points")
            raw["pairs"] = [{name: getattr(grid, name) for name in names} for grid in self.pairs]
        # ``repr`` keeps every bit of a float.
        return {"curves.json": json.dumps(raw, sort_keys=True, indent=1).encode()}

    def log_odds(self, X: Floats) -> Floats:
        parts, base = self.contributions(X)
        return np.asarray(parts.sum(axis=1) + base)

    def contributions(self, X: Floats) -> tuple[Floats, Floats]:
        edges, points, missing = self._tables
        # One look-up for the whole matrix: complex numbers are ordered by their real part first, here the column.
        keys = np.empty(X.shape, dtype=np.complex128)
        keys.real, keys.imag = self._columns, X
        found = np.searchsorted(edges, keys) + self._columns
        parts = np.where(np.isnan(X), missing, points[found])
        for grid in self.pairs:
            parts[:, grid.columns] += grid.at(X)[:, None] / 2
        return parts, np.full(X.shape[0], self.base)

    @cached_property
    def _columns(self) -> npt.NDArray[np.int64]:
        return np.arange(len(self.curves))

    @cached_property
    def _tables(self) -> tuple[npt.NDArray[np.complex128], Floats, Floats]:
        """Edges and points of all curves one after the other, and what a missing value of each column adds."""
        edges = [complex(column, edge) for column, curve in enumerate(self.curves) for edge in curve.edges]
        points = [value for curve in self.curves for value in curve.points]
        return np.array(edges, dtype=np.complex128), np.array(points), np.array([c.missing for c in self.curves])
