"""SHAP contributions as reasons by family, in plain English, with the incidents behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.api.explanation import FamilyReasons, Reason
from matac_ml.errors import InvariantError
from matac_ml.explain.behind import MOST_INCIDENTS, Behind
from matac_ml.spec import Family, Feature
from matac_ml.spec.wording import shown

#: A smaller contribution moves no probability by a tenth of a percentage point, and is left out of the reasons.
SMALLEST = 0.004
#: How far base plus contributions may be from the score: rounding of sums of a few hundred doubles.
SUM_TOLERANCE = 1e-6

_FAMILY_TEXT = {
    Family.RECENCY: "How recently incidents were recorded",
    Family.FREQUENCY: "How often incidents were recorded",
    Family.GRAVITY: "Recorded harm",
    Family.VICTIMS: "The number of recorded victims and who they are",
    Family.ESCALATION: "How the records changed over time",
    Family.CONTEXT: "What was recorded of the circumstances",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What a feature's reason says of everybody.

    Attributes
    ----------
    column : int
        Where the feature stands in the model's matrix.
    """

    column: int
    feature: Feature
    typical: float | None
    usual: str


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """What the reasons of one family say of everybody.

    Attributes
    ----------
    hidden : bool
        Whether the ablation found that the family adds nothing: its sum is shown, so that everything re-adds, but no
        reason is drawn from it.
    """

    family: Family
    hidden: bool
    told: tuple[_Told, ...]


def plan_families(
    features: Sequence[Feature], *, typical: Mapping[str, float | None], unsupported: Sequence[str]
) -> tuple[FamilyPlan, ...]:
    """Work out once what is the same for everybody; families without a feature are left out.

    Parameters
    ----------
    features : sequence of Feature
        In the order of the columns of the model's matrix.
    unsupported : sequence of str
        Names of the families to hide.
    """
    plans = []
    for family in Family:
        told = tuple(
            _Told(column, feature, typical.get(feature.name), _usual(feature, typical.get(feature.name)))
            for column, feature in enumerate(features)
            if feature.family == family
        )
        if told:
            plans.append(FamilyPlan(family, family.value in unsupported, told))
    return tuple(plans)


def _usual(feature: Feature, typical: float | None) -> str:
    return f"Typical: {'nothing on record' if typical is None else shown(typical, feature.unit)}."


def check_sum(contributions: npt.NDArray[np.float64], base: float, log_odds: float) -> None:
    """Refuse an explanation that does not add up to the score it explains.

    Raises
    ------
    InvariantError
        When base plus contributions differs from the log-odds by more than :data:`SUM_TOLERANCE`.
    """
    check_total(base + float(contributions.sum()), log_odds)


def check_total(total: float, log_odds: float) -> None:
    """The same of a sum that was made already."""
    if not abs(total - log_odds) <= SUM_TOLERANCE * max(1.0, abs(log_odds)):
        raise InvariantError("the contributions of an explanation do not add up to its score")


def reasons_by_family(
    plans: Sequence[FamilyPlan], values: Mapping[str, float | None], contributions: Sequence[float], behind: Behind
) -> tuple[FamilyReasons, ...]:
    """The reasons of every family, largest absolute sum first.

    Parameters
    ----------
    contributions : sequence of float, length n_features
        In calibrated log-odds, in the order of the model's features.
    """
    return tuple(sorted((_family(plan, values, contributions, behind) for plan in plans), key=_size))


def _size(one: FamilyReasons) -> float:
    return -abs(one.contribution)


def _family(
    plan: FamilyPlan, values: Mapping[str, float | None], contributions: Sequence[float], behind: Behind
) -> FamilyReasons:
    given = [(contributions[told.column], told) for told in plan.told]
    total = sum(part for part, _ in given)
    shown_ones = [] if plan.hidden else [pair for pair in given if abs(pair[0]) >= SMALLEST]
    shown_ones.sort(key=lambda pair: -abs(pair[0]))
    return FamilyReasons(
        family=plan.family.value,
        text=_family_text(plan.family, total, hidden=plan.hidden),
        contribution=total,
        reasons=tuple(_reason(told, values, part, behind) for part, told in shown_ones),
    )


def _family_text(family: Family, total: float, *, hidden: bool) -> str:
    if hidden:
        return f"{_FAMILY_TEXT[family]}: in testing this did not improve the model, so no reason is given from it."
    if abs(total) < SMALLEST:
        return f"{_FAMILY_TEXT[family]} makes no difference to the score."
    return f"{_FAMILY_TEXT[family]} {'raises' if total > 0 else 'lowers'} this score."


def _reason(told: _Told, values: Mapping[str, float | None], part: float, behind: Behind) -> Reason:
    feature = told.feature
    value, found = values[feature.name], behind.all(feature)
    return Reason(
        feature=feature.name,
        family=feature.family.value,
        text=f"{feature.say(value)} {told.usual}",
        value=value,
        typical=told.typical,
        unit=feature.unit,
        contribution=part,
        direction="raises" if part > 0 else "lowers" if part < 0 else "neutral",
        incidents=found[:MOST_INCIDENTS],
        incidents_total=len(found),
    )
