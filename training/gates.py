"""What must hold before a release of a run is approved, and whether it does."""

import math
from functools import partial

from matac_ml.evaluation import BY_NAME as MEASURES
from matac_ml.evaluation import Interval
from matac_ml.facts import AuditFacts, CalibrationFacts, GateFacts, GateStanding, Verdict, finite
from matac_ml.fairness.groups import is_of_people
from matac_ml.fairness.measures import BY_NAME, COMPARED
from model_cards.gate_text import at_capacity_text
from training.compare import ComparedContender, Comparison
from training.contender_facts import contender_facts
from training.drift import calibration_gate
from training.recipe import Gates
from training.stability import Stability, stable_gate

_OFF = "The recipe switched this gate off"
_DISPARITY = "No disparity by who people are that the matrix does not have"
#: A model that was measured lower than the matrix passes only where its interval ends within this share of the
#: matrix's figure: where lists hold too little to tell, the gate is not judged.
MAY_BE_LOWER = 0.1


def judge(
    chosen: ComparedContender,
    found: Comparison,
    audit: AuditFacts | None,
    leaks: tuple[str, ...],
    *,
    held: CalibrationFacts,
    stable: Stability | None = None,
    settings: Gates,
) -> tuple[GateFacts, ...]:
    """Judge every gate.

    Parameters
    ----------
    chosen : ComparedContender
        The contender in the bundle.
    audit : AuditFacts or None
    leaks : tuple of str
        Signs of a leak, one sentence each.
    held : CalibrationFacts
        How its probabilities held on the test dates.
    stable : Stability, optional
        Share of the lists that stays when the model is fitted again, see :func:`training.stability.stays`.
    settings : Gates
        The recipe's.

    Returns
    -------
    tuple of GateFacts
        Each of :data:`matac_ml.gates.GATES` in its order. One that was switched off, or had nothing to be judged by, is
        listed as not judged.
    """
    no_worse = partial(_no_worse_than, chosen=chosen, found=found)
    return (
        no_worse(
            "matrix",
            "auc",
            name="better_than_matrix",
            title="AUC at least the matrix's",
            is_on=settings.auc_at_least_matrix,
        ),
        no_worse(
            "base_rate",
            "brier",
            name="better_than_base_rate",
            title="Brier score no worse than the base rate's",
            is_on=settings.brier_at_least_base_rate,
        ),
        calibration_gate(held, settings),
        _at_capacity("precision_at_k", chosen, found, is_on=settings.precision_at_capacity),
        _at_capacity("harm_at_k", chosen, found, is_on=settings.harm_at_capacity),
        stable_gate(stable, settings.least_stable),
        _no_leak(chosen, leaks, settings),
        _no_new_disparity(audit) if settings.no_audit_failure else _not_judged("no_new_disparity", _DISPARITY, _OFF),
    )


def _standing(passed: bool) -> GateStanding:
    return GateStanding.PASSED if passed else GateStanding.NOT_PASSED


def _not_judged(name: str, title: str, text: str) -> GateFacts:
    return GateFacts(name=name, title=title, standing=GateStanding.NOT_JUDGED, text=text)


def _no_worse_than(
    rival: str, measure: str, *, name: str, title: str, is_on: bool, chosen: ComparedContender, found: Comparison
) -> GateFacts:
    """Whether one measure of the chosen contender is at least as good as that of a simpler one."""
    called = rival.replace("_", " ")
    if not is_on:
        return _not_judged(name, title, _OFF)
    if rival not in found:
        return _not_judged(name, title, f"The {called} was not among the contenders of this run")
    declared = MEASURES[measure]
    mine, theirs = (contender.measured.values[measure].value for contender in (chosen, found[rival]))
    if not (math.isfinite(mine) and math.isfinite(theirs)):
        return _not_judged(name, title, f"The {declared.title} could not be measured on the test rows")
    digits, order = declared.decimals, "" if declared.better > 0 else "; lower is better"
    # Held against each other as they are printed: two figures that read alike are not called worse.
    mine, theirs = round(mine, digits), round(theirs, digits)
    text = f"{declared.title} {mine:.{digits}f}, the {called} {theirs:.{digits}f}{order}"
    standing = _standing((mine - theirs) * declared.better >= 0)
    return GateFacts(name=name, title=title, standing=standing, text=text, figure=mine, bound=theirs)


#: Measure -> name and title of the gate that holds it against the matrix on lists of the meeting's capacity.
_AT_CAPACITY = {
    "precision_at_k": ("precision_at_capacity", "Precision at capacity no worse than the matrix's"),
    "harm_at_k": ("harm_at_capacity", "Harm captured at capacity no worse than the matrix's"),
}


