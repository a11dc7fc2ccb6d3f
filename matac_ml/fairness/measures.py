"""What is measured of each group: ratios of sums over rows, so that an interval costs one product of matrices."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Groups of neighbouring probabilities, of equal size over everybody, in which the calibration error is taken.
BINS = 10
_IN_BINS = tuple(f"residual_{bin_}" for bin_ in range(BINS))
#: Sums over the rows of a group, from which every measure here follows.
SUMS = ("rows", "outcomes", "selected", "hits", "score", "squared_error", "displacement", *_IN_BINS)
#: Measures to which matrix and model are held alike, in papers and by the gate: a matrix promises no probability, and
#: moves nobody against itself.
COMPARED = ("selected_share", "precision", "miss_rate", "false_positive_rate", "auc")
#: About fewer people than this nothing is said, however many rows they have.
FEWEST_PEOPLE = 10


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
        Whether groups are compared.
    needs : str
        ``"probability"`` or ``"matrix"`` where the instrument must give probabilities or be held against the matrix.
    worst : float or None
        The value at which the instrument fails a group altogether: nobody selected, every choice wrong, every outcome
        missed. Where even that would have gone unnoticed in a group, nothing is said about it.
    absolute : bool
        The parts above the line are summed without their signs.
    """

    name: str
    title: str
    above: tuple[tuple[str, float], ...]
    below: tuple[tuple[str, float], ...]
    enough: int
    tested: bool
    needs: str = ""
    worst: float | None = None
    absolute: bool = False

    def of(self, sums: Floats) -> Floats:
        """Measure from sums, shape ``(..., len(SUMS))``; NaN where nothing is below the line."""
        top, bottom = _weighted(sums, self.above, absolute=self.absolute), self.below_line(sums)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = np.where(bottom > 1e-12, top / bottom, np.nan)
        return found

    def below_line(self, sums: Floats) -> Floats:
        """What is below the line, shape ``(...)``."""
        return _weighted(sums, self.below)


def _weighted(sums: Floats, parts: tuple[tuple[str, float], ...], *, absolute: bool = False) -> Floats:
    total: Floats = np.zeros(sums.shape[:-1])
    for name, factor in parts:
        part = factor * sums[..., SUMS.index(name)]
        total = total + (np.abs(part) if absolute else part)
    return total


_ROWS = (("rows", 1.0),)
_MISSES = (("outcomes", 1.0), ("hits", -1.0))
_WRONG, _QUIET = (("selected", 1.0), ("hits", -1.0)), (("rows", 1.0), ("outcomes", -1.0))
_RESIDUAL = (("outcomes", 1.0), ("score", -1.0))
MEASURES = (
    GroupMeasure("base_rate", "Share whose outcome was recorded", (("outcomes", 1.0),), _ROWS, 30, False),
    GroupMeasure("selected_share", "Share on the lists", (("selected", 1.0),), _ROWS, 100, True, worst=0.0),
    GroupMeasure("precision", "Precision on the lists", (("hits", 1.0),), (("selected", 1.0),), 10, True, worst=0.0),
    GroupMeasure(
        "miss_rate", "False negative rate (outcomes off the lists)", _MISSES, (("outcomes", 1.0),), 30, True, worst=1.0
    ),
    GroupMeasure("false_positive_rate", "False positive rate of the lists", _WRONG, _QUIET, 100, True, worst=0.0),
    GroupMeasure("mean_score", "Mean score", (("score", 1.0),), _ROWS, 30, True),
    GroupMeasure("calibration_in_the_large", "Recorded minus predicted", _RESIDUAL, _ROWS, 100, True, "probability"),
    GroupMeasure(
        "calibration_error", "Calibration error", tuple((name, 1.0) for name in _IN_BINS), _ROWS, 100, True,
        "probability", absolute=True,
    ),
    GroupMeasure("brier", "Brier score", (("squared_error", 1.0),), _ROWS, 30, False, "probability"),
    GroupMeasure(
        "rank_displacement", "Change of position against the matrix, in shares of the list (above 0: nearer the top)",
        (("displacement", 1.0),), _ROWS, 30, True, "matrix",
    ),
)  # fmt: skip
#: How a reader is told of every measure of a group, in the order of a report: also of those that are no ratio of sums.
MEASURE_TITLES = {
    **{measure.name: measure.title for measure in MEASURES},
    "selection_ratio": "Share on the lists, over that of everybody else",
    "calibration_slope": "Calibration slope",
    "auc": "AUC within the group",
    "mean_place": "Mean share of the list that ranks above",
}


def row_sums(
    outcome: Floats, chosen: Floats, *, score: Floats, probability: Floats | None, displacement: Floats | None
) -> Floats:
    """The sums of every single row, shape ``(n, len(SUMS))``.

    Parameters
    ----------
    score : ndarray, shape (n,)
        Taken as it is where there is no probability.
    displacement : ndarray, shape (n,), or None
        Share of the list by which each row stands nearer to the top than under the matrix.
    """
    p = score if probability is None else probability
    columns = [np.ones_like(outcome), outcome, chosen, chosen * outcome, p]
    columns += [np.zeros_like(p) if probability is None else (p - outcome) ** 2]
    columns += [np.zeros_like(p) if displacement is None else displacement]
    return np.column_stack([*columns, _residuals(outcome, probability)])


def _residuals(outcome: Floats, probability: Floats | None) -> Floats:
    """Outcome minus probability, each in the column of its bin, shape ``(n, BINS)``."""
    found = np.zeros((len(outcome), BINS))
    if probability is not None:
        edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
        found[np.arange(len(outcome)), np.searchsorted(edges, probability, side="left")] = outcome - probability
    return found
