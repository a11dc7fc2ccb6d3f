"""A made-up force with a real, small bundle: fitted here, saved and loaded as any other."""

from datetime import timedelta
from pathlib import Path

import lightgbm
import numpy as np

from features import CATALOGUE, OUTCOMES
from matac_ml.asof import feature_table, outcome_table
from matac_ml.bundle import BoosterScorer, CurveScorer, RiskModel, ThinFileRule, save_bundle
from matac_ml.records import read_extract
from matac_ml.rfg import load_policy
from matac_ml.spec import Feature
from matac_ml.synthetic import make_force
from training.additive import step_curves
from training.fit import fit_calibration
from training.interval import fit_interval
from training.recipe import Thin
from training.rows import Floats

INCIDENTS, YEARS, SEED = 3_000, 4, 7


def make_extract(folder: Path) -> Path:
    """Write a made-up force of a few thousand incidents."""
    make_force(folder, incidents=INCIDENTS, years=YEARS, seed=SEED)
    return folder


def make_bundle(
    extract_folder: Path, folder: Path, *, name: str = "small", rounds: int = 200, trees: bool = False
) -> RiskModel:
    """Fit step curves on two early dates, calibrate them on a later one, and save the bundle.

    Parameters
    ----------
    trees : bool
        Trees of eight leaves on every feature instead of curves.
    """
    extract, policy, outcome = read_extract(extract_folder), load_policy(), OUTCOMES[0]
    last = extract.cut_off - timedelta(days=outcome.horizon_days)
    dates = [last - timedelta(days=days) for days in (360, 180, 0)]
    frame = feature_table(extract, CATALOGUE, dates, harm=policy.harm_index)
    rows = frame.merge(outcome_table(extract, [outcome], dates, harm=policy.harm_index), on=["person_id", "as_of"])
    X = rows[[feature.name for feature in CATALOGUE]].to_numpy(dtype=np.float64)
    y = rows[outcome.name].to_numpy(dtype=np.float64)
    late = (rows["as_of"].dt.date == last).to_numpy()
    leaves = 8 if trees else 2
    settings = {"objective": "binary", "num_leaves": leaves, "min_data_in_leaf": 20, "seed": 3, "num_threads": 1}
    data = lightgbm.Dataset(X[~late], label=y[~late], params={"verbosity": -1})
    booster = lightgbm.train({**settings, "verbosity": -1, "deterministic": True}, data, num_boost_round=rounds)
    features, scorer = (
        (CATALOGUE, BoosterScorer(booster.model_to_string())) if trees else _curves(step_curves([booster], X[~late]))
    )
    X = X[:, [CATALOGUE.index(feature) for feature in features]]
    raw = scorer.log_odds(X[late])
    calibration = fit_calibration(raw, y[late])
    person = rows["person_id"].factorize()[0].astype(np.int64)
    model = RiskModel(
        features=features,
        outcome=outcome,
        policy=policy,
        harm=policy.harm_index,
        scorer=scorer,
        calibration=calibration,
        intervals=fit_interval(raw, y[late], person[late], calibration),
        thin=ThinFileRule(widest=0.6),
        typical=_typical(features, X),
        seen_range=_ranges(features, X),
        name=name,
    )
    save_bundle(model, folder)
    return model


def _curves(whole: CurveScorer) -> tuple[tuple[Feature, ...], CurveScorer]:
    """The features whose curve rises or falls, with the one by which a file is thin, and their curves."""
    used = [
        (feature, curve)
        for feature, curve in zip(CATALOGUE, whole.curves, strict=True)
        if curve.edges or feature.name == Thin().feature
    ]
    return tuple(feature for feature, _ in used), CurveScorer(whole.base, tuple(curve for _, curve in used))


def _columns(features: tuple[Feature, ...], X: Floats) -> dict[str, Floats]:
    return {feature.name: column[~np.isnan(column)] for feature, column in zip(features, X.T, strict=True)}


def _typical(features: tuple[Feature, ...], X: Floats) -> dict[str, float | None]:
    return {name: float(np.median(c)) if c.size > len(X) / 2 else None for name, c in _columns(features, X).items()}


def _ranges(features: tuple[Feature, ...], X: Floats) -> dict[str, tuple[float, float]]:
    return {name: (float(c.min()), float(c.max())) for name, c in _columns(features, X).items() if c.size}