def _at_capacity(measure: str, chosen: ComparedContender, found: Comparison, *, is_on: bool) -> GateFacts:
    """Whether the meeting's lists are worse than the matrix's: the paired difference, with people drawn again."""
    name, title = _AT_CAPACITY[measure]
    if not is_on:
        return _not_judged(name, title, _OFF)
    if "matrix" not in found:
        return _not_judged(name, title, "The matrix was not among the contenders of this run")
    gap, theirs = chosen.against_matrix[measure], found["matrix"].measured.values[measure].value
    if not all(map(math.isfinite, (gap.value, gap.low, gap.high))):
        return _not_judged(name, title, "The test rows hold too few people or outcomes for an interval")
    standing, bound = no_worse(gap, theirs), -MAY_BE_LOWER * theirs
    model, matrix = (contender_facts(contender, found) for contender in (chosen, found["matrix"]))
    text = at_capacity_text(measure, model, matrix, standing=standing, k=found.k)
    return GateFacts(
        name=name, title=title, standing=standing, text=text, figure=gap.value, bound=bound, measure=measure
    )


def no_worse(gap: Interval, matrix: float) -> GateStanding:
    """Whether a difference from the matrix shows that the model is worse.

    Parameters
    ----------
    gap : Interval
        Model minus matrix; higher is better.
    matrix : float
        The matrix's own figure.
    """
    if gap.high < 0:
        return GateStanding.NOT_PASSED
    within = gap.value >= 0 or gap.low >= -MAY_BE_LOWER * matrix
    return GateStanding.PASSED if within else GateStanding.NOT_JUDGED


def _no_leak(chosen: ComparedContender, leaks: tuple[str, ...], settings: Gates) -> GateFacts:
    name, title, limit = "no_leak", "No leak suspected", settings.largest_auc
    area = chosen.measured.values["auc"].value
    if not math.isfinite(area) and not leaks:
        return _not_judged(name, title, "The AUC could not be measured on the test rows, so no leak could be seen")
    passed = round(area, 3) <= limit and not leaks
    shown = f"AUC {area:.3f}" if math.isfinite(area) else "AUC not measured"
    text = f"{shown}; suspected above {limit:g}; other signs: {len(leaks)}"
    return GateFacts(name=name, title=title, standing=_standing(passed), text=text, figure=finite(area), bound=limit)


def _no_new_disparity(audit: AuditFacts | None) -> GateFacts:
    name = "no_new_disparity"
    if audit is None:
        text = "No audit was made: the extract holds nothing to group people by"
        return _not_judged(name, _DISPARITY, text)
    instruments = {instrument.name for instrument in audit.instruments}
    if not {"model", "matrix"} <= instruments:
        return _not_judged(name, _DISPARITY, "The audit does not hold both the model and the matrix")
    return _disparities(name, audit)


def _elsewhere(disparities: int) -> str:
    """What the bias report shows beside the gate's own comparisons."""
    if not disparities:
        return "there too none was found that the matrix does not have"
    what = "1 disparity" if disparities == 1 else f"{disparities} disparities"
    return f"there the model has {what} that the matrix does not have"


def _disparities(name: str, audit: AuditFacts) -> GateFacts:
    found = {
        instrument.name: {
            (a.attribute, gap.measure)
            for a in instrument.attributes
            for gap in a.gaps
            if gap.verdict is Verdict.DISPARITY
        }
        for instrument in audit.instruments
    }
    model = audit["model"]
    asked_of = [
        g.verdict for a in model.attributes if is_of_people(a.attribute) for g in a.gaps if g.measure in COMPARED
    ]
    if all(verdict is Verdict.NOT_ENOUGH for verdict in asked_of):
        text = f"None of {len(asked_of)} comparisons by who people are had enough evidence"
        return _not_judged(name, _DISPARITY, text)
    new = sorted(found["model"] - found["matrix"])
    # Only what both instruments have can be held against the model: points promise no probability and move nobody.
    titles = {a.attribute: a.title for instrument in audit.instruments for a in instrument.attributes}
    comparable = [f"{titles[a]}: {BY_NAME[m].title}" for a, m in new if m in COMPARED and is_of_people(a)]
    counts, apart = model.verdicts, len(new) - len(comparable)
    measures = ", ".join(BY_NAME[m].short for m in COMPARED)
    text = (
        f"{'; '.join(comparable) or 'None found'} in the {len(COMPARED)} measures that both have ({measures}); "
        f"{asked_of.count(Verdict.NOT_ENOUGH)} of these {len(asked_of)} comparisons hold too little data to say. "
        f"This gate looks at no other measure, and not at groups by what is recorded; {_elsewhere(apart)}"
    )
    verdicts = {verdict.value: count for verdict, count in counts.items()}
    return GateFacts(
        name=name,
        title=_DISPARITY,
        standing=_standing(not comparable),
        text=text,
        figure=len(comparable),
        bound=0,
        verdicts=verdicts,
    )
