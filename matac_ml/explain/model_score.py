"""What the model says of everybody on a list, scored together: probability, interval, rank, and reasons by family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matac_ml.api.explanation import Bounds, FamilyReasons, ModelScore, Reason
from matac_ml.bundle import RiskModel
from matac_ml.errors import InvariantError
from matac_ml.explain.context import AS_MOST, FamilyPlan, FeaturePlan, ScoringContext, Values
from matac_ml.explain.evidence import MOST_INCIDENTS, EvidenceIndex
from matac_ml.explain.rank_table import Ranked
from matac_ml.facts import RankReachFacts
from matac_ml.spec import Family
from matac_ml.wording import number, strength

#: How far outside the range of the fitting data a figure lies before it is said, as a part of the width of that range.
FAR = 0.5
#: A smaller contribution moves no probability by more than a quarter of a percentage point. The reasons of a family
#: give the sum of those in one line.
SMALLEST = 0.01
#: How far base plus contributions may be from the score: rounding of sums of a few hundred doubles.
SUM_TOLERANCE = 1e-6
INTERVAL_TEXT = (
    "95 % interval: among people with this score, the share to whom it happens lies between these figures, as far as "
    "the people calibrated on can tell, and while things stay as they were then."
)

#: Why there is no number, in sentences.
THIN = "Too little is recorded about this person for a number. Use the points of the matrix."
WIDE = "The model is too uncertain about this person to give a number. Use the points of the matrix."
LEFT_OUT = "The list leaves this person out. The model gives a number only to people on the list."

_FAMILY_TEXT = {
    Family.RECENCY: "How recently incidents were recorded",
    Family.FREQUENCY: "How often incidents were recorded",
    Family.GRAVITY: "Recorded harm",
    Family.VICTIMS: "The number of recorded victims and who they are",
    Family.ESCALATION: "How the records changed over time",
    Family.CONTEXT: "What was recorded of the circumstances",
}


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
    evidence: Sequence[EvidenceIndex],
    ranked: Sequence[Ranked | None],
    context: ScoringContext,
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
    model = context.model
    if model is None or not values:
        return [None] * len(values)
    X = np.array([[_float(row[name]) for name in model.feature_names] for row in values], dtype=np.float64)
    scored = model.scored(X)
    contributions, base = model.contributions(X)
    modelled: list[Modelled | None] = []
    for i, behind in enumerate(evidence):
        log_odds, start, parts = float(scored.log_odds[i]), float(base[i]), contributions[i].tolist()
        check_total(start + float(contributions[i].sum()), log_odds)
        if left_out[i] or scored.interval.thin[i]:
            modelled.append(Modelled(_abstention(model, LEFT_OUT if left_out[i] else _why_none(model, values[i]))))
            continue
        interval = Bounds(low=float(scored.interval.low[i]), high=float(scored.interval.high[i]))
        score = _score(model, float(scored.probability[i]), interval, ranked[i], base=start, log_odds=log_odds)
        families = reasons_by_family(context.instruments.families, values[i], parts, behind)
        modelled.append(Modelled(score, families, far_outside(model, values[i], parts)))
    return modelled


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def check_total(total: float, log_odds: float) -> None:
    """Refuse an explanation that does not add up to the score it explains.

    Parameters
    ----------
    total : float
        Base plus contributions.

    Raises
    ------
    InvariantError
        When it differs from the log-odds by more than :data:`SUM_TOLERANCE`.
    """
    if not abs(total - log_odds) <= SUM_TOLERANCE * max(1.0, abs(log_odds)):
        raise InvariantError("the contributions of an explanation do not add up to its score")


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
    model: RiskModel, probability: float, interval: Bounds, ranked: Ranked | None, *, base: float, log_odds: float
) -> ModelScore:
    position = ranked.by_model(probability, low=interval.low, high=interval.high) if ranked else None
    reaches = model.facts.rank_reach if model.facts else ()
    ranks = Bounds(low=position.best, high=position.worst) if position and position.best and position.worst else None
    return ModelScore(
        outcome=model.outcome.sentence,
        horizon_days=model.outcome.horizon_days,
        probability=probability,
        interval=interval,
        interval_text=INTERVAL_TEXT,
        rank=position.rank if position else None,
        of=position.of if position else None,
        tied_with=position.tied_with if position else None,
        rank_interval=ranks,
        rank_if_fitted_again=ranks_if_fitted_again(reaches, position.rank) if position else None,
        base_log_odds=base,
        log_odds=log_odds,
    )


def ranks_if_fitted_again(reaches: Sequence[RankReachFacts], rank: int) -> Bounds | None:
    """Where nine in ten of those at about a rank stood when the model was fitted again; None where nobody looked."""
    reach = next((reach for reach in reaches if reach.first <= rank <= reach.last), None)
    return Bounds(low=reach.low, high=reach.high) if reach else None


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


def reasons_by_family(
    plans: Sequence[FamilyPlan],
    values: Mapping[str, float | None],
    contributions: Sequence[float],
    evidence: EvidenceIndex,
) -> tuple[FamilyReasons, ...]:
    """SHAP contributions as the reasons of every family, largest absolute sum first.

    Parameters
    ----------
    contributions : sequence of float, length n_features
        In calibrated log-odds, in the order of the model's features.
    """
    families = (_family(plan, values, contributions, evidence) for plan in plans)
    return tuple(sorted(families, key=lambda family: -abs(family.contribution)))


def _family(
    plan: FamilyPlan, values: Mapping[str, float | None], contributions: Sequence[float], evidence: EvidenceIndex
) -> FamilyReasons:
    given = [(contributions[planned.column], planned) for planned in plan.features]
    total = sum(part for part, _ in given)
    shown = sorted((pair for pair in given if abs(pair[0]) >= SMALLEST), key=lambda pair: -abs(pair[0]))
    return FamilyReasons(
        family=plan.family.value,
        text=_family_text(plan.family, total),
        contribution=total,
        rest=sum(part for part, _ in given if abs(part) < SMALLEST),
        rest_count=len(given) - len(shown),
        reasons=tuple(_reason(planned, values, part, evidence) for part, planned in shown),
    )


def _family_text(family: Family, total: float) -> str:
    if abs(total) < SMALLEST:
        return f"{_FAMILY_TEXT[family]} makes no difference to the score."
    return f"{_FAMILY_TEXT[family]} {'raises' if total > 0 else 'lowers'} this score {strength(total)}."


def _reason(planned: FeaturePlan, values: Mapping[str, float | None], part: float, evidence: EvidenceIndex) -> Reason:
    feature = planned.feature
    value, incidents = values[feature.name], evidence.behind(feature)
    usual = AS_MOST if value is None and planned.typical is None else planned.usual
    return Reason(
        feature=feature.name,
        family=feature.family.value,
        text=f"{feature.say(value)} {usual}",
        value=value,
        typical=planned.typical,
        unit=feature.unit,
        contribution=part,
        direction="raises" if part > 0 else "lowers",
        strength=strength(part),
        incidents=incidents[:MOST_INCIDENTS],
        incidents_total=len(incidents),
    )
