"""The additive booster is LightGBM's own stumps as curves: same scores, same reasons, few features."""

import numpy as np
import pytest
import shap

from matac_ml.evaluation import auc, clustered_error
from tests.training.made_up import rows_with_truth
from training import additive
from training.additive import _boosted, fit_additive, plan_curves, step_curves
from training.recipe import Additive
from training.rows import Bools, Floats, Rows

SETTINGS = Additive(rounds=150, min_leaf=50, features=2)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows whose third column is sometimes missing, and whose first holds whole numbers."""
    return rows_with_truth(people=600)[0]


def test_curves_score_and_explain_as_lightgbm_and_shap_do(rows: Rows) -> None:
    """On rows it has never seen the sum of curves is LightGBM's score, and each number its SHAP value, to 1e-9."""
    booster = _boosted(rows, SETTINGS, rounds=SETTINGS.rounds)
    scorer = step_curves([booster], rows.X)
    new = rows_with_truth(people=150, seed=9)[0].X
    parts, base = scorer.contributions(new)
    assert scorer.log_odds(new) == pytest.approx(booster.predict(new, raw_score=True), abs=1e-9)
    theirs = booster.predict(new, pred_contrib=True)
    assert np.abs(theirs - np.column_stack([parts, base])).max() < 1e-9
    assert np.abs(shap.TreeExplainer(booster).shap_values(new) - parts).max() < 1e-9
    assert np.isnan(new).any()


def test_points_are_centred_and_their_edges_can_be_printed(rows: Rows) -> None:
    """The mean of every curve over the rows fitted on is 0; a count changes at whole numbers."""
    plan, scorer = fit_additive(rows, SETTINGS, seed=1)
    parts, _ = scorer.contributions(rows.keep(plan.names).X)
    assert np.abs(parts.mean(axis=0)).max() < 1e-12
    assert all(edge.is_integer() for edge in scorer.curves[plan.names.index("incidents")].edges)


def test_only_what_earns_its_place_has_a_curve() -> None:
    """Of two features that matter and two of noise the first two stay, in their directions; one can be asked for."""
    rows, _ = rows_with_truth(people=2500)
    settings = SETTINGS.model_copy(update={"rounds": 800})
    plan, scorer = fit_additive(rows, settings, seed=1)
    assert plan.names == ("incidents", "days_since_last")
    assert plan.rounds < settings.rounds  # it stopped early
    assert (np.diff(scorer.curves[0].points) > 0).all()
    assert (np.diff(scorer.curves[1].points) < 0).all()
    assert "noise" in fit_additive(rows, SETTINGS, seed=1, must="noise")[0].names


def test_features_that_matter_are_not_pruned_to_a_number() -> None:
    """With one feature asked for first, the second stays all the same: without it too much is lost."""
    rows, _ = rows_with_truth(people=2500)
    plan, scorer = fit_additive(rows, SETTINGS.model_copy(update={"features": 1}), seed=1)
    assert set(plan.names) >= {"incidents", "days_since_last"}
    new, truth = rows_with_truth(people=2500, seed=99)
    assert auc(new.y, scorer.log_odds(new.keep(plan.names).X)) > auc(new.y, truth) - 0.01


def test_what_few_features_lose_is_asked_of_people_who_did_not_order_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of three groups of people is left out of the order by which it is judged, and no order leaves out nobody."""
    rows, _ = rows_with_truth(people=2500)
    counted = []

    def spied(tried: additive._Tried, y: Floats, rest: Bools, *, must: str | None) -> tuple[str, ...]:
        counted.append(rest)
        return order(tried, y, rest, must=must)

    order = additive._most_needed_first
    monkeypatch.setattr(additive, "_most_needed_first", spied)
    plan = plan_curves(rows, SETTINGS.model_copy(update={"rounds": 400}), seed=1)
    assert len(plan.names) < len(rows.names)
    *apart, final = counted
    assert len(apart) == 3
    assert final.all()
    assert (sum((~rest).astype(int) for rest in apart) == 1).all()


def test_a_standard_error_counts_people_not_rows() -> None:
    """Each value four times over is no more known than once; the error is that of the people's means."""
    values = np.random.default_rng(1).normal(size=300)
    once = clustered_error(values, np.arange(300))
    assert once == pytest.approx(values.std(ddof=1) / np.sqrt(300), rel=1e-12)
    assert clustered_error(np.repeat(values, 4), np.repeat(np.arange(300), 4)) == pytest.approx(once, rel=1e-12)
    assert clustered_error(values, np.zeros(300, dtype=np.int64)) == np.inf
