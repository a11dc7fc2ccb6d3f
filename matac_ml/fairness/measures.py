"""What is measured of each group, declared once: formula, unit, and the differences that matter.

A measure added to :data:`MEASURES` is computed for every group with its interval, compared where ``tested``, written
into an audit's facts, rounded for publication by what its formula counts, printed, and listed in ``docs/measures.md``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matac_ml.evaluation import CellSum, Ratio, cell
from matac_ml.fairness.within import auc_by_group, slope_by_group

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Groups of neighbouring probabilities, of equal size over everybody, in which the calibration error is taken.
BINS = 10
#: Outcomes minus probabilities, a cell a bin.
IN_BINS = tuple(f"residual_{bin_}" for bin_ in range(BINS))
#: CellSum that count rows, from which a reader who knows two knows a third.
COUNTS = ("rows", "outcomes", "selected", "hits")
#: Sums over the rows of a group, from which every ratio here follows.
SUMS = (*COUNTS, "score", "squared_error", "displacement", *IN_BINS)
ROWS, OUTCOMES, SELECTED, HITS = map(cell, COUNTS)
SCORE, SQUARED_ERROR, DISPLACEMENT = map(cell, ("score", "squared_error", "displacement"))
#: About fewer people than this nothing is said, however many rows they have.
FEWEST_PEOPLE = 10


@dataclass(frozen=True)
class Unit:
    """How people read a measure: times ``factor``, in ``name``, to so many decimal places."""

    factor: int = 1
    name: str = ""
    decimals: int = 3


PERCENT, PER_THOUSAND, POINTS = Unit(100, "%", 1), Unit(1000, "per 1,000", 1), Unit(100, "points", 1)


@dataclass(frozen=True)
class AgainstOthers:
    """A ratio of each group over the same ratio of everybody else; the last axis is the groups."""

    ratio: Ratio

    def of(self, cells: Mapping[str, Floats]) -> Floats:
        """The ratio of ratios; NaN where others have none."""
        others = {name: sums.sum(-1, keepdims=True) - sums for name, sums in cells.items() if name in self.ratio.names}
        above, below = self.ratio.above.of(others), self.ratio.below.of(others)
        with np.errstate(invalid="ignore", divide="ignore"):
            theirs = np.where(above > 1e-9, above / below, np.nan)
            found: Floats = self.ratio.above.of(cells) / self.ratio.below.of(cells) / theirs
        return found

    def __str__(self) -> str:
        return f"{self.ratio}, over the same of everybody else"


@dataclass(frozen=True)
class OwnError:
    """A figure that is no ratio of sums, with its standard error: ``of(outcome, score, person, code, groups)``.

    Attributes
    ----------
    limits : tuple of float
        Between which every value lies.
    """

    of: Callable[[Floats, Floats, Ints, Ints, int], tuple[Floats, Floats]]
    text: str
    limits: tuple[float, float] = (-np.inf, np.inf)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class GroupMeasure:
    """One measure of a group.

    Attributes
    ----------
    title, short : str
        In a paper, and as the head of a column.
    enough : int
        Fewer than this below the line says nothing about the group.
    tested : bool
        Whether groups are compared.
    needs : str
        ``"probability"`` or ``"matrix"`` where the instrument must give probabilities or be held against the matrix.
    held_alike : bool
        Whether the gate and the papers hold matrix and model to it alike: a matrix promises no probability, and moves
        nobody against itself.
    worst : float or None
        The value at which the instrument fails a group altogether: nobody selected, every choice wrong, every outcome
        missed. Where even that would have gone unnoticed in a group, nothing is said about it.
    unnoticed : float
        The largest gap that may go unnoticed and *no disparity found* still be said. A test of few people notices only
        enormous gaps; to say of one that nothing was found reads as an all-clear. These are choices, not findings: as
        wide as a board might still be glad to know of, and printed beside the verdicts.
    of_everybody : bool
        ``unnoticed`` is a share of everybody's value, and not in the measure's own unit.
    """

    name: str
    title: str
    formula: Ratio | AgainstOthers | OwnError
    enough: int = 0
    tested: bool = True
    short: str = ""
    unit: Unit = Unit()
    needs: str = ""
    held_alike: bool = False
    worst: float | None = None
    unnoticed: float = np.inf
    of_everybody: bool = False

    @property
    def cells(self) -> frozenset[str]:
        """The sums that it needs; none where it has an error of its own."""
        ratio = self.formula.ratio if isinstance(self.formula, AgainstOthers) else self.formula
        return ratio.names if isinstance(ratio, Ratio) else frozenset()

    @property
    def of_sizes(self) -> bool:
        """Whether it adds sizes without their sign, so that it is never negative and grows with a group's own noise."""
        return isinstance(self.formula, Ratio) and self.formula.above.absolute

    @property
    def of_a_cut(self) -> bool:
        """Whether it counts rows alone, and so depends on where the list is cut; the others are audited once."""
        return bool(self.cells) and self.cells <= set(COUNTS)

    def of(self, cells: Mapping[str, Floats]) -> Floats:
        """The measure from sums by name, of every group on the last axis."""
        if isinstance(self.formula, OwnError):
            raise TypeError(f"{self.name} is no ratio of sums")
        return self.formula.of(cells)

    def is_enough(self, cells: Mapping[str, Floats]) -> npt.NDArray[np.bool_]:
        """Whether what is below the line says anything about a group."""
        below = self.formula.below.of(cells) if isinstance(self.formula, Ratio) else cells["rows"]
        return np.asarray(below >= self.enough)

    def largest_unnoticed(self, overall: float) -> float:
        """The largest gap from everybody's value that may go unnoticed, never more than failing a group altogether."""
        failed = np.inf if self.worst is None else abs(overall - self.worst)
        return min(failed, self.unnoticed * abs(overall) if self.of_everybody else self.unnoticed)


