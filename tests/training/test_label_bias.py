"""A feature is named when it goes with more of what is predicted and fewer of the stricter kind, both beyond chance."""

import numpy as np

from tests.training.made_up import rows_with_truth
from training.label_bias import _effects, opposed_effects
from training.rows import Floats


def _thinned(seed: int, share: Floats) -> tuple[Floats, Floats]:
    """Which rows with the outcome also have the stricter one, at a share that belongs to each row."""
    rows, _ = rows_with_truth(people=1500, seed=seed)
    kept = np.random.default_rng((seed, 9)).random(len(rows)) < share
    return rows.y, rows.y * kept


def test_only_the_feature_with_opposed_effects_is_named() -> None:
    """The count raises records and, by how few of them become the stricter kind, lowers those."""
    rows, _ = rows_with_truth(people=1500, seed=3)
    share = np.clip(0.9 - 0.3 * rows.X[:, 0], 0.02, 1)
    _, stricter = _thinned(3, share)
    found = opposed_effects(rows, {"charged": ("Charged", stricter)})
    assert [(outcome.judged, [feature.feature for feature in outcome.opposed]) for outcome in found] == [
        (True, ["incidents"])
    ]
    (opposed,) = found[0].opposed
    assert opposed.predicted > 0 > opposed.stricter


def test_an_outcome_thinned_alike_for_everybody_names_nothing() -> None:
    """In twenty worlds in which half of the records become the stricter kind at random, at most two name a feature."""
    alarms = 0
    for seed in range(20):
        rows, _ = rows_with_truth(people=300, seed=seed)
        kept = np.random.default_rng((seed, 9)).random(len(rows)) < 0.5
        alarms += bool(opposed_effects(rows, {"crime": ("Crime", rows.y * kept)})[0].opposed)
    assert alarms <= 2


def test_an_outcome_that_hardly_anybody_has_is_not_judged() -> None:
    """Ninety-nine rows are too few, and so are all rows but ninety-nine."""
    rows, _ = rows_with_truth()
    few = np.zeros(len(rows))
    few[:99] = 1
    found = opposed_effects(rows, {"few": ("Few", few), "most": ("Most", 1 - few)})
    assert [outcome.judged for outcome in found] == [False, False]


def test_errors_are_those_of_independent_rows_where_everybody_has_one_and_larger_where_rows_repeat() -> None:
    """Four copies of every row tell no more than one: the error by person stays, that by row would halve."""
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(2000, 2))
    y = (rng.random(2000) < 1 / (1 + np.exp(-Z[:, 0]))).astype(float)
    effect, error = _effects(Z, y, np.arange(2000))
    again, its_error = _effects(np.tile(Z, (4, 1)), np.tile(y, 4), np.tile(np.arange(2000), 4))
    np.testing.assert_allclose(effect, again, atol=0.01)
    np.testing.assert_allclose(error, its_error, rtol=0.01)
    p = 1 / (1 + np.exp(-Z @ effect))
    with_one = np.column_stack([Z, np.ones(2000)])
    fisher = np.linalg.inv(with_one.T @ (with_one * (p * (1 - p))[:, None]))
    np.testing.assert_allclose(error, np.sqrt(np.diag(fisher))[:2], rtol=0.1)
