"""The additive booster: one split a tree, so that the model is a sum of step curves; few features, so that it prints.

Which features, and how many rounds, is decided on later dates of people who were left out of the fit, never on rows
left out: rows of one person resemble each other, and so do those of one date. A curve that fits either would look as if
it held for new people next year. How few features are enough is asked of people who did not help to say which ones
matter: asked of those who did, a dozen always looked better than all.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression

from matac_ml.bundle import CurveScorer, StepCurve
from matac_ml.bundle.scoring import probability
from matac_ml.evaluation import clustered_error
from training.fit import INFINITE, log_losses, missing_goes_left, plain_names, printed_edge, whole_numbers
from training.pairs import with_pairs
from training.recipe import Additive
from training.rows import Bools, Floats, Ints, Rows, sample_by_person

#: Rows on which features and rounds are chosen: enough to see which matter, few enough for seconds.
_ROWS = 30_000
#: Groups of people, each left out in turn, and the share of dates that are later.
_FOLDS, _LATER = 3, 1 / 3
#: How many times more features are tried where fewer lose more than noise.
_MORE = 1.5
#: Rows with the outcome, and without, among those of people left out, that can tell which features matter.
_FEWEST = 200
#: Fits whose curves are averaged, each with people weighed anew: the mean moves less with who was drawn than one does.
_AVERAGED = 8
#: Rounds where there are too few people to leave any out.
_UNTRIED = 100
#: Rounds without a lower loss on the people left out, after which no more are tried.
_PATIENCE = 50
#: What the rows tell of the level, over the largest penalty.
_PENALTY = 12
#: Keeps a division by an error of nothing finite.
_TINY = 1e-30


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
    """Choose features and rounds on people left out, then fit the curves on everybody, several times, and average.

    Parameters
    ----------
    must : str, optional
        A feature that is to have a curve whatever it adds.
    """
    plan = plan_curves(rows, settings, seed=seed, must=must)
    return plan, fit_curves(rows, plan, settings, seed=seed)


def fit_curves(rows: Rows, plan: CurvePlan, settings: Additive, *, seed: int) -> CurveScorer:
    """Fit what is planned, several times with people weighed anew, and average."""
    kept = rows.keep(plan.names)
    weights = _drawn_weights(kept.person, seed=seed)
    boosters = [_boosted(kept, settings, rounds=plan.rounds, weight=weight) for weight in weights]
    curves = step_curves(boosters, kept.X)
    folds = _inner_folds(kept, seed=seed) if settings.pairs else []
    return with_pairs(kept, curves, settings, folds=folds)


def plan_curves(rows: Rows, settings: Additive, *, seed: int, must: str | None = None) -> CurvePlan:
    """The fewest features whose loss on later dates of other people is within one standard error of the lowest.

    The standard error is of the paired difference of losses, clustered by person (the rule of Breiman et al. 1984,
    Classification and Regression Trees, section 3.4.3). The features that are left out are those that the others can
    stand in for. What each number of features loses is measured on people who did not help to order them. Where few
    have the outcome, losses cannot tell which features matter, and whatever a curve uses stays.
    """
    few = sample_by_person(rows, _ROWS, seed=seed)
    folds = [(fitted, held) for fitted, held in _inner_folds(few, seed=seed) if len(fitted) and len(held)]
    if not folds:
        return CurvePlan(rows.names, _UNTRIED)
    whole = _tried(few, folds, settings, must=must)
    later = np.concatenate([held for _, held in folds])
    of = np.repeat(np.arange(len(folds)), [len(held) for _, held in folds])
    outcomes = few.y[later]
    tried, others = [whole], [of != fold for fold in range(len(folds))]
    if all(min(outcomes[rest].sum(), (1 - outcomes[rest]).sum()) >= _FEWEST for rest in others):
        orders = [_most_needed_first(whole, outcomes, rest, must=must) for rest in others]
        for size in _sizes(settings.features, len(whole.names))[1:]:
            tried.append(_tried_apart(few, folds, [order[:size] for order in orders], settings, must=must))
    best = min(tried, key=lambda found: float(found.losses.mean()))
    gaps = [found.losses - best.losses for found in tried]
    chosen = max(i for i, gap in enumerate(gaps) if gap.mean() <= clustered_error(gap, few.person[later]))
    names = whole.names
    if chosen:
        names = _most_needed_first(whole, outcomes, of >= 0, must=must)[: len(tried[chosen].names)]
    return CurvePlan(tuple(sorted(names, key=rows.names.index)), tried[chosen].rounds)


@dataclass(frozen=True)
class _Tried:
    """What came of some features.

    Attributes
    ----------
    names : tuple of str, length p
        Those that a curve uses, the one of most gain first.
    parts : ndarray, shape (n, p)
        What each of their curves adds to each row held out, by curves that did not see the person.
    losses : ndarray, shape (n,)
        Of the rows held out.
    """

    names: tuple[str, ...]
    rounds: int
    parts: Floats
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
    order = sorted(used, key=lambda name: (name != must, -gain[name]))
    columns = [rows.names.index(name) for name in order]
    parts, losses = [], []
    for booster, (fitted, held) in zip(found.boosters, folds, strict=True):
        scorer = step_curves([booster], rows.X[fitted], rounds=rounds)
        added, base = scorer.contributions(rows.X[held])
        parts.append(added[:, columns])
        losses.append(log_losses(rows.y[held], probability(added.sum(axis=1) + base)))
    return _Tried(tuple(order), rounds, np.concatenate(parts), np.concatenate(losses))


def _tried_apart(
    rows: Rows, folds: list[tuple[Ints, Ints]], names: list[tuple[str, ...]], settings: Additive, *, must: str | None
) -> _Tried:
    """Fit each fold on features of its own; together they tell what so many features lose, and how many rounds suit."""
    found = [_tried(rows.keep(some), [fold], settings, must=must) for some, fold in zip(names, folds, strict=True)]
    rounds = round(float(np.mean([one.rounds for one in found])))
    return _Tried(names[0], rounds, np.empty((0, 0)), np.concatenate([one.losses for one in found]))


def _most_needed_first(tried: _Tried, y: Floats, counted: Bools, *, must: str | None) -> tuple[str, ...]:
    """Names in the order in which they are missed: backwards, the curve goes that the others replace best.

    The curves that are left are scaled anew by a logistic model of those rows held out that count, and the one goes
    whose scale is smallest beside its error. Of two curves that say the same one goes first; the other then counts for
    both.
    """
    left, gone, y = list(range(len(tried.names))), [], y[counted]
    while len(left) > 1:
        parts = tried.parts[counted][:, left]
        model = LogisticRegression(C=1e3, solver="newton-cholesky").fit(parts, y)
        p = model.predict_proba(parts)[:, 1]
        centred = parts - np.average(parts, axis=0, weights=p * (1 - p) + _TINY)
        variance = np.diag(np.linalg.pinv(centred.T @ (centred * (p * (1 - p))[:, None])))
        scale = model.coef_[0] / np.sqrt(np.maximum(variance, _TINY))
        order = sorted(range(len(left)), key=lambda place: (tried.names[left[place]] == must, scale[place]))
        gone.append(left.pop(order[0]))
    return tuple(tried.names[place] for place in [*left, *reversed(gone)])


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


def _drawn_weights(person: Ints, *, seed: int) -> Iterator[Floats]:
    """Weights of the rows for each fit, drawn by person (the Bayesian bootstrap, Rubin 1981)."""
    rng = np.random.default_rng(seed)
    for _ in range(_AVERAGED):
        yield rng.exponential(size=int(person.max()) + 1)[person]


def _boosted(rows: Rows, settings: Additive, *, rounds: int, weight: Floats | None = None) -> lightgbm.Booster:
    return lightgbm.train(_parameters(rows, settings), _dataset(rows, weight), num_boost_round=rounds)


def _dataset(rows: Rows, weight: Floats | None = None) -> lightgbm.Dataset:
    # Threads that wait for each other on shared cores cost more than they save, also where values are binned.
    alone = {"verbosity": -1, "num_threads": 1}
    return lightgbm.Dataset(
        rows.X, label=rows.y, weight=weight, feature_name=plain_names(rows.names), params=alone, free_raw_data=False
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
        # A penalty made for tens of thousands of rows with a common outcome would leave nothing of few or rare ones.
        "lambda_l2": min(settings.l2, float(np.sum(rows.y.mean() * (1 - rows.y))) / _PENALTY),
        "max_bin": settings.bins,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    if settings.monotone and any(rows.directions):
        parameters["monotone_constraints"] = list(rows.directions)
    return parameters


def step_curves(boosters: Sequence[lightgbm.Booster], X: Floats, *, rounds: int | None = None) -> CurveScorer:
    """The mean of the stumps of some boosters as one curve a feature, centred on the rows that they were fitted on.

    Parameters
    ----------
    rounds : int, optional
        Trees of each booster that count; all of them when left out.
    X : ndarray, shape (n, p)
        The rows fitted on. Where a feature holds whole numbers alone, its edges become whole numbers.
    """
    base = 0.0
    first, missing = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    jumps: list[dict[float, float]] = [defaultdict(float) for _ in range(X.shape[1])]
    trees = [tree for booster in boosters for tree in booster.dump_model(num_iteration=rounds)["tree_info"]]
    for node in (tree["tree_structure"] for tree in trees):
        if "leaf_value" in node:
            base += node["leaf_value"] / len(boosters)
            continue
        column, left, right = node["split_feature"], node["left_child"], node["right_child"]
        low, high = (leaf["leaf_value"] / len(boosters) for leaf in (left, right))
        mean = (left["leaf_count"] * low + right["leaf_count"] * high) / (left["leaf_count"] + right["leaf_count"])
        base += mean
        first[column] += low - mean
        jumps[column][node["threshold"]] += high - low
        missing[column] += (low if missing_goes_left(node) else high) - mean
    curves = (_curve(*parts) for parts in zip(X.T, first, jumps, missing, strict=True))
    return CurveScorer(base, tuple(curves))


def _curve(column: Floats, first: float, jumps: dict[float, float], missing: float) -> StepCurve:
    whole = whole_numbers(column)
    moved: dict[float, float] = defaultdict(float)
    for threshold in sorted(jumps):
        if threshold < INFINITE:
            moved[printed_edge(threshold, whole=whole)] += jumps[threshold]
    points = first + np.concatenate([[0.0], np.cumsum(list(moved.values()))])
    return StepCurve(tuple(moved), tuple(map(float, points)), float(missing))
