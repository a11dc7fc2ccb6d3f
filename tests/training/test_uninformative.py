"""A column that is empty or constant in the rows fitted on ends no step of a run, and is reported."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from features.catalogue import CATALOGUE
from features.outcomes import OUTCOMES
from matac_ml.bundle import IntervalTable, RiskModel, ThinFileRule
from matac_ml.rfg import load_policy
from tests.proving import in_prove
from tests.training.made_up import rows_with_truth
from tests.training.shap_check import TOLERANCE, difference_to_shap
from training.bundling import seen_ranges, typical_values
from training.compare import compare
from training.contenders import Fitted
from training.design import LinearDesign
from training.folds import Folds
from training.leak import suspicions
from training.proxies import _left_out
from training.quick import QuickReference, stressed
from training.recipe import SERVABLE, Booster, Recipe
from training.rows import Floats, Rows, uninformative
from training.search import search
from training.shap_pictures import global_picture

RECIPE = Recipe(name="small", resamples=40, booster=Booster(rounds=20, leaves=4, depth=2, min_leaf=10))
#: Columns of the made-up rows -> their values in the rows fitted on.
KINDS: dict[str, dict[int, float]] = {
    "one empty": {2: np.nan},
    "one constant": {2: 3.0},
    "one constant, one empty": {1: 0.0, 2: np.nan},
    "only one tells anything": {1: np.nan, 2: 7.0, 3: 0.0},
    "all empty": dict.fromkeys(range(4), np.nan),
    "all constant": dict.fromkeys(range(4), 1.0),
}


def _folds(kind: str, *, test_too: bool, later: bool = True) -> Folds:
    rows, _ = rows_with_truth(people=150, cycles=4)
    X = rows.X.copy()
    changed = np.ones(len(rows), dtype=bool) if test_too else rows.cycle < 3
    for place, value in KINDS[kind].items():
        X[changed, place] = value
    rows = replace(rows, X=X)
    fit = rows.take(rows.cycle < 2)
    return Folds(fit, rows.take(rows.cycle == 2) if later else None, rows.take(rows.cycle == 3), 28)


@pytest.mark.parametrize(
    ("kind", "test_too", "later"),
    in_prove(
        product(KINDS, (True, False), (True, False)),
        but=[(kind, number % 2 == 0, number % 2 == 1) for number, kind in enumerate(KINDS)],
    ),
)
def test_every_contender_and_every_look_at_it_goes_on(kind: str, test_too: bool, later: bool) -> None:
    """Fitting, calibration, measures, signs of a leak, contributions, and shap's own picture and check."""
    folds = _folds(kind, test_too=test_too, later=later)
    found = compare(folds, recipe=RECIPE, k=10)
    assert len(found.contenders) == 8
    assert all(np.isfinite(one.score).all() and np.isfinite(one.probability).all() for one in found.contenders)
    suspicions(found, folds, {"a column": folds.fit.names[:2], "another": folds.fit.names}, largest_auc=0.99, seed=1)
    for name in SERVABLE:
        fitted = found[name].fitted
        fitted_on, test = (rows.keep(fitted.scores.features) for rows in (folds.fit, folds.test))
        model = _model(fitted, fitted_on)
        contributions, _ = model.contributions(test.X[:20])
        assert np.isfinite(contributions).all()
        assert global_picture(model, fitted_on.X[:50])
        assert difference_to_shap(model, fitted_on.X[:50]) <= TOLERANCE


def _model(fitted: Fitted, fitted_on: Rows) -> RiskModel:
    policy = load_policy("default")
    assert fitted.scores.scorer is not None
    return RiskModel(
        features=tuple(CATALOGUE[: fitted_on.X.shape[1]]),
        outcome=OUTCOMES[0],
        policy=policy,
        harm=policy.harm_index,
        scorer=fitted.scores.scorer,
        calibration=fitted.calibration,
        intervals=IntervalTable(),
        thin=ThinFileRule(None, 0.0, 1.0),
        typical=typical_values(fitted_on),
        seen_range=seen_ranges(fitted_on),
        facts=None,
        lookback_days=1095,
        name="small",
    )


@pytest.mark.parametrize("kind", in_prove(KINDS, but=["one constant, one empty", "all empty", "all constant"]))
def test_stress_proxies_and_search_go_on(kind: str, tmp_path: object) -> None:
    """Quick models under another labelling, predictions of a group, and settings that are looked for."""
    folds = _folds(kind, test_too=True)
    reference = QuickReference.of(folds.fit, folds.test, k=10, seed=1)
    other = 1 - folds.fit.y
    assert stressed("other", "Other", reference, fit_y=other, test_y=folds.test.y).measures["elastic_net"]
    group: Floats = (folds.fit.person % 2).astype(np.float64)
    predicted, gains = _left_out(folds.fit.X, group, seed=1)
    assert np.isfinite(predicted).all()
    assert np.isfinite(gains).all()
    recipe = RECIPE.model_copy(update={"search": RECIPE.search.model_copy(update={"trials": 1})})
    found = search(folds.fit, recipe=recipe, horizon_days=28, study_file=tmp_path / "s.db", key="k")  # type: ignore[operator]
    assert found.search == recipe.search


def test_what_says_nothing_is_named() -> None:
    """Empty and constant features each in one sentence with their names; what tells something is in neither."""
    fitted_on = _folds("one constant, one empty", test_too=True).fit
    assert [text.split(" and carry")[0] for text in uninformative(fitted_on)] == [
        "1 of 4 features have no value in any row fitted on",
        "1 of 4 features are the same in every row fitted on",
    ]
    assert "days_since_last" in uninformative(fitted_on)[1]
    assert uninformative(rows_with_truth(people=20)[0]) == ()
    few = fitted_on.take(fitted_on.person < 3)
    many = replace(few, names=tuple(f"f{i}" for i in range(40)), X=np.full((len(few), 40), np.nan))
    assert "f11 and 28 more." in uninformative(many)[0]


def test_a_column_of_gaps_alone_tells_by_its_gaps() -> None:
    """Where a value is there or not, and always the same, its being there is information and is kept."""
    fitted_on = _folds("one constant", test_too=True).fit
    X = fitted_on.X.copy()
    X[::2, 2] = np.nan
    assert uninformative(replace(fitted_on, X=X)) == ()
    assert 2 in LinearDesign.of(replace(fitted_on, X=X)).indicator
