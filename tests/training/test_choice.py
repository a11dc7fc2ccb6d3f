"""A contender is chosen on later dates than it was fitted on, and against the additive model only beyond noise."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matac_ml.bundle import LogisticCalibration
from matac_ml.bundle.scoring import probability
from tests.training.made_up import rows_with_truth
from training import choice
from training.choice import Judged, choose, judge_contender
from training.compare import compare
from training.contenders import fit_contender, scores_of
from training.fit import fit_calibration, log_losses
from training.folds import Folds
from training.recipe import Booster, Recipe
from training.rows import Rows

RECIPE = Recipe(
    name="few", resamples=20, booster=Booster(rounds=60, leaves=6, min_leaf=20, learning_rate=0.1, feature_share=1.0),
    contenders=("additive", "lightgbm_free"),
)  # fmt: skip


@pytest.mark.parametrize(("gain", "chosen"), [(0.004, "additive"), (0.012, "elastic_net")])
def test_another_contender_must_be_better_by_more_than_a_clustered_error(gain: float, chosen: str) -> None:
    """A gain beyond the error of independent rows, but not that of people, leaves the additive model in place."""
    person = np.repeat(np.arange(200), 9)
    gap = np.repeat(np.random.default_rng(2).normal(size=200), 9) * 0.1
    gap = gap - gap.mean() + gain
    assert gap.std() / np.sqrt(gap.size) < 0.004
    loss = np.full(gap.size, 0.5)
    judged = {"additive": Judged(loss + gap, person, "there"), "elastic_net": Judged(loss, person, "there")}
    name, why = choose(judged, recipe=Recipe(name="x"))
    assert name == chosen
    assert ("simpler than elastic_net" in why) == (chosen == "additive")
    assert "there" in why


def test_whoever_replaces_the_additive_model_is_itself_better_by_more_than_noise() -> None:
    """The elastic net is within noise of the additive model and of the best alike: it is no reason to change."""
    person = np.arange(2000)
    wave = np.where(person % 2, 1.0, -1.0)
    loss = np.full(person.size, 0.5)
    judged = {
        "additive": Judged(loss + 0.0070 + 0.27 * wave, person, "there"),
        "elastic_net": Judged(loss + 0.0058 + 0.37 * wave, person, "there"),
        "lightgbm_monotone": Judged(loss + 0.0005 + 0.05 * wave, person, "there"),
        "lightgbm_free": Judged(loss, person, "there"),
    }
    name, why = choose(judged, recipe=Recipe(name="x"))
    assert name == "lightgbm_monotone"
    assert "simpler than lightgbm_free" in why
    del judged["lightgbm_monotone"]
    assert choose(judged, recipe=Recipe(name="x")) == ("lightgbm_free", "the lowest loss there")


def test_it_is_judged_on_the_newest_dates_by_a_fit_of_dates_closed_before() -> None:
    """Of nine dates with a horizon of two, three are newest; the five whose outcomes were known then are fitted on."""
    rows, _ = rows_with_truth(people=200, cycles=9)
    folds = Folds(rows, None, rows, 56)
    earlier, newest = folds.in_time() or (rows, rows)
    assert sorted(set(newest.cycle)) == [6, 7, 8]
    assert sorted(set(earlier.cycle)) == [0, 1, 2, 3, 4]
    fitted = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1)
    judged = judge_contender(fitted, folds, recipe=RECIPE)
    raw = scores_of("lightgbm_free", earlier, RECIPE, RECIPE.seed).raw(newest)
    line = fit_calibration(raw, newest.y)
    assert np.array_equal(judged.loss, log_losses(newest.y, probability(line.log_odds(raw))))
    assert np.array_equal(judged.person, newest.person)
    assert judged.where == "on the newest dates before the test, by fits of earlier ones"


def test_a_line_of_another_fit_chooses_no_contender() -> None:
    """Level and slope of the model that is served move no loss of the fit that is judged."""
    rows, _ = rows_with_truth(people=200, cycles=9)
    fitted = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1)
    moved = replace(fitted, calibration=LogisticCalibration(2.0, -1.0))
    for folds in (Folds(rows, None, rows, 56), Folds(rows, None, rows, None), Folds(rows, rows, rows, 56)):
        one, other = (judge_contender(model, folds, recipe=RECIPE).loss for model in (fitted, moved))
        assert np.array_equal(one, other)


@pytest.mark.parametrize(("horizon", "cycles"), [(None, 6), (28 * 6, 6), (28 * 7, 9), (28, 1)])
def test_where_no_date_was_closed_before_another_other_people_judge(horizon: int | None, cycles: int) -> None:
    """Without time, with a horizon longer than the history, with too few rows closed before, and with one date."""
    rows, _ = rows_with_truth(people=200, cycles=cycles)
    folds = Folds(rows, None, rows, horizon)
    assert folds.in_time() is None
    fitted = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1)
    judged = judge_contender(fitted, folds, recipe=RECIPE)
    assert judged.where == "on people left out of the fit in turn"
    assert len(judged.loss) == len(rows)


def test_other_people_judge_the_newest_dates_by_fits_of_earlier_dates() -> None:
    """Nobody is scored by a fit of a person's own rows, or of the dates that are judged; few earlier rows do not do."""
    rows, _ = rows_with_truth(people=200, cycles=6)
    folds, seen = Folds(rows, None, rows, None, 2), []
    assert set(folds.before_newest().cycle) == {0, 1, 2, 3}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            choice,
            "scores_of",
            lambda name, fitted_on, *more: seen.append(fitted_on) or scores_of(name, fitted_on, *more),
        )
        fitted = fit_contender("lightgbm_free", rows, None, recipe=RECIPE, seed=1)
        judged = judge_contender(fitted, folds, recipe=RECIPE)
    assert judged.where == "on people left out of the fit in turn, by fits of earlier dates"
    assert len(judged.loss) == len(folds.calibrated_on)
    left_out = [set(rows.person) - set(fitted_on.person) for fitted_on in seen]
    assert sorted(person for people in left_out for person in people) == sorted(set(rows.person))
    assert all(fitted_on.cycle.max() == 3 for fitted_on in seen)
    assert Folds(rows, None, rows, None, 5).before_newest() is rows


