"""The only counterfactual offered: what the scores would be if nothing further were recorded."""

from collections.abc import Sequence
from itertools import combinations

from matac_ml.practice import CYCLE_DAYS, HORIZON_DAYS
from matac_ml.wording import joined

#: Four weeks, a quarter and half a year: one, three and six or seven meetings from now.
FORWARD_DAYS = (CYCLE_DAYS, 90, HORIZON_DAYS)

#: Changes of a probability that no reader would see: a tenth of a percentage point.
_SMALLEST = 0.0005


def forward_text(points: Sequence[int], probabilities: Sequence[float | None]) -> str:
    """Say which way the scores of later days go, and what that does not show.

    Parameters
    ----------
    points : sequence of int
        Totals of the matrix, today's first.
    probabilities : sequence of float or None
        Of the model on the same days; None where it gives no number.
    """
    said = [f"the points {_moves(points, 0)}"]
    given = [value for value in probabilities if value is not None]
    if len(given) == len(probabilities) and given:
        said.append(f"the probability {_moves(given, _SMALLEST, singular=True)}")
    elif given:
        said.append("the model gives a probability on some of these days only")
    meanings = []
    if any("fall" in part for part in said):
        meanings.append("a fall does not show that anything worked")
    if any("rise" in part for part in said):
        meanings.append("a rise does not show that anybody did anything")
    meanings.append("it does not forecast that nothing will be recorded")
    return (
        f"If nothing further were recorded, {joined(said)}. Only time passes: recency fades and windows close. "
        f"{_sentence(joined(meanings))}"
    )


def _moves(values: Sequence[float], smallest: float, *, singular: bool = False) -> str:
    s = "s" if singular else ""
    changes = [later - earlier for earlier, later in combinations(values, 2)]
    rises, falls = any(change > smallest for change in changes), any(change < -smallest for change in changes)
    if rises and falls:
        return f"rise{s} and fall{s}"
    return f"{'rise' if rises else 'fall' if falls else 'stay'}{s}{'' if rises or falls else ' the same'}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
