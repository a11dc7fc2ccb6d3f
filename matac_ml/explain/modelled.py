"""What the model says of everybody on a list, scored together: probability, interval, place, and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.api.explanation import Bounds, FamilyReasons, ModelScore
from matac_ml.bundle import RiskModel
from matac_ml.explain.behind import Behind
from matac_ml.explain.reasons import SMALLEST, check_sum, reasons_by_family
from matac_ml.explain.setting import Setting, Values
from matac_ml.explain.standing import Ranked
from matac_ml.explain.wording import number

#: How far outside the range of the fitting data a figure lies before it is said, as a part of the width of that range.
FAR = 0.5
INTERVAL_TEXT = "Venn-Abers interval: two calibrations that bracket the probability, widened to hold it."


#: Why there is no number, in sentences.
THIN = "The file is too thin for a number. The points of the matrix stand."
WIDE = "The model is too uncertain about this person for a number. The points of the matrix stand."
LEFT_OUT = "The list leaves this person out, and a number is given of people on the list alone."


@dataclass(frozen=True)
class Modelled:
    """What the model says of one person.

    Attributes
    ----------
    outside : tuple of str
        Figures that lie far outside what the model was fitted on; see :func:`far_outside`.
    """

    score: ModelScore
    families: tuple[FamilyReasons, ...] = ()
    outside: tuple[str, ...] = ()


def model_all(
    values: Sequence[Values],
    behinds: Sequence[Behind],
    ranked: Sequence[Ranked | None],
    setting: Setting,
    *,
    left_out: Sequence[bool],
) -> list[Modelled | None]:
    """Score and explain a list; None for everybody when only the matrix is in force.

    Parameters
    ----------
    left_out : sequence of bool
        Whom the list leaves out. The model gives them no number: it predicts for people on the list, and somebody who
        has died, or of whom nothing recent is recorded, is none of those from whom it was learned.

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
        interval = Bounds(low=float(scored.interval.low[i]), high=float(scored.interval.high[i]))
        if left_out[i] or scored.interval.thin[i]:
            modelled.append(Modelled(_abstention(model, LEFT_OUT if left_out[i] else _why_none(model, values[i]))))
            continue
        likely = float(scored.probability[i])
        score = _score(model, likely, interval, ranked[i], base=start, log_odds=log_odds)
        parts = contributions[i].tolist()
        families = reasons_by_family(setting.instruments.families, values[i], parts, behind)
        modelled.append(Modelled(score, families, far_outside(model, values[i], parts)))
    return modelled


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def _why_none(model: RiskModel, values: Values) -> str:
    """Whether too little is recorded, or the interval is too wide: a long file can have a wide one."""
    if model.thin.feature is None:
        return WIDE
    counted = values[model.thin.feature]
    return THIN if counted is None or counted < model.thin.below else WIDE


def _abstention(model: RiskModel, reason: str) -> ModelScore:
    """No number at all: an interval, contributions or log-odds would tell the probability that is not given."""
    return ModelScore(
        outcome=model.outcome.sentence,
        horizon_days=model.outcome.horizon_days,
        probability=None,
        abstained=True,
        abstention_reason=reason,
    )


def _score(
    model: RiskModel, likely: float, interval: Bounds, ranked: Ranked | None, *, base: float, log_odds: float
) -> ModelScore:
    place = ranked.by_model(likely, low=interval.low, high=interval.high) if ranked else None
    ranks = Bounds(low=place.best, high=place.worst) if place and place.best and place.worst else None
    return ModelScore(
        outcome=model.outcome.sentence,
        horizon_days=model.outcome.horizon_days,
        probability=likely,
        interval=interval,
        interval_text=INTERVAL_TEXT,
        rank=place.rank if place else None,
        of=place.of if place else None,
        tied_with=place.tied_with if place else None,
        rank_interval=ranks,
        base_log_odds=base,
        log_odds=log_odds,
    )


def far_outside(model: RiskModel, values: Values, contributions: Sequence[float]) -> tuple[str, ...]:
    """The figures that lie far outside the range of the fitting data, as sentences without their full stop.

    A figure counts when it moves the score and lies outside by more than half of the width of its range. The people at
    the top of a list are extreme by being there, and a figure just beyond the most that was ever seen says little: the
    booster takes it for the most that was seen.

    Parameters
    ----------
    contributions : sequence of float, length n_features
        In log-odds, in the order of the model's features.
    """
    outside = []
    for feature, moved in zip(model.features, contributions, strict=True):
        value, seen = values[feature.name], model.seen_range.get(feature.name)
        if value is None or seen is None or abs(moved) < SMALLEST:
            continue
        low, high = seen
        if max(low - value, value - high) > FAR * (high - low):
            reached = f"{number(low, feature.unit)} to {number(high, feature.unit)}"
            outside.append(f"{feature.say(value).rstrip('.')} (range: {reached})")
    return tuple(outside)
