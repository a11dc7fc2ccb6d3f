"""Fitted models come near the truth, are calibrated, push the way policy expects, and are the same twice."""

import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from matac_ml.evaluation import auc, calibration_line
from tests.training.made_up import rows_with_truth
from training.contenders import LABELS, fit_contender, scores_of
from training.elastic_net import TOLERANCE, elastic_net
from training.fit import fit_booster, fit_calibration, fit_elastic_net
from training.folds import GROUPS, Folds, groups_of_people
from training.interval import fit_interval
from training.parallel import parallel
from training.recipe import Additive, Booster, Linear, Recipe
from training.rows import Rows, sample_by_person

SMALL = Booster(rounds=40, leaves=7, depth=3, min_leaf=20)
RECIPE = Recipe(name="test", booster=SMALL, resamples=50, linear=Linear(penalty=0.001))


def _folds(seed: int = 1) -> tuple[Rows, Rows, Rows]:
    rows, _ = rows_with_truth(people=1500, seed=seed)
    return rows.take(rows.cycle <= 2), rows.take((rows.cycle == 3) | (rows.cycle == 4)), rows.take(rows.cycle == 5)


@pytest.mark.parametrize("name", ["elastic_net", "lightgbm_monotone", "lightgbm_free", "hist_gradient_boosting"])
def test_each_model_nears_the_best_possible_and_is_calibrated(name: str) -> None:
    """On later rows the AUC is within .02 of the truth's own and the calibration slope is near 1."""
    fit, calibrate, _ = _folds()
    fitted = fit_contender(name, fit, calibrate, recipe=RECIPE, seed=1)
    new, truth = rows_with_truth(people=2500, seed=99)
    assert auc(new.y, fitted.calibrated(fitted.raw(new))) > auc(new.y, truth) - 0.02
    assert calibration_line(new.y, fitted.calibrated(fitted.raw(new)))[0] == pytest.approx(1, abs=0.15)


def test_a_monotone_booster_never_pushes_against_policy() -> None:
    """More incidents never lower the score, and a longer gap never raises it, wherever the other values stand."""
    rows, _ = rows_with_truth(people=300)
    scorer = fit_booster(rows, SMALL, seed=3, monotone=True)
    base = np.nan_to_num(rows.X[:50])
    for column, sign in ((0, 1), (1, -1)):
        steps = np.linspace(0, rows.X[:, column].max(), 30)
        swept = np.repeat(base[:, None, :], 30, axis=1)
        swept[:, :, column] = steps
        scores = scorer.log_odds(swept.reshape(-1, 4)).reshape(50, 30)
        assert (sign * np.diff(scores, axis=1) >= -1e-12).all()


def test_two_fits_are_equal_byte_for_byte() -> None:
    """The same rows and seed give the same booster text and the same linear numbers."""
    rows, _ = rows_with_truth(people=200)
    assert fit_booster(rows, SMALL, seed=7, monotone=True) == fit_booster(rows, SMALL, seed=7, monotone=True)
    assert fit_elastic_net(rows, Linear()) == fit_elastic_net(rows, Linear())


@pytest.mark.parametrize(("penalty", "l1_ratio"), [(0.02, 0.5), (0.005, 1.0), (0.0005, 0.0), (1e-6, 0.5)])
def test_the_elastic_net_is_fitted_to_its_minimum(penalty: float, l1_ratio: float) -> None:
    """No warning, its own conditions hold, and scikit-learn's stochastic solver, run long, finds the same model."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(400, 8))
    X[:, 7] = X[:, 6]  # two columns that say the same
    y = (rng.random(400) < 1 / (1 + np.exp(1 - 2 * X[:, 0] + X[:, 1]))).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = elastic_net(X, y, Linear(penalty=penalty, l1_ratio=l1_ratio))
    assert found.violation <= TOLERANCE
    long = LogisticRegression(
        solver="saga", l1_ratio=l1_ratio, C=1 / (penalty * len(y)), max_iter=20_000, tol=1e-8, random_state=0
    ).fit(X, y)
    assert found.intercept == pytest.approx(float(long.intercept_[0]), abs=1e-4)
    assert X @ found.slope == pytest.approx(X @ long.coef_[0], abs=1e-3)


def test_beside_other_threads_only_the_warning_of_a_single_step_is_kept_back() -> None:
    """The filter is the process's own while threads run, because one thread's filters may undo another's."""
    messages = ("Objective did not converge. You might want to ...", "lbfgs failed to converge")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        parallel([partial(warnings.warn, one, ConvergenceWarning, stacklevel=1) for one in messages])
    assert [str(one.message) for one in seen] == [messages[1]]


