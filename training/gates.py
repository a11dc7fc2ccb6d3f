"""What must hold before a release of a run is approved, and whether it does."""

import math
from functools import partial

from matac_ml.evaluation import BY_NAME as MEASURES
from matac_ml.facts import AuditFacts, CalibrationFacts, GateFacts, GateStanding, Verdict, finite
from matac_ml.fairness.groups import is_of_people
from matac_ml.fairness.measures import BY_NAME, COMPARED
from training.compare import ComparedContender, Comparison
from training.drift import calibration_gate
from training.recipe import Gates

_OFF = "The recipe switched this gate off"
_DISPARITY = "No disparity of the model that the matrix does not have"


def judge(
    chosen: ComparedContender,
    found: Comparison,
    audit: AuditFacts | None,
    leaks: tuple[str, ...],
    *,
    held: CalibrationFacts,
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
    text = f"{declared.title} {mine:.{digits}f}, the {called} {theirs:.{digits}f}{order}"
    standing = _standing((mine - theirs) * declared.better >= 0)
    return GateFacts(name=name, title=title, standing=standing, text=text, figure=mine, bound=theirs)


def _no_leak(chosen: ComparedContender, leaks: tuple[str, ...], settings: Gates) -> GateFacts:
    name, title, limit = "no_leak", "No leak suspected", settings.largest_auc
    area = chosen.measured.values["auc"].value
    if not math.isfinite(area) and not leaks:
        return _not_judged(name, title, "The AUC could not be measured on the test rows, so no leak could be seen")
    passed = area <= limit and not leaks
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
    counts = model.verdicts
    unknown, asked = counts[Verdict.NOT_ENOUGH], sum(counts.values())
    apart = len(new) - len(comparable)
    told = f"{apart} {'disparity' if apart == 1 else 'disparities'} that the matrix does not have"
    text = (
        f"{'; '.join(comparable) or 'none found'} in {len(COMPARED)} measures that both have "
        f"({', '.join(BY_NAME[m].short for m in COMPARED)}), by who people are; {unknown} of {asked} "
        "comparisons end in not enough evidence. Not looked at: other measures, and groups by relationship or by being "
        f"recorded as a victim too{f'; there the model has {told}' if apart else ''}"
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
