"""Confusion matrices, published with every derived figure, and the self-test that recomputes one from the other."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from matac_ml.errors import InvariantError
from matac_ml.evaluation._checks import Floats, outcome_and_probability, outcome_and_score
from matac_ml.evaluation.capacity import places_on_lists
from matac_ml.facts import ConfusionFacts


def _confusion(rule: str, y: Floats, chosen: Floats) -> ConfusionFacts:
    hits, places_given, outcomes = float(chosen @ y), float(chosen.sum()), float(y.sum())
    return ConfusionFacts(
        rule=rule,
        true_positive=hits,
        false_positive=places_given - hits,
        false_negative=outcomes - hits,
        true_negative=len(y) - places_given - outcomes + hits,
    )


def confusion_at_capacity(
    outcome: npt.ArrayLike, score: npt.ArrayLike, cycle: npt.ArrayLike, *, k: int
) -> tuple[ConfusionFacts, Floats]:
    """Confusion matrix of the first ``k`` places of every cycle, and each row's share of a place ``(n,)``."""
    y, s = outcome_and_score(outcome, score)
    chosen = places_on_lists(s, cycle, k)
    return _confusion(f"first {k} places of each list", y, chosen), chosen


def confusion_at_threshold(
    outcome: npt.ArrayLike, probability: npt.ArrayLike, *, threshold: float = 0.5
) -> ConfusionFacts:
    """Confusion matrix of rows whose probability is at least ``threshold``."""
    y, p = outcome_and_probability(outcome, probability)
    return _confusion(f"probability at least {threshold:g}", y, (p >= threshold).astype(np.float64))


def check_derived(confusion: ConfusionFacts, published: Mapping[str, float], *, tolerance: float = 1e-9) -> None:
    """Recompute precision, recall and false positive rate from the cells and compare with what is published.

    Raises
    ------
    InvariantError
        Naming every published figure that does not follow from the matrix.
    """
    cells = (confusion.true_positive, confusion.false_positive, confusion.false_negative, confusion.true_negative)
    wrong = [f"a cell is negative: {cell}" for cell in cells if cell < -tolerance]
    for name in ("precision", "recall", "false_positive_rate"):
        if name in published:
            derived, said = getattr(confusion, name), published[name]
            if not (np.isnan(derived) and np.isnan(said)) and not abs(derived - said) <= tolerance:
                wrong.append(f"{name}: published {said}, the matrix gives {derived}")
    if wrong:
        raise InvariantError(f"Published figures do not follow from the matrix ({confusion.rule}): {'; '.join(wrong)}")