def test_the_linear_scorer_equals_scikit_learn() -> None:
    """What a bundle scores with numpy is what the fitted logistic model scores."""
    rows, _ = rows_with_truth(people=300)
    scorer = fit_elastic_net(rows, Linear(penalty=0.001))
    z, missing = scorer.standardised(rows.X)
    by_hand = scorer.intercept + z @ np.array(scorer.coefficient)
    by_hand += (missing - np.array(scorer.missing_share)) @ np.array(scorer.missing_coefficient)
    assert scorer.log_odds(rows.X) == pytest.approx(by_hand, abs=1e-12)
    assert np.mean(1 / (1 + np.exp(-by_hand))) == pytest.approx(rows.y.mean(), abs=0.01)


def test_line_and_interval_are_those_of_the_model_that_is_served() -> None:
    """Fitted again on the rows calibrated on and on their own scores, they are the same; nothing else was fitted."""
    fit, calibrate, _ = _folds()
    fitted = fit_contender("lightgbm_free", fit, calibrate, recipe=RECIPE, seed=1)
    raw = fitted.raw(calibrate)
    assert fitted.scores.scorer == fit_booster(fit, SMALL, seed=1, monotone=False)
    assert fitted.calibration == fit_calibration(raw, calibrate.y)
    assert fitted.intervals == fit_interval(raw, calibrate.y, calibrate.person, fitted.calibration)
    assert fitted.calibrated_on == f"{len(calibrate):,} rows of later dates"


@pytest.mark.parametrize("name", ["additive", "lightgbm_free"])
def test_without_later_dates_nobody_is_lost_and_nobody_calibrates_the_own_score(name: str) -> None:
    """The model is that of everybody; line and interval are those of scores by models of the other groups alone."""
    rows, _ = rows_with_truth(people=300)
    fitted = fit_contender(name, rows, None, recipe=RECIPE, seed=1)
    everybody = scores_of(name, rows, RECIPE, 1)
    assert fitted.scores.scorer == everybody.scorer
    group, unseen = groups_of_people(rows, seed=1), np.empty(len(rows))
    for left_out in range(GROUPS):
        held = group == left_out
        assert everybody.again is not None
        unseen[held] = everybody.again(rows.take(~held))(rows.take(held))
    assert np.array_equal(fitted.unseen, unseen)
    assert fitted.calibration == fit_calibration(unseen, rows.y)
    assert fitted.intervals == fit_interval(unseen, rows.y, rows.person, fitted.calibration)
    assert fitted.calibrated_on == "1,800 rows of people scored by models of other people"
    assert fitted.calibration.slope < fit_calibration(fitted.raw(rows), rows.y).slope


def test_the_newest_dates_calibrate_where_a_recipe_asks_for_some() -> None:
    """Everybody of every date is fitted on; line, interval and count are of the cross-fitted scores of two dates."""
    rows, _ = rows_with_truth(people=300)
    every = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1)
    fitted = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1, newest=2)
    two = rows.cycle >= 4
    assert fitted.scores.scorer == every.scores.scorer
    assert np.array_equal(fitted.unseen, every.unseen[two])
    assert fitted.calibration == fit_calibration(every.unseen[two], rows.y[two])
    assert fitted.calibrated_on == "600 rows of people scored by models of other people"
    assert np.array_equal(Folds(rows, None, rows, newest=2).calibrated_on.y, rows.y[two])
    nobody = replace(rows, y=np.where(two, 0.0, rows.y))
    assert len(Folds(nobody, None, rows, newest=2).calibrated_on) == len(rows)


