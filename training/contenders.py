"""The contenders, always together: no model is looked at without the base rate, the matrix and a simple rule beside it.

Each is fitted on the early fold and calibrated on the later one. It is not fitted again on both: line and interval
would then be those of another model than the one that is served.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from matac_ml.bundle import IntervalTable, LogisticCalibration, Scorer
from matac_ml.bundle.scoring import probability
from matac_ml.errors import UsageError
from matac_ml.evaluation import CalibrationLine, clustered_line, log_odds
from training.additive import fit_additive
from training.fit import (
    fit_booster,
    fit_calibration,
    fit_elastic_net,
    fit_histogram,
    log_losses,
)
from training.interval import fit_interval
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
    intervals : IntervalTable or None
    calibrated_on : str
        How the calibration line was found, in words.
    line : CalibrationLine
        How well the rows calibrated on determine level and slope.
    later : bool
        Whether that was on rows of later dates; otherwise on people kept out of the fit.
    held_out_loss, held_out_person : ndarray
        Log-loss of each row calibrated on, by which the model for the bundle is chosen, and whose row it is.
    """

    name: str
    label: str
    scores: Scores
    calibration: LogisticCalibration
    line: CalibrationLine
    intervals: IntervalTable | None = None
    calibrated_on: str = ""
    later: bool = False
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
    plan, scorer = fit_additive(rows.with_indicators(), recipe.additive, seed=seed, must=recipe.thin.feature)
    return Scores.of(scorer, plan.names)


def _elastic_net(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    few = sample_by_person(rows.with_indicators(), recipe.linear_rows, seed=seed)
    return Scores.of(fit_elastic_net(few, recipe.linear), few.names)


def _monotone(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    rows = rows.with_codes()
    return Scores.of(fit_booster(rows, recipe.booster, seed=seed, monotone=True), rows.names)


def _free(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    rows = rows.with_codes()
    return Scores.of(fit_booster(rows, recipe.booster, seed=seed, monotone=False), rows.names)


def _histogram(rows: Rows, recipe: Recipe, seed: int) -> Scores:
    model = fit_histogram(rows.with_indicators(), recipe.booster, seed=seed)
    return Scores(lambda new: model(new.with_indicators().X))


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


def fit_contender(name: str, fit: Rows, calibrate: Rows, *, recipe: Recipe, seed: int, later: bool = True) -> Fitted:
    """Fit one contender and calibrate it on rows that it did not see.

    Parameters
    ----------
    later : bool
        Whether the rows to calibrate on are of later dates, or of people kept out of the fit.
    """
    if name not in _FIT:
        raise UsageError(f"A contender must be one of {', '.join(_FIT)}, got {name!r}")
    scores = _FIT[name](fit, recipe, seed)
    raw = scores.raw(calibrate)
    line = fit_calibration(raw, calibrate.y)
    intervals = None if scores.scorer is None else fit_interval(raw, calibrate.y, calibrate.person, line)
    loss = log_losses(calibrate.y, probability(line.log_odds(raw)))
    return Fitted(
        name=name,
        label=LABELS[name],
        scores=scores,
        calibration=line,
        line=clustered_line(calibrate.y, line.log_odds(raw), calibrate.person),
        intervals=intervals,
        calibrated_on=f"{len(calibrate):,} rows of {'later dates' if later else 'people kept out of the fit'}",
        later=later,
        held_out_loss=loss,
        held_out_person=calibrate.person,
    )