MEASURES = (
    GroupMeasure("base_rate", "Share whose outcome was recorded", OUTCOMES / ROWS, 30, tested=False, short="outcome",
                 unit=PERCENT, unnoticed=0.5, of_everybody=True),
    GroupMeasure("selected_share", "Share on the lists", SELECTED / ROWS, 100, short="share on the lists",
                 unit=PER_THOUSAND, held_alike=True, worst=0.0, unnoticed=1.0, of_everybody=True),
    GroupMeasure("precision", "Precision on the lists", HITS / SELECTED, 10, short="precision", unit=Unit(100, "%", 0),
                 held_alike=True, worst=0.0, unnoticed=0.2),
    GroupMeasure("false_negative_rate", "False negative rate (outcomes off the lists)", (OUTCOMES - HITS) / OUTCOMES,
                 30, short="false negative rate", unit=PERCENT, held_alike=True, worst=1.0, unnoticed=0.2),
    GroupMeasure("false_positive_rate", "False positive rate of the lists", (SELECTED - HITS) / (ROWS - OUTCOMES), 100,
                 short="false positive rate", unit=PER_THOUSAND, held_alike=True, worst=0.0, unnoticed=1.0,
                 of_everybody=True),
    GroupMeasure("mean_score", "Mean score", SCORE / ROWS, 30, unit=PERCENT, unnoticed=0.5, of_everybody=True),
    GroupMeasure("calibration_in_the_large", "Recorded minus predicted", (OUTCOMES - SCORE) / ROWS, 100, unit=POINTS,
                 needs="probability", unnoticed=0.05),
    GroupMeasure("calibration_error", "Calibration error",
                 CellSum(tuple((name, 1.0) for name in IN_BINS), absolute=True) / ROWS, 100, needs="probability",
                 unnoticed=0.05),
    GroupMeasure("brier", "Brier score", SQUARED_ERROR / ROWS, 30, tested=False, needs="probability"),
    GroupMeasure("rank_displacement", "Change of position against the matrix, in shares of the list (above 0: nearer "
                 "the top)", DISPLACEMENT / ROWS, 30, needs="matrix", unnoticed=0.1),
    GroupMeasure("selection_ratio", "Share on the lists, over that of everybody else", AgainstOthers(SELECTED / ROWS),
                 tested=False),
    GroupMeasure("auc", "AUC within the group",
                 OwnError(auc_by_group, "how often a row with the outcome outscores one without", (0.0, 1.0)),
                 short="AUC", held_alike=True, unnoticed=0.1),
    GroupMeasure("calibration_slope", "Calibration slope",
                 OwnError(slope_by_group, "slope of the outcome's log-odds on the probability's"), needs="probability",
                 unnoticed=0.5),
)  # fmt: skip
#: How often the suspects of victims are missed, and how far down the list they stand: of victims, not of people ranked.
SUSPECTS_MISSED = GroupMeasure(
    "false_negative_rate", "Their suspects were not on the list", (OUTCOMES - HITS) / OUTCOMES, 30, unit=PERCENT,
    worst=1.0, unnoticed=0.2,
)  # fmt: skip
MEAN_PLACE = GroupMeasure(
    "mean_place", "Share of the list above their suspects, on average", cell("share_above") / ROWS, 30, unnoticed=0.1
)
#: Measure by name; that of victims by which its name is not used twice is with them.
BY_NAME = {measure.name: measure for measure in (*MEASURES, MEAN_PLACE)}
#: Measures that depend on where the list is cut; the others are audited once.
OF_A_CUT = tuple(measure.name for measure in MEASURES if measure.of_a_cut)
#: Measures to which matrix and model are held alike, in papers and by the gate.
COMPARED = tuple(measure.name for measure in MEASURES if measure.held_alike)


