"""Pairs of features as grids: what two of them add together, besides the curve of each.

Trees of two levels are fitted on what the curves leave unexplained, and only where that lowers the loss of people who
were left out. Each leaf looks at two features at most, so the trees are a sum of grids. A grid is then centred in every
row and column, as the rows fitted on weigh it; what that takes away goes into the curves (a functional analysis of
variance, Hooker 2007), so that a curve says all that its feature says alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import lightgbm
import numpy as np

from matac_ml.bundle import CurveScorer, PairGrid, StepCurve
from matac_ml.bundle.scoring import probability
from training.fit import INFINITE, log_losses, missing_goes_left, printed_edge, whole_numbers
from training.recipe import Additive
from training.rows import Floats, Ints, Rows

#: Intervals of a feature in a grid: more cannot be read.
_BINS = 8
_PATIENCE, _CENTRED, _TURNS = 30, 1e-13, 500


class _Condition(NamedTuple):
    """One side of a split: whether values up to the edge are meant, and whether missing ones are."""

    feature: int
    edge: float
    up_to: bool
    missing: bool


class _Leaf(NamedTuple):
    value: float
    path: tuple[_Condition, ...]


def with_pairs(rows: Rows, scorer: CurveScorer, settings: Additive, *, folds: list[tuple[Ints, Ints]]) -> CurveScorer:
    """The curves with at most ``settings.pairs`` grids; the curves alone where no pair lowers the loss held out.

    Parameters
    ----------
    folds : list of (ndarray, ndarray)
        Rows fitted on and rows of other people, as for the curves.
    """
    if not settings.pairs or not folds or len(rows.names) < 2:
        return scorer
    start = scorer.log_odds(rows.X)
    tried = lightgbm.cv(
        _parameters(settings, rows), _data(rows, start), num_boost_round=settings.rounds, folds=folds,
        callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False)], return_cvbooster=True,
    )  # fmt: skip
    alone = np.mean([log_losses(rows.y[held], probability(start[held])).mean() for _, held in folds])
    if min(tried["valid binary_logloss-mean"]) >= alone:
        return scorer
    rounds = max(1, tried["cvbooster"].best_iteration)
    chosen = _most_gain(lightgbm.train(_parameters(settings, rows), _data(rows, start), rounds))[: settings.pairs]
    allowed = _parameters(settings, rows) | {"interaction_constraints": [list(pair) for pair in chosen]}
    trees = lightgbm.train(allowed, _data(rows, start), rounds).dump_model()["tree_info"]
    whole = [whole_numbers(column) for column in rows.X.T]
    leaves = [leaf for tree in trees for leaf in _leaves(tree["tree_structure"], (), whole)]
    return _centred(replace(scorer, pairs=_grids(leaves, chosen)), rows.X)


def _parameters(settings: Additive, rows: Rows) -> dict[str, Any]:
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "boost_from_average": False,
        "num_leaves": 4,
        "max_depth": 2,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": max(1, min(settings.min_leaf, len(rows) // 20)),
        "max_bin": _BINS,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }


def _data(rows: Rows, start: Floats) -> lightgbm.Dataset:
    alone = {"verbosity": -1, "num_threads": 1, "max_bin": _BINS}
    return lightgbm.Dataset(rows.X, label=rows.y, init_score=start, params=alone, free_raw_data=False)


def _most_gain(booster: lightgbm.Booster) -> list[tuple[int, int]]:
    """Pairs by the gain of the second splits of the trees that hold both, most first."""
    gain: dict[tuple[int, int], float] = defaultdict(float)
    for tree in booster.dump_model()["tree_info"]:
        root = tree["tree_structure"]
        for child in (root.get("left_child", {}), root.get("right_child", {})):
            if "split_feature" in child and child["split_feature"] != root["split_feature"]:
                gain[_pair(root["split_feature"], child["split_feature"])] += child["split_gain"]
    return sorted(gain, key=lambda pair: (-gain[pair], pair))


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _leaves(node: dict[str, Any], path: tuple[_Condition, ...], whole: list[bool]) -> Iterator[_Leaf]:
    """The value of every leaf, and the conditions that lead to it."""
    if "leaf_value" in node:
        yield _Leaf(node["leaf_value"], path)
        return
    feature, threshold, left = node["split_feature"], node["threshold"], missing_goes_left(node)
    edge = printed_edge(threshold, whole=whole[feature]) if threshold < INFINITE else np.inf
    for child, up_to in (("left_child", True), ("right_child", False)):
        yield from _leaves(node[child], (*path, _Condition(feature, edge, up_to, left is up_to)), whole)


def _grids(leaves: list[_Leaf], pairs: list[tuple[int, int]]) -> tuple[PairGrid, ...]:
    """The leaves as a grid for each pair; a leaf that looks at one feature goes to the first pair that holds it."""
    held: dict[tuple[int, int], list[_Leaf]] = defaultdict(list)
    for leaf in leaves:
        looked_at = {condition.feature for condition in leaf.path}
        held[next(pair for pair in pairs if looked_at <= set(pair))].append(leaf)
    return tuple(_grid(pair, held[pair]) for pair in pairs if held[pair])


def _grid(pair: tuple[int, int], leaves: list[_Leaf]) -> PairGrid:
    conditions = [condition for leaf in leaves for condition in leaf.path]
    edges = [sorted({c.edge for c in conditions if c.feature == feature} - {np.inf}) for feature in pair]
    points = np.zeros([len(edge) + 2 for edge in edges])
    for value, path in leaves:
        inside = np.ones_like(points, dtype=bool)
        for condition in path:
            axis = pair.index(condition.feature)
            below = np.array([*edges[axis], np.inf]) <= condition.edge  # the upper end of each interval
            held = np.append(below if condition.up_to else ~below, condition.missing)
            inside &= held[:, None] if axis == 0 else held[None, :]
        points += value * inside
    first, second = (tuple(map(float, edge)) for edge in edges)
    return PairGrid(pair, (first, second), tuple(tuple(map(float, row)) for row in points))


def _centred(scorer: CurveScorer, X: Floats) -> CurveScorer:
    """The same scores by grids whose every row and column has mean 0, and curves that hold what these had alone."""
    curves, pairs = list(scorer.curves), []
    for grid in scorer.pairs:
        weight = np.zeros((len(grid.edges[0]) + 2, len(grid.edges[1]) + 2))
        np.add.at(weight, grid.places(X), 1.0)
        points, alone = np.array(grid.points), [np.zeros(size) for size in weight.shape]
        for _ in range(_TURNS):
            for axis in (0, 1):
                total = weight.sum(axis=1 - axis)
                mean = np.divide((weight * points).sum(axis=1 - axis), total, out=np.zeros_like(total), where=total > 0)
                points -= mean[:, None] if axis == 0 else mean[None, :]
                alone[axis] += mean
            if np.abs((weight * points).sum(axis=1)).max() <= _CENTRED * len(X):
                break
        for column, edges, added in zip(grid.columns, grid.edges, alone, strict=True):
            curves[column] = _added(curves[column], edges, added)
        pairs.append(replace(grid, points=tuple(tuple(map(float, row)) for row in points)))
    level = CurveScorer(0.0, tuple(curves)).contributions(X)[0].mean(axis=0)
    moved = tuple(
        StepCurve(curve.edges, tuple(point - by for point in curve.points), curve.missing - by)
        for curve, by in zip(curves, map(float, level), strict=True)
    )
    return CurveScorer(scorer.base + float(level.sum()), moved, tuple(pairs))


def _added(curve: StepCurve, edges: tuple[float, ...], added: Floats) -> StepCurve:
    """A curve with another step function added, whose last number is for what is missing."""
    every = sorted({*curve.edges, *edges})
    # A value in each interval: its upper end belongs to it, and beyond the last edge anything does.
    inside = np.array([*every, np.inf])
    old = np.array(curve.points)[np.searchsorted(curve.edges, inside)]
    new = added[:-1][np.searchsorted(edges, inside)]
    return StepCurve(tuple(every), tuple(map(float, old + new)), curve.missing + float(added[-1]))
