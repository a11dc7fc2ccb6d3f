"""The additive booster: one split a tree, so that the model is a sum of step curves; few features, so that it prints.

Which features, and how many rounds, is decided on later dates of people who were left out of the fit, never on rows
left out: rows of one person resemble each other, and so do those of one date. A curve that fits either would look as if
it held for new people next year.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np

from matac_ml.bundle import CurveScorer, StepCurve
from matac_ml.evaluation import clustered_error
from training.fit import log_losses, plain_names
from training.recipe import Additive
from training.rows import Floats, Ints, Rows, sample_by_person

#: Rows on which features and rounds are chosen: enough to see which matter, few enough for seconds.
_ROWS = 30_000
#: Groups of people, each left out in turn, and the share of dates that are later.
_FOLDS, _LATER = 3, 1 / 3
#: How many times more features are tried where fewer lose more than noise.
_MORE = 1.5
#: Rows with the outcome, among those of people left out, that can tell which features matter.
_FEWEST = 300
#: Rounds where there are too few people to leave any out.
_UNTRIED = 100
#: Rounds without a lower loss on the people left out, after which no more are tried.
_PATIENCE = 50
#: LightGBM prints an infinite threshold, which sets what is missing apart from all values, as this number.
_INFINITE = 1e300
#: What LightGBM takes for zero when it puts a threshold beside it.
_ZERO = 1e-30


@dataclass(frozen=True)
class CurvePlan:
    """What an additive model is made of.

    Attributes
    ----------
    names : tuple of str
        Features that have a curve, in the order of the rows' columns.
    rounds : int
    """

    names: tuple[str, ...]
    rounds: int


def fit_additive(
    rows: Rows, settings: Additive, *, seed: int, must: str | None = None
) -> tuple[CurvePlan, CurveScorer]:
    """Choose features and rounds on people left out, then fit the curves on everybody.

    Parameters
    ----------
    must : str, optional
        A feature that is to have a curve whatever it adds.
    """
    plan = plan_curves(rows, settings, seed=seed, must=must)
    kept = rows.keep(plan.names)
    return plan, step_curves(_boosted(kept, settings, rounds=plan.rounds), kept.X)


def plan_curves(rows: Rows, settings: Additive, *, seed: int, must: str | None = None) -> CurvePlan:
    """The fewest features whose loss on later dates of other people is within one standard error of that with all.

    The standard error is of the paired difference of losses, clustered by person. Features are left out by their gain,
    and ranked anew among those that stay: of two that say the same, either looks weak until the other is gone. Where
    few have the outcome, losses cannot tell which features matter, and whatever a curve uses stays.
    """
    few = sample_by_person(rows, _ROWS, seed=seed)
    folds = [(fitted, held) for fitted, held in _inner_folds(few, seed=seed) if len(fitted) and len(held)]
    if not folds:
        return CurvePlan(rows.names, _UNTRIED)
    later = np.concatenate([held for _, held in folds])
    sizes = _sizes(settings.features, len(few.names)) if few.y[later].sum() >= _FEWEST else [len(few.names)]
    tried = [_tried(few, folds, settings, must=must)]
    for size in sizes[1:]:
        tried.append(_tried(few.keep(tried[-1].names[:size]), folds, settings, must=must))
    gaps = [found.losses - tried[0].losses for found in tried]
    chosen = max(i for i, gap in enumerate(gaps) if gap.mean() <= clustered_error(gap, few.person[later]))
    return CurvePlan(tuple(sorted(tried[chosen].names, key=rows.names.index)), tried[chosen].rounds)


@dataclass(frozen=True)
class _Tried:
    """What came of some features: those that lowered the loss, most first, the best rounds, and the losses held out."""

    names: tuple[str, ...]
    rounds: int
    losses: Floats


def _tried(rows: Rows, folds: list[tuple[Ints, Ints]], settings: Additive, *, must: str | None) -> _Tried:
    """Fit on each fold and stop all of them where the mean loss of the people left out is lowest."""
    found = lightgbm.cv(
        _parameters(rows, settings),
        _dataset(rows),
        num_boost_round=settings.rounds,
        folds=folds,
        callbacks=[lightgbm.early_stopping(_PATIENCE, verbose=False)],
        return_cvbooster=True,
    )["cvbooster"]
    rounds = max(1, int(found.best_iteration))
    gains = np.sum([booster.feature_importance("gain", iteration=rounds) for booster in found.boosters], axis=0)
    gain = dict(zip(rows.names, gains, strict=True))
    used = [name for name in rows.names if gain[name] > 0 or name == must] or list(rows.names)
    losses = [
        log_losses(rows.y[held], booster.predict(rows.X[held], num_iteration=rounds, num_threads=1))
        for booster, (_, held) in zip(found.boosters, folds, strict=True)
    ]
    order = sorted(used, key=lambda name: (name != must, -gain[name]))
    return _Tried(tuple(order), rounds, np.concatenate(losses))


def _inner_folds(rows: Rows, *, seed: int) -> list[tuple[Ints, Ints]]:
    """Earlier rows of most people, and the later rows of the others; where there is one date, rows of that date."""
    dates = np.unique(rows.cycle)
    later = rows.cycle >= dates[-max(1, round(len(dates) * _LATER))]
    earlier = ~later if len(dates) > 1 else later
    people, code = np.unique(rows.person, return_inverse=True)
    group = (np.random.default_rng(seed).permutation(len(people)) % _FOLDS)[code]
    return [
        (np.flatnonzero(earlier & (group != fold)), np.flatnonzero(later & (group == fold))) for fold in range(_FOLDS)
    ]


def _sizes(fewest: int, all_of_them: int) -> list[int]:
    """All features, then fewer, down to what a reader can take in."""
    return [all_of_them, *(size for step in (2, 1, 0) if (size := round(fewest * _MORE**step)) < all_of_them)]


def _boosted(rows: Rows, settings: Additive, *, rounds: int) -> lightgbm.Booster:
    return lightgbm.train(_parameters(rows, settings), _dataset(rows), num_boost_round=rounds)


def _dataset(rows: Rows) -> lightgbm.Dataset:
    # Threads that wait for each other on shared cores cost more than they save, also where values are binned.
    alone = {"verbosity": -1, "num_threads": 1}
    return lightgbm.Dataset(
        rows.X, label=rows.y, feature_name=plain_names(rows.names), params=alone, free_raw_data=False
    )


def _parameters(rows: Rows, settings: Additive) -> dict[str, Any]:
    """Stumps on every row: nothing is drawn, so that the counts of the leaves are those of the rows fitted on."""
    parameters: dict[str, Any] = {
        "objective": "binary",
        "metric": "binary_logloss",
        "num_leaves": 2,
        "learning_rate": settings.learning_rate,
        # A table of a few hundred rows has no leaf of a hundred.
        "min_data_in_leaf": max(1, min(settings.min_leaf, len(rows) // 20)),
        "max_bin": settings.bins,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    if settings.monotone and any(rows.directions):
        parameters["monotone_constraints"] = list(rows.directions)
    return parameters


def step_curves(booster: lightgbm.Booster, X: Floats) -> CurveScorer:
    """The stumps of a booster as one curve a feature, centred on the rows that it was fitted on.

    Parameters
    ----------
    X : ndarray, shape (n, p)
        The rows fitted on. Where a feature holds whole numbers alone, its edges become whole numbers.
    """
    base = 0.0
    first, missing = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    jumps: list[dict[float, float]] = [defaultdict(float) for _ in range(X.shape[1])]
    for tree in booster.dump_model()["tree_info"]:
        node = tree["tree_structure"]
        if "leaf_value" in node:
            base += node["leaf_value"]
            continue
        column, left, right = node["split_feature"], node["left_child"], node["right_child"]
        low, high = left["leaf_value"], right["leaf_value"]
        mean = (left["leaf_count"] * low + right["leaf_count"] * high) / (left["leaf_count"] + right["leaf_count"])
        base += mean
        first[column] += low - mean
        jumps[column][node["threshold"]] += high - low
        missing[column] += (low if _missing_goes_left(node) else high) - mean
    curves = (_curve(*parts) for parts in zip(X.T, first, jumps, missing, strict=True))
    return CurveScorer(base, tuple(curves))


def _missing_goes_left(node: dict[str, Any]) -> bool:
    # Where no value was missing in the fit, LightGBM takes a missing one for 0.
    return bool(node["default_left"]) if node["missing_type"] == "NaN" else bool(node["threshold"] >= 0)


def _curve(column: Floats, first: float, jumps: dict[float, float], missing: float) -> StepCurve:
    present = column[~np.isnan(column)]
    whole = bool((present == np.floor(present)).all())
    moved: dict[float, float] = defaultdict(float)
    for threshold in sorted(jumps):
        if threshold < _INFINITE:
            moved[_edge(threshold, whole=whole)] += jumps[threshold]
    points = first + np.concatenate([[0.0], np.cumsum(list(moved.values()))])
    return StepCurve(tuple(moved), tuple(map(float, points)), float(missing))


def _edge(threshold: float, *, whole: bool) -> float:
    """A threshold as it can be printed: whole where the values are, else to the digits that a spreadsheet keeps."""
    if abs(threshold) < _ZERO:
        return 0.0
    return float(np.floor(threshold)) if whole else float(f"{threshold:.15g}")
