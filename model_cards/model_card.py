"""The model card: on its first page what the model is for, whether it earns its place, and what is not known."""

from typing import Any

from matac_ml.evaluation import MEASURES
from matac_ml.facts import RunFacts
from model_cards import pictures
from model_cards.changes import changes
from model_cards.figures import figure, with_interval

MAY = (
    "Order people by police-recorded behaviour, beside the RFGV matrix, for a meeting of people who then decide, each "
    "with a reason on the record."
)
MAY_NOT = (
    "Nominate anybody, or take anybody off a list.",
    "Be read as a probability of violence, of guilt, or of anything but another record.",
    "Be shown without the matrix, the incidents behind its reasons, and its limits.",
    "Say anything about people with few or no records: most domestic abuse is never reported.",
    "Be used in another force without being fitted, compared and audited there.",
)
LIMITS = (
    "Records show what was reported and recorded, not what happened.",
    "Other forces' records, and what partner agencies know, are not seen unless they were brought in.",
    "Whoever is visited more often is recorded more often, whatever they do.",
    "A person in custody, or moved away, or no longer reported, looks as if behaviour had changed.",
    "Contributions (SHAP) say what goes together with a score in past data, not what causes anything.",
)


def model_card(facts: RunFacts, previous: RunFacts | None) -> dict[str, Any]:
    """What the template shows."""
    chosen = facts[facts.chosen]
    beside = [facts["matrix"], chosen] if "matrix" in facts and facts.chosen != "matrix" else [chosen]
    shown = [m for m in MEASURES if any(one.measures[m.name].value is not None for one in facts.contenders)]
    return {
        "verdicts": earns_its_place(facts),
        "may": MAY,
        "may_not": MAY_NOT,
        "limits": LIMITS,
        "changes": changes(facts, previous),
        "measures": shown,
        "rows": [
            (one.label, one.name == facts.chosen, [with_interval(one.measures[m.name]) for m in shown])
            for one in facts.contenders
        ],
        "differences": [
            (one.label, [with_interval(one.against_matrix[m.name], signed=True) for m in shown])
            for one in facts.contenders
            if one.against_matrix
        ],
        "confusions": _confusions(facts),
        "calibration": pictures.calibration(beside),
        "over_time": pictures.precision_over_time(beside, k=facts.k),
        "auc": pictures.contenders(facts, "auc", "AUC"),
        "features": sorted(facts.features, key=lambda f: -(f.importance or 0)),
        "figure": figure,
        "with_interval": with_interval,
    }


def earns_its_place(facts: RunFacts) -> tuple[str, ...]:
    """Say plainly what the model adds to the matrix, and where it adds nothing that can be told from chance."""
    chosen = facts[facts.chosen]
    lines = [f"The bundle holds: {chosen.label}; {facts.why}."]
    for name, title, better in (
        ("precision_at_k", f"precision at {facts.k}", 1),
        ("auc", "AUC", 1),
        ("brier", "Brier score", -1),
    ):
        gap = chosen.against_matrix.get(name)
        if gap is None or gap.value is None or gap.low is None:
            continue
        if not gap.excludes_zero:
            said = "the matrix is as good within its interval"
        else:
            said = (
                "the model is better than the matrix"
                if gap.value * better > 0
                else "the matrix is better than the model"
            )
        lines.append(f"By {title}, {said}: difference {with_interval(gap, signed=True)}.")
    passed = sum(gate.passed for gate in facts.gates)
    lines.append(f"{passed} of {len(facts.gates)} gates passed." if facts.gates else "No gate was set.")
    return tuple(lines)


def _confusions(facts: RunFacts) -> list[tuple[str, str, list[str], list[str]]]:
    rows = []
    for one in facts.contenders:
        for matrix in one.confusion:
            cells = (matrix.true_positive, matrix.false_positive, matrix.false_negative, matrix.true_negative)
            tp, fp, fn, tn = cells
            derived = (_ratio(tp, tp + fp), _ratio(tp, tp + fn), _ratio(fp, fp + tn))
            rows.append((one.label, matrix.rule, [f"{round(c, 2):,.10g}" for c in cells], [figure(d) for d in derived]))
    return rows


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
