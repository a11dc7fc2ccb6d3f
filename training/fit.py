"""Fitting: arrays in, scorers out. Nothing here reads, writes or tracks."""

from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np
from scipy.optimize import brentq
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from matac_ml.bundle import BoosterScorer, LinearScorer, LogisticCalibration
from matac_ml.evaluation import log_odds
from training.design import LinearDesign
from training.elastic_net import elastic_net
from training.recipe import Booster, Linear
from training.rows import Floats, Rows


def fit_elastic_net(rows: Rows, settings: Linear) -> LinearScorer:
    """Fit an elastic-net logistic model on the columns of ``training.design.LinearDesign``; nothing in it is random.

    Raises
    ------
    RecipeError
        When the fit does not converge.
    """
    design = LinearDesign.of(rows)
    fitted = elastic_net(design.matrix, rows.y, settings)
    return design.scorer(fitted.slope, fitted.intercept)


def booster_parameters(settings: Booster, *, seed: int) -> dict[str, Any]:
    """LightGBM's parameters; one thread and fixed seeds, so that two fits are equal byte for byte."""
    return {
        "objective": "binary",
        "num_leaves": settings.leaves,
        "max_depth": settings.depth,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": settings.min_leaf,
        "lambda_l2": settings.l2,
        "feature_fraction": settings.feature_share,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1 if settings.row_share < 1 else 0,
        "max_bin": 127,
        "seed": seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }


def fit_booster(rows: Rows, settings: Booster, *, seed: int, monotone: bool) -> BoosterScorer:
    """Fit LightGBM; with ``monotone`` a feature may only push the way its declaration says."""
    parameters = booster_parameters(settings, seed=seed)
    if monotone and any(rows.directions):
        parameters |= {"monotone_constraints": list(rows.directions), "monotone_constraints_method": "intermediate"}
    booster = lightgbm.train(parameters, booster_data(rows), num_boost_round=settings.rounds)
    return BoosterScorer(booster.model_to_string())


def booster_data(rows: Rows) -> lightgbm.Dataset:
    """Rows as LightGBM takes them, codes of categories as categories."""
    codes = [rows.names.index(code) for code, _ in rows.codes]
    return lightgbm.Dataset(
        rows.X,
        label=rows.y,
        feature_name=plain_names(rows.names),
        categorical_feature=codes,
        params={"verbosity": -1, "num_threads": 1},
        free_raw_data=False,
    )


def plain_names(names: tuple[str, ...]) -> list[str]:
    """Names as LightGBM takes them: without blanks and JSON's own characters, and no two alike afterwards."""
    found: dict[str, None] = {}
    for name in names:
        plain = again = "".join("_" if c in '",:[]{}' or c.isspace() else c for c in name)
        number = 2
        while again in found:
            again, number = f"{plain}_{number}", number + 1
        found[again] = None
    return list(found)


#: LightGBM prints an infinite threshold, which sets what is missing apart from all values, as a number above this.
INFINITE = 1e300
#: What LightGBM takes for zero when it puts a threshold beside it.
_ZERO = 1e-30


def missing_goes_left(node: dict[str, Any]) -> bool:
    """Whether a missing value goes the way of values up to the threshold of a split in a dumped tree."""
    # Where no value was missing in the fit, LightGBM takes a missing one for 0.
    return bool(node["default_left"]) if node["missing_type"] == "NaN" else bool(node["threshold"] >= 0)


def printed_edge(threshold: float, *, whole: bool) -> float:
    """A threshold as it can be printed: whole where the values are, else to the digits that a spreadsheet keeps."""
    if abs(threshold) < _ZERO:
        return 0.0
    return float(np.floor(threshold)) if whole else float(f"{threshold:.15g}")


def whole_numbers(column: Floats) -> bool:
    """Whether all values that are not missing are whole."""
    present = column[~np.isnan(column)]
    return bool((present == np.floor(present)).all())


#: How many times larger than LightGBM's the rounds of HistGradientBoosting are, and how many times fewer.
_LARGER = 3


def fit_histogram(rows: Rows, settings: Booster, *, seed: int) -> Callable[[Floats], Floats]:
    """Fit scikit-learn's HistGradientBoosting with like settings, as an independent second booster.

    A round of it takes four times as long to fit and to predict with: it has a third of the rounds, each three times as
    large.

    Returns
    -------
    callable
        Values of the features, shape ``(n, features)``, to log-odds, shape ``(n,)``.
    """
    # It can bin no column without a value; such a column, and rows of one outcome alone, say nothing anyhow.
    known = ~np.isnan(rows.X).all(axis=0)
    if rows.y.min() == rows.y.max() or not known.any():
        level = float(log_odds(rows.y.mean()))
        return lambda X: np.full(len(X), level)
    model = HistGradientBoostingClassifier(
        max_iter=max(1, settings.rounds // _LARGER),
        max_leaf_nodes=settings.leaves,
        max_depth=settings.depth,
        learning_rate=min(1.0, _LARGER * settings.learning_rate),
        min_samples_leaf=settings.min_leaf,
        l2_regularization=settings.l2,
        max_features=settings.feature_share,
        early_stopping=False,
        random_state=seed,
    )
    # Threads that wait for each other on shared cores cost ten times what they save.
    with threadpool_limits(limits=1):
        model.fit(rows.X[:, known], rows.y)
    return lambda X: log_odds(model.predict_proba(X[:, known])[:, 1])


def fit_calibration(raw: Floats, y: Floats) -> LogisticCalibration:
    """Fit slope and intercept of the outcome on the raw log-odds by maximum likelihood (Platt 1999).

    A slope at or below 0 would turn the list over: then only the level is fitted, and the slope is 1.
    """
    if y.size == 0 or y.min() == y.max():
        return LogisticCalibration()
    if np.ptp(raw) == 0:
        return LogisticCalibration(1.0, float(log_odds(y.mean()) - raw[0]))
    scale = float(raw.std())
    model = LogisticRegression(C=1e6, tol=1e-8, max_iter=500).fit((raw / scale)[:, None], y)
    slope, intercept = float(model.coef_[0, 0]) / scale, float(model.intercept_[0])
    return LogisticCalibration(slope, intercept) if slope > 0 else LogisticCalibration(1.0, _level(raw, y))


def _level(raw: Floats, y: Floats) -> float:
    """The shift of log-odds that makes the mean probability the share of outcomes."""
    return float(brentq(lambda shift: (1 / (1 + np.exp(-(raw + shift)))).mean() - y.mean(), -30.0, 30.0, xtol=1e-15))


def log_losses(y: Floats, p: Floats) -> Floats:
    """Log-loss of each row; no probability is nearer to 0 or 1 than a thousand-millionth, or one row would decide."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))