def test_what_one_person_did_moves_no_score_that_calibrates_the_person() -> None:
    """With all outcomes of one person turned over, the person's own rows keep their scores, and others' rows do not."""
    rows, _ = rows_with_truth(people=60)
    turned = replace(rows, y=np.where(rows.person == 7, 1.0 - rows.y, rows.y))
    group = groups_of_people(rows, seed=1)
    again = scores_of("lightgbm_free", rows, RECIPE, 1).again
    assert again is not None
    for left_out in range(GROUPS):
        held = group == left_out
        scored = [again(r.take(~held))(r.take(held)) for r in (rows, turned)]
        assert np.array_equal(*scored) == (left_out == group[rows.person == 7][0])


def test_groups_hold_whole_people_and_spread_the_outcome() -> None:
    """Each person is in one group, drawn by the seed; the outcome is as frequent in each as one person allows."""
    rows, _ = rows_with_truth(people=203)
    group = groups_of_people(rows, seed=1)
    assert all(len(set(group[rows.person == person])) == 1 for person in range(203))
    people = np.bincount(group[rows.cycle == 0])
    assert people.max() - people.min() == 1
    assert np.ptp([rows.y[group == g].mean() for g in range(GROUPS)]) < 0.05
    assert np.array_equal(group, groups_of_people(rows, seed=1))
    assert not np.array_equal(group, groups_of_people(rows, seed=2))
    rare = replace(rows, y=(np.isin(rows.person, (3, 90)) & (rows.cycle == 0)).astype(float))
    assert len(set(groups_of_people(rare, seed=1)[rare.y == 1])) == 2


@pytest.mark.parametrize("name", ["additive", "lightgbm_free"])
def test_cross_fitted_probabilities_hold_for_other_people(name: str) -> None:
    """At the mean of six tables of 400 people the slope on others is within a fifth of 1, and the level right."""
    recipe = RECIPE.model_copy(update={"additive": Additive(rounds=300, min_leaf=20)})
    new, _ = rows_with_truth(people=3000, seed=99)
    found = []
    for seed in range(6):
        rows, _ = rows_with_truth(people=400, cycles=2, seed=seed)
        fitted = fit_contender(name, rows, None, recipe=recipe, seed=1)
        found.append(calibration_line(new.y, fitted.calibrated(fitted.raw(new))))
    slope, level = np.mean(found, axis=0)
    assert slope == pytest.approx(1, abs=0.2)
    assert level == pytest.approx(0, abs=0.1)


def test_too_few_people_to_score_by_others_are_refused() -> None:
    """Where one person alone has the outcome, a model of the others could learn nothing."""
    rows, _ = rows_with_truth(people=30)
    one = replace(rows, y=np.where(rows.person == rows.person[rows.y == 1][0], rows.y, 0.0))
    assert Folds(one, None, rows).too_few_people == (
        "1 people with the outcome and 30 without; at least 2 of each are needed",
    )
    assert not Folds(rows, None, rows).too_few_people
    assert not Folds(one, rows, rows).too_few_people


def test_a_list_is_never_turned_over_by_calibration() -> None:
    """Scores that run against the outcome keep their order and lose only their level."""
    raw = np.linspace(-3, 0, 400)
    y = (np.arange(400) < 120).astype(float)
    line = fit_calibration(raw, y)
    assert line.slope == 1
    assert (1 / (1 + np.exp(-line.log_odds(raw)))).mean() == pytest.approx(0.3, abs=1e-6)


def test_a_sample_takes_whole_people() -> None:
    """Every drawn person keeps all rows, and the sample is no larger than asked."""
    rows, _ = rows_with_truth(people=100)
    few = sample_by_person(rows, 200, seed=4)
    assert len(few) <= 200
    assert set(np.bincount(few.person)[np.unique(few.person)]) == {6}


def test_every_contender_of_the_default_recipe_has_a_label() -> None:
    """No contender is shown to a reader by its code name."""
    assert set(Recipe(name="x").contenders) == set(LABELS)