def test_a_calibration_set_judges_where_there_is_one() -> None:
    """By the model that is served, which was fitted on earlier dates alone."""
    rows, _ = rows_with_truth(people=200)
    later = rows.take(rows.cycle == 5)
    fitted = fit_contender("lightgbm_free", rows.take(rows.cycle < 4), later, recipe=RECIPE, seed=1)
    judged = judge_contender(fitted, Folds(rows.take(rows.cycle < 4), later, later, 28), recipe=RECIPE)
    assert judged.where == "on the calibration set"
    assert np.array_equal(judged.person, later.person)


def test_a_pattern_of_early_dates_chooses_no_contender() -> None:
    """A pair of features matters on the first dates alone. People left out would choose the booster that finds it;
    later dates, like the test after them, do not."""
    rows = _with_an_early_pair(people=600)
    fit, test = rows.take(rows.cycle < 6), rows.take(rows.cycle == 7)
    without_time = compare(Folds(fit, None, test, None), recipe=RECIPE, k=10)
    in_time = compare(Folds(fit, None, test, 28), recipe=RECIPE, k=10)
    assert without_time.chosen == "lightgbm_free"
    assert in_time.chosen == "additive"
    assert "on the newest dates before the test" in in_time.why
    assert set(np.concatenate([in_time["additive"].fitted.unseen])) == set(without_time["additive"].fitted.unseen)


def _with_an_early_pair(*, people: int) -> Rows:
    rows, _ = rows_with_truth(people=people, cycles=8)
    rng = np.random.default_rng(3)
    pair = rng.normal(size=(len(rows), 2))
    odds = -1.6 + 0.3 * rows.X[:, 0] + np.where(rows.cycle < 4, 3.0, 0.0) * ((pair > 0).sum(axis=1) == 1)
    return replace(
        rows,
        names=(*rows.names[:2], "a", "b"),
        directions=(1, -1, 0, 0),
        X=np.column_stack([rows.X[:, :2], pair]),
        y=(rng.random(len(rows)) < 1 / (1 + np.exp(-odds))).astype(float),
        dates=tuple(date(2020, 1 + n, 1) for n in range(8)),
    )
