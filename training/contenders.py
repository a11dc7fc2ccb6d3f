"""The contenders, always together: no model is looked at without the base rate, the matrix and a simple rule beside it.

Each is fitted on the early fold and calibrated on the later one. It is not fitted again on both: line and interval
would then be those of another model than the one that is served. Where no later dates are left it is fitted on
everybody, and what is calibrated are scores that nobody helped to make: people are dealt into groups, and each group is
scored by the same contender fitted again on all the others (cross-fitting; Chernozhukov et al. 2018). Line and interval
are then those of models of fewer people than the one that is served, which errs to the careful side: it has learnt a
little more than its probabilities say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from matac_ml.bundle import IntervalTable, LogisticCalibration, Scorer
from matac_ml.bundle.scoring import probability
from matac_ml.errors import UsageError
from matac_ml.evaluation import CalibrationLine, clustered_line, log_odds
from training.additive import fit_additive, fit_curves
from training.fit import fit_booster, fit_calibration, fit_elastic_net, fit_histogram
from training.folds import groups_of_people, on_newest
from training.interval import fit_interval
from training.recipe import Recipe
from training.rows import Floats, Rows, sample_by_person

Raw = Callable[[Rows], Floats]

#: contender -> what a reader is told it is
LABELS = {
    "base_rate": "Base rate",
    "last_incident": "Days since the last incident only",
    "matrix": "RFGV matrix",
    "additive": "Additive LightGBM",
    "elastic_net": "Elastic-net logistic",
    "lightgbm_monotone": "LightGBM, policy directions",
    "lightgbm_free": "LightGBM, free",
    "hist_gradient_boosting": "HistGradientBoosting",
}


@dataclass(frozen=True)
class Scores:
    """What a fit gives.

    Attributes
    ----------
    raw : callable
        Rows to uncalibrated scores; higher is nearer to the top.
    scorer : Scorer or None
        What a bundle can carry; None for contenders that are only compared.
    features : tuple of str
        The columns that the scorer takes.
    again : callable or None
        Other rows to the raw scores of the same contender fitted on them; None where nobody's outcome was learnt.
    """

    raw: Raw
    scorer: Scorer | None = None
    features: tuple[str, ...] = ()
    again: Callable[[Rows], Raw] | None = None

    @classmethod
    def of(cls, scorer: Scorer, features: tuple[str, ...], again: Callable[[Rows], Raw]) -> "Scores":
        """The scores of what a bundle can carry."""
        return cls(_scored_by(scorer, features), scorer, features, again)


def _scored_by(scorer: Scorer, features: tuple[str, ...]) -> Raw:
    return lambda new: scorer.log_odds(new.keep(features).X)


@dataclass(frozen=True)
class Fitted:
    """One contender, fitted.

    Attributes
    ----------
    scores : Scores
    intervals : IntervalTable or None
    calibrated_on : str
        How the calibration line was found, in words.
    line : CalibrationLine
        How well the rows calibrated on determine level and slope.
    later : bool
        Whether that was on rows of later dates; otherwise on people scored by models of other people.
    unseen : ndarray, shape (rows calibrated on,)
        The uncalibrated scores that calibrate: of nobody whose outcome helped to make them.
    """

    name: str
    label: str
    scores: Scores
    calibration: LogisticCalibration
    line: CalibrationLine
    intervals: IntervalTable | None = None
    calibrated_on: str = ""
    later: bool = False
    unseen: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def raw(self) -> Raw:
        """Rows to uncalibrated scores; higher is nearer to the top."""
        return self.scores.raw

    def calibrated(self, raw: Floats) -> Floats:
        """Calibrated probabilities of uncalibrated scores."""
        return probability(self.calibration.log_odds(raw))


def _base_rate(rows: Rows, _: Recipe, __: int) -> Scores:
    level = float(log_odds(rows.y.mean()))
    return Scores(lambda new: np.full(len(new), level))


def _last_incident(_: Rows, __: Recipe, ___: int) -> Scores:
    """The more recent, the higher; nothing on record counts as ten years ago."""
    return Scores(lambda new: -np.log1p(np.nan_to_num(new.last_incident, nan=3650.0)))


def _matrix(_: Rows, __: Recipe, ___: int) -> Scores:
    return Scores(lambda new: new.matrix.astype(np.float64))


def _additive(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    """With a curve for the feature that tells when there is too little history, which the bundle must hold anyhow.

    Fitted again it keeps its features and rounds, which everybody helped to choose: to choose them anew for every group
    of people would take most of the time of a run.
    """
    settings = recipe.additive
    plan, scorer = fit_additive(rows.with_indicators(), settings, seed=seed, must=recipe.thin.feature)

    def again(other: Rows) -> Raw:
        return _scored_by(fit_curves(other.with_indicators(), plan, settings, seed=seed), plan.names)

    return Scores.of(scorer, plan.names, again)


def _elastic_net(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    few = sample_by_person(rows.with_indicators(), recipe.linear_rows, seed=seed)
    return Scores.of(fit_elastic_net(few, recipe.linear), few.names, _fitted_again(_elastic_net, recipe, seed))


def _monotone(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    rows = rows.with_codes()
    scorer = fit_booster(rows, recipe.booster, seed=seed, monotone=True)
    return Scores.of(scorer, rows.names, _fitted_again(_monotone, recipe, seed))


def _free(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    rows = rows.with_codes()
    scorer = fit_booster(rows, recipe.booster, seed=seed, monotone=False)
    return Scores.of(scorer, rows.names, _fitted_again(_free, recipe, seed))


def _histogram(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    model = fit_histogram(rows.with_indicators(), recipe.booster, seed=seed)
    return Scores(lambda new: model(new.with_indicators().X), again=_fitted_again(_histogram, recipe, seed))


def _fitted_again(fit: "_Fit", recipe: Recipe, seed: int) -> Callable[[Rows], Raw]:
    return lambda rows: fit(rows, recipe, seed).raw


_Fit = Callable[[Rows, Recipe, int], Scores]
_FIT: dict[str, _Fit] = {
    "base_rate": _base_rate,
    "last_incident": _last_incident,
    "matrix": _matrix,
    "additive": _additive,
    "elastic_net": _elastic_net,
    "lightgbm_monotone": _monotone,
    "lightgbm_free": _free,
    "hist_gradient_boosting": _histogram,
}


def scores_of(name: str, rows: Rows, recipe: Recipe, seed: int) -> Scores:
    """Fit one contender on some rows, without a calibration line."""
    return _FIT[name](rows, recipe, seed)


def distinct(recipe: Recipe, directions: tuple[int, ...]) -> Recipe:
    """Leave out one of two contenders that are one model: without a direction, policy directions bind nothing."""
    both = ("lightgbm_monotone", "lightgbm_free")
    if any(directions) or not set(both) <= set(recipe.contenders):
        return recipe
    dropped = both[1] if recipe.serve == both[0] else both[0]
    return recipe.model_copy(update={"contenders": tuple(name for name in recipe.contenders if name != dropped)})


def fit_contender(
    name: str, fit: Rows, calibrate: Rows | None, *, recipe: Recipe, seed: int, newest: int = 0
) -> Fitted:
    """Fit one contender and calibrate it on scores of rows that it did not see.

    Parameters
    ----------
    calibrate : Rows or None
        Rows of later dates. None calibrates on the rows fitted on, each scored by models of other people.
    newest : int
        How many of the newest dates fitted on then calibrate; 0 takes all.
    """
    if name not in _FIT:
        raise UsageError(f"A contender must be one of {', '.join(_FIT)}, got {name!r}")
    scores = _FIT[name](fit, recipe, seed)
    if calibrate is None:
        counted = on_newest(fit, newest)
        on, raw = fit.take(counted), _cross_fitted(scores, fit, seed=seed)[counted]
    else:
        on, raw = calibrate, scores.raw(calibrate)
    line = fit_calibration(raw, on.y)
    said = "later dates" if calibrate is not None else "people scored by models of other people"
    return Fitted(
        name=name,
        label=LABELS[name],
        scores=scores,
        calibration=line,
        line=clustered_line(on.y, line.log_odds(raw), on.person),
        intervals=None if scores.scorer is None else fit_interval(raw, on.y, on.person, line),
        calibrated_on=f"{len(on):,} rows of {said}",
        later=calibrate is not None,
        unseen=raw,
    )


def _cross_fitted(scores: Scores, rows: Rows, *, seed: int) -> Floats:
    """The score of each row by the same contender fitted on the people of the other groups."""
    if scores.again is None:
        return scores.raw(rows)
    raw, group = np.empty(len(rows)), groups_of_people(rows, seed=seed)
    for left_out in np.unique(group):
        held = group == left_out
        raw[held] = scores.again(rows.take(~held))(rows.take(held))
    return raw
