"""Fits that lessen a gap: what they weigh, that nothing in them is random, and the proxy test beside them."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tests.training.made_up import rows_with_truth
from training.design import LinearDesign
from training.mitigation import _constrained, _Learnt, _logistic, reweighing
from training.proxies import _chance, _group
from training.recipe import load_recipe
from training.rows import Rows


def with_groups() -> tuple[Rows, np.ndarray]:
    """Rows, and groups of people whose counts differ: a list by counts selects them unequally."""
    rows, _ = rows_with_truth(people=250, cycles=3)
    person_count = np.bincount(rows.person, weights=rows.X[:, 0]) / 3
    return rows, np.where(person_count > np.quantile(person_count, 0.6), "b", "a")[rows.person].astype(object)


def test_reweighing_makes_group_and_outcome_independent() -> None:
    """With the weights every group has everybody's base rate, and the weights add up to the rows."""
    rows, group = with_groups()
    weights = reweighing(rows.y, group)
    assert weights.sum() == pytest.approx(len(rows))
    for one in ("a", "b"):
        mine = group == one
        assert np.average(rows.y[mine], weights=weights[mine]) == pytest.approx(rows.y.mean())


def test_the_constrained_fit_selects_groups_more_alike_and_is_not_random() -> None:
    """Its one linear model lessens the gap among those selected, twice to the same digit, and never reads the group."""
    rows, group = with_groups()
    recipe = load_recipe()[0]
    learnt = _Learnt(LinearDesign.of(rows), rows.y, group)
    with threadpool_limits(limits=1):
        plain = _logistic(recipe, len(rows)).fit(learnt.design.matrix, rows.y)
        slope, intercept = _constrained(learnt, plain, recipe=recipe)
        again, _ = _constrained(learnt, plain, recipe=recipe)
    assert np.array_equal(slope, again)
    assert learnt.design.scorer(slope, intercept).log_odds(rows.X).shape == (len(rows),)

    def gap(score: np.ndarray) -> float:
        chosen = score >= np.quantile(score, 0.9)
        return abs(float(chosen[group == "a"].mean() - chosen[group == "b"].mean()))

    raw = {name: learnt.design.matrix @ one for name, one in (("plain", plain.coef_[0]), ("constrained", slope))}
    assert gap(raw["constrained"]) < gap(raw["plain"])


def test_a_feature_that_tells_a_group_is_named() -> None:
    """A group that one feature gives away is told with a high AUC by that feature; a group by chance is not."""
    rng = np.random.default_rng(0)
    belongs = (rng.random(1200) < 0.3).astype(float)
    X = rng.normal(size=(1200, 4))
    X[:, 2] += 1.5 * belongs
    told, error = _group("b", belongs, X, ("w", "x", "y", "z"), {"score": X[:, 2]}, seed=1)
    assert told.feature == "y"
    assert told.auc.low is not None
    assert told.auc.low > 0.75
    assert told.by_score["score"] == pytest.approx(told.feature_auc)
    assert _chance(told, error) < 1e-6
    assert _chance(*_group("b", rng.permutation(belongs), X, ("w", "x", "y", "z"), {}, seed=1)) > 0.01
