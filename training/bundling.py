"""From a chosen contender to the ``RiskModel`` that is saved."""

import numpy as np

from matac_ml.bundle import IntervalTable, RiskModel, ThinFileRule
from matac_ml.errors import InvariantError
from training.contenders import Fitted
from training.recipe import Recipe
from training.rows import Rows
from training.sources import RunSources


def risk_model(fitted: Fitted, fit: Rows, *, sources: RunSources, recipe: Recipe) -> RiskModel:
    """Put everything that decided a fitted contender beside it; the facts of its run are made later.

    Parameters
    ----------
    fit : Rows
        What the model was fitted on; gives typical values and the range seen.
    """
    scores = fitted.scores
    if scores.scorer is None:
        raise InvariantError(f"{fitted.name} cannot be served")
    learnt = fit.keep(scores.features)
    declared = {feature.name: feature for feature in sources.features}
    return RiskModel(
        features=tuple(declared[name] for name in scores.features),
        outcome=sources.outcome,
        policy=sources.policy,
        harm=sources.harm,
        scorer=scores.scorer,
        calibration=fitted.calibration,
        intervals=fitted.intervals or IntervalTable(),
        thin=ThinFileRule(recipe.thin.feature, recipe.thin.below, recipe.thin.widest),
        typical=typical_values(learnt),
        seen_range=seen_ranges(learnt),
        facts=None,
        lookback_days=recipe.lookback_days,
        name=recipe.name,
    )


def typical_values(rows: Rows) -> dict[str, float | None]:
    """Median of each feature; None where at least half the rows miss it."""
    found: dict[str, float | None] = {}
    for name, column in zip(rows.names, rows.X.T, strict=True):
        present = column[~np.isnan(column)]
        found[name] = float(np.median(present)) if present.size > column.size / 2 else None
    return found


def seen_ranges(rows: Rows) -> dict[str, tuple[float, float]]:
    """Smallest and largest value of each feature that was ever seen."""
    found = {}
    for name, column in zip(rows.names, rows.X.T, strict=True):
        present = column[~np.isnan(column)]
        if present.size:
            found[name] = (float(present.min()), float(present.max()))
    return found
