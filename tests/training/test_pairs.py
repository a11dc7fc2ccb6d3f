"""Pairs are LightGBM's trees of two levels as grids: the same scores, each grid only what its features add together."""

from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from matac_ml.bundle import CurveScorer, StepCurve
from matac_ml.evaluation import auc
from tests.training.made_up import rows_with_truth
from training.additive import fit_additive
from training.fit import whole_numbers
from training.pairs import _centred, _data, _grids, _leaves, _most_gain, _parameters
from training.recipe import Additive
from training.rows import Rows

SETTINGS = Additive(rounds=200, min_leaf=50, features=4, monotone=False)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows whose outcome depends on whether the count is high and the noise positive, or neither."""
    rows, _ = rows_with_truth(people=1200)
    together = np.sign(rows.X[:, 0] - 2.5) * np.where(np.nan_to_num(rows.X[:, 2]) > 0, 1, -1)
    chance = 1 / (1 + np.exp(1 - 1.2 * together))
    return replace(rows, y=(np.random.default_rng(5).random(len(rows)) < chance).astype(float))


def test_grids_score_as_the_trees_do(rows: Rows) -> None:
    """On rows never seen, with values missing, the grids add up to LightGBM's own score, to 1e-9."""
    start = np.zeros(len(rows))
    free = lightgbm.train(_parameters(SETTINGS, rows), _data(rows, start), 40)
    pairs = _most_gain(free)[:3]
    allowed = _parameters(SETTINGS, rows) | {"interaction_constraints": [list(pair) for pair in pairs]}
    booster = lightgbm.train(allowed, _data(rows, start), 40)
    whole = [whole_numbers(column) for column in rows.X.T]
    leaves = [leaf for tree in booster.dump_model()["tree_info"] for leaf in _leaves(tree["tree_structure"], (), whole)]
    scorer = CurveScorer(0.0, (StepCurve(),) * 4, _grids(leaves, pairs))
    new = rows_with_truth(people=300, seed=8)[0].X
    theirs = np.asarray(booster.predict(new, raw_score=True))
    assert np.abs(scorer.log_odds(new) - theirs).max() < 1e-9
    centred = _centred(scorer, rows.X)
    assert np.abs(centred.log_odds(new) - theirs).max() < 1e-9
    for grid in centred.pairs:
        first, second = grid.places(rows.X)
        for places, size in ((first, len(grid.points)), (second, len(grid.points[0]))):
            assert np.abs(np.bincount(places, weights=grid.at(rows.X), minlength=size)).max() < 1e-6
    assert np.abs(centred.contributions(rows.X)[0].mean(axis=0)).max() < 1e-9


def test_pairs_are_fitted_where_the_recipe_asks_and_help(rows: Rows) -> None:
    """What two features say only together is found by a pair, of which there are no more than asked for."""
    plan, alone = fit_additive(rows, SETTINGS, seed=1)
    both, together = fit_additive(rows, SETTINGS.model_copy(update={"pairs": 1}), seed=1)
    assert (alone.pairs, both.names) == ((), plan.names)
    (grid,) = together.pairs
    assert {plan.names[column] for column in grid.columns} == {"incidents", "noise"}
    X = rows.keep(plan.names).X
    assert auc(rows.y, together.log_odds(X)) > auc(rows.y, alone.log_odds(X)) + 0.1


def test_there_is_no_pair_where_none_helps_people_left_out() -> None:
    """Two features that add up need no grid."""
    rows, _ = rows_with_truth(people=500, seed=4)
    assert fit_additive(rows, SETTINGS.model_copy(update={"pairs": 2, "features": 2}), seed=1)[1].pairs == ()
