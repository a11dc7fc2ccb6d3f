"""Differences from the matrix as they are published: finer than the figures they are differences of.

Whether a model beats the matrix is what a board decides, and the step that hides one person in a figure can be wider
than that whole difference. A difference of two scores of the same people is moved far less by one of them. So it is
rounded more finely, and the model's own figure is printed as the matrix's figure plus the difference: whoever subtracts
finds what is printed. Tests try to tell from it whether a removed person had the outcome.
"""

from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import Rounding, at_least
from model_cards.figures import BARELY, with_side
from model_cards.rounded import rounded_estimate

#: The finest step of any published figure.
FINEST = 0.001
#: measure -> how many people share a step of its difference; ten share one of the figure itself
_SHARED_BY = {"auc": 5, "brier": 1}
#: Contenders of one figure or none: they differ from the matrix by nearly as much as one person can move a score.
SIMPLE = ("base_rate", "last_incident", "matrix")


def paired_differences(to: Rounding, found: dict[str, Estimate], *, people: int) -> dict[str, Estimate]:
    """Round differences of two models' scores of the same people, under one key so that they keep their order.

    Parameters
    ----------
    people : int
        Different people in the test.
    """
    return {
        name: sided(
            rounded_estimate(to, found[name], max(FINEST, at_least(shared / people)), "paired", name), found[name]
        )
        for name, shared in _SHARED_BY.items()
        if name in found
    }


def sided(rounded: Estimate, exact: Estimate, *, neutral: float = 0.0) -> Estimate:
    """A rounded figure whose interval lies on one side of 0 where the exact one does: the verdict stays true."""
    low, high = (with_side(a, b, neutral=neutral) for a, b in ((rounded.low, exact.low), (rounded.high, exact.high)))
    return rounded.model_copy(update={"low": low, "high": high})


def around(gap: Estimate, value: float) -> Estimate:
    """An interval that holds a printed value, and stays above or below 0 where it was."""
    low, high = gap.low, gap.high
    if low is not None:
        low = min(low, max(value, BARELY) if low > 0 else value)
    if high is not None:
        high = max(high, min(value, -BARELY) if high < 0 else value)
    return Estimate(value=value, low=low, high=high)


def anchored(own: dict[str, Estimate], gaps: dict[str, Estimate], matrix: dict[str, Estimate]) -> dict[str, Estimate]:
    """Figures of a contender as those of the matrix plus the printed differences, inside their intervals."""
    done = {}
    for name, gap in gaps.items():
        theirs = matrix[name].value if name in matrix else None
        if theirs is None or gap.value is None or name not in own:
            continue
        value = round(min(1.0, max(0.0, theirs + gap.value)), 12)
        low, high = own[name].low, own[name].high
        done[name] = Estimate(
            value=value, low=None if low is None else min(low, value), high=None if high is None else max(high, value)
        )
    return done
