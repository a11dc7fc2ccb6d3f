"""SHAP contributions as reasons by family, in plain English, with the incidents behind each."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matac_ml.asof import Evidence
from matac_ml.errors import InvariantError
from matac_ml.explain.schema import FamilyReasons, IncidentRef, Reason
from matac_ml.spec import Family, Feature
from matac_ml.spec.wording import shown

#: A smaller contribution moves no probability by a tenth of a percentage point, and is left out of the reasons.
SMALLEST = 0.004
#: Incidents given with one reason; how many there are in all is given beside them.
MOST_INCIDENTS = 40
#: How far base plus contributions may be from the score: rounding of sums of a few hundred doubles.
SUM_TOLERANCE = 1e-6

_FAMILY_TEXT = {
    Family.RECENCY: "How lately something was recorded",
    Family.FREQUENCY: "How often something was recorded",
    Family.GRAVITY: "How grave what was recorded is",
    Family.VICTIMS: "How many people, and who, are recorded as victims",
    Family.ESCALATION: "How records changed over time",
    Family.CONTEXT: "The circumstances recorded",
}

Evidences = Callable[[Feature], Sequence[Evidence]]


def check_sum(contributions: npt.NDArray[np.float64], base: float, log_odds: float) -> None:
    """Refuse an explanation that does not add up to the score it explains.

    Raises
    ------
    InvariantError
        When base plus contributions differs from the log-odds by more than :data:`SUM_TOLERANCE`.
    """
    total = base + float(contributions.sum())
    if not abs(total - log_odds) <= SUM_TOLERANCE * max(1.0, abs(log_odds)):
        raise InvariantError("the contributions of an explanation do not add up to its score")


def incident_refs(evidence: Sequence[Evidence]) -> tuple[IncidentRef, ...]:
    """Incidents newest first, each once, at most :data:`MOST_INCIDENTS`."""
    once = {found.incident_id: found for found in evidence}
    newest = sorted(once.values(), key=lambda found: (found.occurred_on, found.incident_id), reverse=True)
    return tuple(
        IncidentRef(
            incident_id=found.incident_id,
            occurred_on=found.occurred_on,
            recorded_on=found.recorded_on,
            offence_code=found.offence_code or "",
        )
        for found in newest[:MOST_INCIDENTS]
    )


def describe(feature: Feature, value: float | None, typical: float | None) -> str:
    """What is on record, as the declaration says it, and what is typical."""
    usual = "nothing on record" if typical is None else shown(typical, feature.unit)
    return f"{feature.say(value)} Typical: {usual}."


def reasons_by_family(
    features: Sequence[Feature],
    values: Mapping[str, float | None],
    contributions: npt.NDArray[np.float64],
    *,
    typical: Mapping[str, float | None],
    unsupported: Sequence[str],
    evidence: Evidences,
) -> tuple[FamilyReasons, ...]:
    """The reasons of every family, largest absolute sum first.

    Parameters
    ----------
    contributions : ndarray, shape (n_features,)
        In calibrated log-odds, in the order of ``features``.
    unsupported : sequence of str
        Families that the ablation found to add nothing: their sum is shown, so that everything re-adds, but no reason.
    evidence : callable
        Gives the incidents that satisfy a feature's own condition.
    """
    families = []
    for family in Family:
        mine = [
            (feature, float(part))
            for feature, part in zip(features, contributions, strict=True)
            if feature.family == family
        ]
        if not mine:
            continue
        total = sum(part for _, part in mine)
        given = [] if family.value in unsupported else [pair for pair in mine if abs(pair[1]) >= SMALLEST]
        given.sort(key=lambda pair: -abs(pair[1]))
        families.append(
            FamilyReasons(
                family=family.value,
                text=_family_text(family, total, hidden=family.value in unsupported),
                contribution=total,
                reasons=tuple(_reason(feature, values, part, typical, evidence) for feature, part in given),
            )
        )
    return tuple(sorted(families, key=lambda one: -abs(one.contribution)))


def _family_text(family: Family, total: float, *, hidden: bool) -> str:
    if hidden:
        return f"{_FAMILY_TEXT[family]}: the evidence found no use in this family, so no reason is drawn from it."
    if abs(total) < SMALLEST:
        return f"{_FAMILY_TEXT[family]} goes with no change of the score."
    return f"{_FAMILY_TEXT[family]} goes with a {'higher' if total > 0 else 'lower'} score than the average."


def _reason(
    feature: Feature,
    values: Mapping[str, float | None],
    part: float,
    typical: Mapping[str, float | None],
    evidence: Evidences,
) -> Reason:
    found = evidence(feature)
    value = values[feature.name]
    return Reason(
        feature=feature.name,
        family=feature.family.value,
        text=describe(feature, value, typical.get(feature.name)),
        value=value,
        typical=typical.get(feature.name),
        unit=feature.unit,
        contribution=part,
        direction="raises" if part > 0 else "lowers" if part < 0 else "neutral",
        incidents=incident_refs(found),
        incidents_total=len({one.incident_id for one in found}),
    )
