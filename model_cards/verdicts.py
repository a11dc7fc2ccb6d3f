"""The verdicts a board looks for first: may it be promoted, does it earn its place, what could not be told."""

from matac_ml.facts import AuditFacts, Estimate, InstrumentFacts, RunFacts, Verdict
from model_cards.figures import BARELY, figure, with_interval
from model_cards.performance import performance, printed_difference, told_apart

_BETTER = "the model is better than the matrix"


def promotion(facts: RunFacts) -> tuple[str, str]:
    """Whether every gate was passed, in a lead and a sentence."""
    failed = [gate for gate in facts.gates if not gate.passed]
    if not facts.gates:
        return "No gate was set.", "Nothing in this run says whether the model may be approved."
    if failed:
        names = "; ".join(f"{gate.title} ({gate.standing.words})" for gate in failed)
        said = (
            f"{len(failed)} of {len(facts.gates)} gates {'does' if len(failed) == 1 else 'do'} not hold. "
            f"To be approved all the same, each needs a waiver by name, with a reason that is shown here: {names}."
        )
        return "Not to be approved as it stands.", said
    said = f"All {len(facts.gates)} gates were passed. Gates are minimum requirements: the decision is yours."
    return "May be put to an approver.", said


def against_matrix(facts: RunFacts) -> tuple[str, ...]:
    """Say plainly what the model adds to the matrix, and where it adds nothing that can be told from chance."""
    chosen = facts[facts.chosen]
    lines = []
    if "matrix" not in facts or facts.chosen == "matrix":
        return ("The model was not compared with a matrix.",)
    model, matrix = performance(chosen), performance(facts["matrix"])
    for name, title, better, places in (
        ("precision_at_k", f"By precision at {facts.k}", 1, 2),
        ("auc", "By AUC", 1, 3),
        ("brier", "By Brier score", -1, 3),
    ):
        gap = chosen.against_matrix.get(name)
        if gap is None or gap.value is None or gap.low is None:
            continue
        if not told_apart(model, matrix, name):
            said = "no difference between model and matrix can be told from chance"
        else:
            above = (model.difference(name, matrix).low or 0.0) > 0
            said = _BETTER if above is (better > 0) else "the matrix is better"
        each = "; ".join(
            f"{who} {figure(which.estimate(name).value, places=places)}"
            for who, which in (("model", model), ("matrix", matrix))
        )
        lines.append(f"{title}, {said}: difference {printed_difference(model, matrix, name)}; {each}.")
    return tuple(lines)


def calibration(facts: RunFacts) -> tuple[str, ...]:
    """Whether the model's probabilities are right on the test dates, as far as the printed intervals say."""
    found = facts[facts.chosen].measures
    level, slope = (found.get(f"calibration_{name}", Estimate(value=None)) for name in ("intercept", "slope"))
    lines = []
    if level.low is not None and level.high is not None:
        if level.low >= BARELY / 2:
            lines.append("On the whole more was recorded than the model predicts: its probabilities are too low.")
        elif level.high <= -BARELY / 2:
            lines.append("On the whole less was recorded than the model predicts: its probabilities are too high.")
    if slope.low is not None and slope.high is not None:
        if slope.low - 1 >= BARELY / 2:
            lines.append("High probabilities are too low and low ones too high: they are too close to the average.")
        elif slope.high - 1 <= -BARELY / 2:
            lines.append("High probabilities are too high and low ones too low: they are too far from the average.")
    if not lines:
        if level.low is None or slope.low is None:
            return ("Too little was recorded on the test dates to say.",)
        lines = ["No difference between what the model predicts and what was recorded can be told from chance."]
    figures = (
        f"{title} {with_interval(estimate, neutral=right)}, where {right:g} is right"
        for title, estimate, right in (("Calibration intercept", level, 0.0), ("slope", slope, 1.0))
        if estimate.value is not None
    )
    return (f"{' '.join(lines)} {'; '.join(figures)}.",)


def made_up_points(facts: RunFacts) -> tuple[str, ...]:
    """Say so where the policy's own label calls its points illustrative: no force's matrix was compared."""
    if "matrix" not in facts or "illustrative" not in facts.policy.label.lower():
        return ()
    said = (
        "The points of this matrix are illustrative. "
        "Nothing here shows whether the model is better than a force's own matrix."
    )
    return (said,)


def benefits(facts: RunFacts) -> str:
    """By what the model is better than the matrix, for a field that asks for benefits alone."""
    better = [line for line in against_matrix(facts) if _BETTER in line]
    return " ".join(better) or "No benefit over the matrix was found in this run."


def counts(found: dict[Verdict, int]) -> str:
    """How many comparisons ended in each verdict, the worst first."""
    return (
        f"{found[Verdict.DISPARITY]} show a difference larger than chance; "
        f"in {found[Verdict.NO_DISPARITY]} none was found; "
        f"for {found[Verdict.NOT_ENOUGH]} there is too little data to say"
    )


def instrument_counts(instrument: InstrumentFacts) -> str:
    """The sentence for one instrument."""
    total = sum(instrument.verdicts.values())
    comparisons = "1 comparison" if total == 1 else f"{total} comparisons"
    return f"{instrument.label}: of {comparisons} of groups, {counts(instrument.verdicts)}."


def audit_lines(audit: AuditFacts | None) -> tuple[str, ...]:
    """The verdicts in a few sentences."""
    if audit is None:
        return (
            "Not enough evidence: no audit was made, because the records hold nothing by which people can be grouped.",
        )
    return tuple(instrument_counts(instrument) for instrument in audit.instruments) + too_small(audit)


def too_small(audit: AuditFacts) -> tuple[str, ...]:
    """How many comparisons left out some group, though others could be compared."""
    gaps = [gap for instrument in audit.instruments for a in instrument.attributes for gap in a.gaps]
    partly = sum(bool(gap.too_small) for gap in gaps if gap.verdict is not Verdict.NOT_ENOUGH)
    if not partly:
        return ()
    answered = sum(gap.verdict is not Verdict.NOT_ENOUGH for gap in gaps)
    return (
        f"{partly} of the {answered} comparisons with an answer leave out a group with too few people or outcomes.",
    )
