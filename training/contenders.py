"""The contenders, always together: no model is looked at without the base rate, the matrix and a simple rule beside it.

Each is fitted on the early fold, calibrated on the later one, then fitted again on both; its calibration line, two
numbers, is kept from the honest first fit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from sklearn.model_selection import GroupKFold

from matac_ml.bundle import LogisticCalibration, Scorer, VennAbersTable
from matac_ml.bundle.scoring import probability
from matac_ml.errors import RecipeError, UsageError
from matac_ml.evaluation import log_odds
from training.additive import fit_additive
from training.fit import (
    fit_booster,
    fit_calibration,
    fit_elastic_net,
    fit_histogram,
    fit_venn_abers,
    log_losses,
)
from training.recipe import Recipe
from training.rows import Floats, Ints, Rows, sample_by_person

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
    """

    raw: Raw
    scorer: Scorer | None = None
    features: tuple[str, ...] = ()

    @classmethod
    def of(cls, scorer: Scorer, features: tuple[str, ...]) -> "Scores":
        """The scores of what a bundle can carry."""
        return cls(lambda new: scorer.log_odds(new.keep(features).X), scorer, features)


@dataclass(frozen=True)
class Fitted:
    """One contender, fitted.

    Attributes
    ----------
    scores : Scores
    venn_abers : VennAbersTable or None
    calibrated_on : str
        How the calibration line was found, in words.
    calibration_set : bool
        Whether that was on later rows; otherwise on people left out in turn.
    held_out_loss, held_out_person : ndarray
        Log-loss of each row calibrated on, by which the model for the bundle is chosen, and whose row it is.
    """

    name: str
    label: str
    scores: Scores
    calibration: LogisticCalibration
    venn_abers: VennAbersTable | None = None
    calibrated_on: str = ""
    calibration_set: bool = False
    held_out_loss: Floats = field(default_factory=lambda: np.empty(0))
    held_out_person: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

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
    """With a curve for the feature that tells when there is too little history, which the bundle must hold anyhow."""
    plan, scorer = fit_additive(rows, recipe.additive, seed=seed, must=recipe.thin.feature)
    return Scores.of(scorer, plan.names)


def _elastic_net(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    few = sample_by_person(rows, recipe.linear_rows, seed=seed)
    return Scores.of(fit_elastic_net(few, recipe.linear), rows.names)


def _monotone(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    return Scores.of(fit_booster(rows, recipe.booster, seed=seed, monotone=True), rows.names)


def _free(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    return Scores.of(fit_booster(rows, recipe.booster, seed=seed, monotone=False), rows.names)


def _histogram(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    model = fit_histogram(rows, recipe.booster, seed=seed)
    return Scores(lambda new: model(new.X))


_FIT: dict[str, Callable[[Rows, Recipe, int], Scores]] = {
    "base_rate": _base_rate,
    "last_incident": _last_incident,
    "matrix": _matrix,
    "additive": _additive,
    "elastic_net": _elastic_net,
    "lightgbm_monotone": _monotone,
    "lightgbm_free": _free,
    "hist_gradient_boosting": _histogram,
}
#: Contenders with nothing to fit but their calibration line.
_FIXED = ("base_rate", "last_incident", "matrix")


def distinct(recipe: Recipe, directions: tuple[int, ...]) -> Recipe:
    """Leave out one of two contenders that are one model: without a direction, policy directions bind nothing."""
    both = ("lightgbm_monotone", "lightgbm_free")
    if any(directions) or not set(both) <= set(recipe.contenders):
        return recipe
    dropped = both[1] if recipe.serve == both[0] else both[0]
    return recipe.model_copy(update={"contenders": tuple(name for name in recipe.contenders if name != dropped)})


def fit_contender(name: str, fit: Rows, calibrate: Rows | None, refit: Rows, *, recipe: Recipe, seed: int) -> Fitted:
    """Fit one contender, calibrate it on later rows, and fit it again on everything before the test.

    Parameters
    ----------
    fit, calibrate : Rows
        Early and later rows; without a calibration set the line comes from predictions for people left out in turn.
    refit : Rows
        Rows of every date whose outcome was known before the test.
    """
    if name not in _FIT:
        raise UsageError(f"A contender must be one of {', '.join(_FIT)}, got {name!r}")
    later = calibrate is not None and len(calibrate) > 0 and 0 < calibrate.y.mean() < 1
    if later and calibrate is not None:
        raw, rows = _FIT[name](fit, recipe, seed).raw(calibrate), calibrate
        how = f"a later calibration set of {len(calibrate):,} rows"
    else:
        raw, rows = _left_out(name, refit, recipe=recipe, seed=seed), refit
        how = f"{len(refit):,} rows, each scored by a model that did not see the person"
    final = _FIT[name](refit, recipe, seed)
    table = fit_venn_abers(raw, rows.y) if final.scorer is not None else None
    line = fit_calibration(raw, rows.y)
    loss = log_losses(rows.y, probability(line.log_odds(raw)))
    return Fitted(name, LABELS[name], final, line, table, how, later, loss, rows.person)


def _left_out(name: str, rows: Rows, *, recipe: Recipe, seed: int, folds: int = 3) -> Floats:
    """Score every row by a model fitted on other people."""
    if name in _FIXED:
        return _FIT[name](rows, recipe, seed).raw(rows)
    found = np.zeros(len(rows))
    people = len(np.unique(rows.person))
    if people < 2:
        raise RecipeError("At least two people are needed to fit on, so that each can be left out in turn.")
    folds = min(folds, people)
    for inside, outside in GroupKFold(folds).split(rows.X, groups=rows.person):
        found[outside] = _FIT[name](rows.take(inside), recipe, seed).raw(rows.take(outside))
    return found
