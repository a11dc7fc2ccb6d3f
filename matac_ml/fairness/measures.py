"""What is measured of each group: ratios of sums over rows, so that an interval costs one product of matrices."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Sums over the rows of a group, from which every measure follows.
SUMS = ("rows", "outcomes", "selected", "hits", "probability", "squared_error")


@dataclass(frozen=True)
class GroupMeasure:
    """One measure of a group.

    Attributes
    ----------
    above, below : tuple of (sum, factor)
        The measure is the weighted sum above divided by the one below.
    enough : int
        Fewer than this below the line says nothing about the group.
    tested : bool
        Whether groups are compared by a permutation test.
    needs_probability : bool
        Whether the instrument must give probabilities.
    """

    name: str
    title: str
    above: tuple[tuple[str, float], ...]
    below: tuple[tuple[str, float], ...]
    enough: int
    tested: bool
    needs_probability: bool = False

    def of(self, sums: Floats) -> Floats:
        """Measure from sums, shape ``(..., len(SUMS))``; NaN where nothing is below the line."""
        top, bottom = _weighted(sums, self.above), _weighted(sums, self.below)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = np.where(bottom > 1e-12, top / bottom, np.nan)
        return found

    def below_line(self, sums: Floats) -> Floats:
        """What is below the line, shape ``(...)``."""
        return _weighted(sums, self.below)


def _weighted(sums: Floats, parts: tuple[tuple[str, float], ...]) -> Floats:
    total: Floats = np.zeros(sums.shape[:-1])
    for name, factor in parts:
        total = total + factor * sums[..., SUMS.index(name)]
    return total


_MISSES = (("outcomes", 1.0), ("hits", -1.0))
_QUIET = (("rows", 1.0), ("outcomes", -1.0))
MEASURES = (
    GroupMeasure("base_rate", "Share whose outcome was recorded", (("outcomes", 1.0),), (("rows", 1.0),), 30, False),
    GroupMeasure("selected_share", "Share on the lists", (("selected", 1.0),), (("rows", 1.0),), 100, True),
    GroupMeasure("precision", "Precision on the lists", (("hits", 1.0),), (("selected", 1.0),), 10, True),
    GroupMeasure("miss_rate", "Miss rate: outcomes off the lists", _MISSES, (("outcomes", 1.0),), 30, True),
    GroupMeasure(
        "false_positive_rate",
        "False positive rate of the lists",
        (("selected", 1.0), ("hits", -1.0)),
        _QUIET,
        100,
        True,
    ),
    GroupMeasure("mean_score", "Mean probability", (("probability", 1.0),), (("rows", 1.0),), 30, False, True),
    GroupMeasure(
        "calibration_in_the_large",
        "Recorded minus predicted",
        (("outcomes", 1.0), ("probability", -1.0)),
        (("rows", 1.0),),
        100,
        True,
        True,
    ),
    GroupMeasure("brier", "Brier score", (("squared_error", 1.0),), (("rows", 1.0),), 30, False, True),
)

#: Every measure of a group by name, in the order of a report; those that are no ratio of sums included.
MEASURE_TITLES = {
    **{measure.name: measure.title for measure in MEASURES},
    "selection_ratio": "Share on the lists, over that of everybody else",
    "calibration_slope": "Calibration slope",
    "calibration_error": "Calibration error",
    "auc": "AUC within the group",
    "rank_displacement": "Places moved against the matrix, as a share of the list; above 0 is nearer to the top",
    "mean_place": "Share of the list that stands above, on average",
}


def row_sums(outcome: Floats, chosen: Floats, probability: Floats | None) -> Floats:
    """The sums of every single row, shape ``(n, len(SUMS))``."""
    p = np.zeros_like(outcome) if probability is None else probability
    return np.column_stack([np.ones_like(outcome), outcome, chosen, chosen * outcome, p, (p - outcome) ** 2])
