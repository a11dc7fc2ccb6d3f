"""The verdicts a board looks for first: may it be promoted, does it earn its place, what could not be told."""

from matac_ml.facts import RunFacts
from matac_ml.fairness import AuditFacts, InstrumentFacts, Verdict
from model_cards.performance import performance, printed_difference, told_apart

_BETTER = "the model is better than the matrix"


def promotion(facts: RunFacts) -> tuple[str, str]:
    """Whether every gate was passed, in a lead and a sentence."""
    failed = [gate for gate in facts.gates if not gate.passed]
    if not facts.gates:
        return "No gate was set.", "Nothing in this run says whether the model may be promoted."
    if failed:
        names = "; ".join(f"{gate.title}: {gate.standing.words} ({gate.text})" for gate in failed)
        return (
            "Not to be promoted as it stands.",
            f"{len(failed)} of {len(facts.gates)} gates do not hold, and each needs a waiver by name: {names}.",
        )
    return (
        "May be put to an approver.",
        f"All {len(facts.gates)} gates were passed. A gate is the least that must hold; the decision is yours.",
    )


def against_matrix(facts: RunFacts) -> tuple[str, ...]:
    """Say plainly what the model adds to the matrix, and where it adds nothing that can be told from chance."""
    chosen = facts[facts.chosen]
    lines = []
    if "matrix" not in facts or facts.chosen == "matrix":
        return ("The model was not compared with a matrix.",)
    one, matrix = performance(chosen), performance(facts["matrix"])
    for name, title, better in (
        ("precision_at_k", f"By precision at {facts.k}", 1),
        ("auc", "By AUC", 1),
        ("brier", "By Brier score", -1),
    ):
        gap = chosen.against_matrix.get(name)
        if gap is None or gap.value is None or gap.low is None:
            continue
        if not told_apart(one, matrix, name):
            said = "model and matrix cannot be told apart"
        else:
            said = _BETTER if gap.value * better > 0 else "the matrix is better"
        lines.append(f"{title}, {said}: difference {printed_difference(one, matrix, name)}.")
    return tuple(lines)


def made_up_points(facts: RunFacts) -> tuple[str, ...]:
    """Say so where the policy's own label calls its points illustrative: no force's matrix was compared."""
    if "matrix" not in facts or "illustrative" not in facts.policy.label.lower():
        return ()
    said = "The matrix compared here has made-up points: nothing here says that the model is better than a force's own."
    return (said,)


def benefits(facts: RunFacts) -> str:
    """By what the model is better than the matrix, for a field that asks for benefits alone."""
    better = [line for line in against_matrix(facts) if _BETTER in line]
    return " ".join(better) or "No benefit over the matrix was found in this run."


def counts(found: dict[Verdict, int]) -> str:
    """How many comparisons ended in each verdict, the worst first."""
    return (
        f"{found[Verdict.DISPARITY]} show a difference larger than chance; in {found[Verdict.NO_DISPARITY]} none was "
        f"found; for {found[Verdict.NOT_ENOUGH]} there is too little data to say"
    )


def instrument_counts(one: InstrumentFacts) -> str:
    """The sentence for one instrument."""
    total = sum(one.verdicts.values())
    return f"{one.label}: of {total} comparison{'s' if total != 1 else ''} of groups, {counts(one.verdicts)}."


def audit_lines(audit: AuditFacts | None) -> tuple[str, ...]:
    """The verdicts in a few sentences."""
    if audit is None:
        return ("Not enough evidence: no audit was made, because the extract holds nothing to group people by.",)
    return tuple(instrument_counts(one) for one in audit.instruments) + too_small(audit)


def too_small(audit: AuditFacts) -> tuple[str, ...]:
    """How many comparisons left out some group, though others could be compared."""
    gaps = [gap for one in audit.instruments for a in one.attributes for gap in a.gaps]
    partly = sum(bool(gap.too_small) for gap in gaps if gap.verdict is not Verdict.NOT_ENOUGH)
    if not partly:
        return ()
    answered = sum(gap.verdict is not Verdict.NOT_ENOUGH for gap in gaps)
    return (f"Of the {answered} with another verdict, {partly} could still say nothing about one group or more.",)
