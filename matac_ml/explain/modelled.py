"""What the model says of everybody on a list, scored together: probability, interval, place, and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.bundle import RiskModel
from matac_ml.explain.behind import Behind
from matac_ml.explain.reasons import check_sum, reasons_by_family
from matac_ml.explain.schema import FamilyReasons, Interval, ModelScore
from matac_ml.explain.setting import Setting, Values
from matac_ml.explain.standing import Standing
from matac_ml.explain.wording import number

INTERVAL_TEXT = "Venn-Abers interval: two calibrations that bracket the probability, widened to hold it."


@dataclass(frozen=True)
class Modelled:
    """What the model says of one person."""

    score: ModelScore
    families: tuple[FamilyReasons, ...]


def model_all(values: Sequence[Values], behinds: Sequence[Behind], setting: Setting) -> list[Modelled | None]:
    """Score and explain a list; None for everybody when only the matrix is in force.

    Raises
    ------
    InvariantError
        Contributions do not add up to a score.
    """
    model = setting.model
    if model is None or not values:
        return [None] * len(values)
    X = np.array([[_float(row[name]) for name in model.feature_names] for row in values], dtype=np.float64)
    scored = model.scored(X)
    contributions, base = model.contributions(X)
    modelled: list[Modelled | None] = []
    for i, behind in enumerate(behinds):
        log_odds, start = float(scored.log_odds[i]), float(base[i])
        check_sum(contributions[i], start, log_odds)
        interval = Interval(low=float(scored.interval.low[i]), high=float(scored.interval.high[i]))
        if scored.interval.thin[i]:
            modelled.append(Modelled(_abstention(model), ()))
            continue
        likely = float(scored.probability[i])
        score = _score(model, likely, interval, setting.standing, base=start, log_odds=log_odds)
        parts = contributions[i].tolist()
        modelled.append(Modelled(score, reasons_by_family(setting.instruments.families, values[i], parts, behind)))
    return modelled


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def _abstention(model: RiskModel) -> ModelScore:
    """No number at all: an interval, contributions or log-odds would tell the probability that is not given."""
    reason = "the file is too thin for a number. The points of the matrix stand."
    return ModelScore(
        outcome=model.outcome.sentence,
        horizon_days=model.outcome.horizon_days,
        probability=None,
        abstained=True,
        abstention_reason=reason,
    )


def _score(
    model: RiskModel, likely: float, interval: Interval, standing: Standing | None, *, base: float, log_odds: float
) -> ModelScore:
    place = standing.model_place(likely, low=interval.low, high=interval.high) if standing else None
    ranks = Interval(low=place.best, high=place.worst) if place and place.best and place.worst else None
    return ModelScore(
        outcome=model.outcome.sentence,
        horizon_days=model.outcome.horizon_days,
        probability=likely,
        interval=interval,
        interval_text=INTERVAL_TEXT,
        rank=place.rank if place else None,
        of=place.of if place else None,
        rank_interval=ranks,
        base_log_odds=base,
        log_odds=log_odds,
    )


def out_of_range(model: RiskModel | None, values: Values) -> tuple[str, ...]:
    """The facts whose values lie outside what the model was fitted on, as sentences without their full stop."""
    if model is None:
        return ()
    outside = []
    for feature in model.features:
        value, seen = values[feature.name], model.seen_range.get(feature.name)
        if value is not None and seen is not None and not seen[0] <= value <= seen[1]:
            reached = f"{number(seen[0], feature.unit)} to {number(seen[1], feature.unit)}"
            outside.append(f"{feature.say(value).rstrip('.')} (seen: {reached})")
    return tuple(outside)