def named(sums: Floats) -> dict[str, Floats]:
    """Sums of shape ``(..., len(SUMS))`` as cells by name, each of shape ``(...)``."""
    return {name: sums[..., place] for place, name in enumerate(SUMS)}


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


def bin_of(probability: Floats) -> Ints:
    """The bin of every row's probability, shape ``(n,)``: tenths of everybody, fewer where many probabilities tie."""
    edges = np.unique(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]))
    found: Ints = np.searchsorted(edges, probability, side="left")
    return found


def _residuals(outcome: Floats, probability: Floats | None) -> Floats:
    """Outcome minus probability, each in the column of its bin, shape ``(n, BINS)``."""
    found = np.zeros((len(outcome), BINS))
    if probability is not None:
        found[np.arange(len(outcome)), bin_of(probability)] = outcome - probability
    return found


def calibration_errors_by_chance(
    residual: Floats, rows: Floats, code: Ints, groups: int, *, replicates: int, seed: int
) -> Floats:
    """Calibration errors of groups that are calibrated as everybody is, shape ``(replicates, groups)``.

    Parameters
    ----------
    residual, rows : ndarray, shape (people, BINS)
        What each person adds in every bin: outcome minus probability, and rows.
    code : ndarray of int, shape (people,)

    Notes
    -----
    A group is given everybody's mean residual in each bin, and normal errors with the covariance that its own people
    give it. Groups of other base rates have other errors; moving people among groups would give all the same.
    """
    total = rows.sum(axis=0)
    mean = residual.sum(axis=0) / np.where(total > 0, total, 1.0)
    beyond = residual - rows * mean
    rng = np.random.default_rng([seed, 5])
    found = np.empty((replicates, groups))
    for group in range(groups):
        own = code == group
        square = beyond[own].T @ beyond[own]
        values, vectors = np.linalg.eigh(square)
        noise = rng.standard_normal((replicates, BINS)) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
        there = rows[own].sum(axis=0)
        found[:, group] = np.abs(there * mean + noise).sum(axis=1) / max(there.sum(), 1e-12)
    return found
