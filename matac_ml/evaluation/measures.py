"""Every measure of a whole list, declared once, and one contender measured by all of them, with intervals.

A measure added to :data:`MEASURES` is compared, drawn again, written into the facts of a run, printed in the papers and
listed in ``docs/measures.md``: nothing else needs to be changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matac_ml.evaluation._checks import Floats, Ints
from matac_ml.evaluation.bootstrap import FEWEST_PEOPLE, Interval, PersonBootstrap, percentile_interval
from matac_ml.evaluation.calibration import calibration_curve, calibration_line
from matac_ml.evaluation.confusion import check_derived, confusion_at_capacity, confusion_at_threshold
from matac_ml.evaluation.discrimination import auc_of, average_precision_of, levels
from matac_ml.evaluation.formulas import LinePart, RankFormula, Ratio, cell
from matac_ml.facts import ConfusionFacts, CurvePoint

ROWS, OUTCOMES, HARM, NEW_VICTIMS = cell("rows"), cell("outcomes"), cell("harm"), cell("new_victims")
SELECTED, HITS, HARM_LISTED, VICTIMS_LISTED = map(cell, ("selected", "hits", "harm_listed", "new_victims_listed"))
SQUARED_ERROR, REFERENCE_ERROR = cell("squared_error"), cell("reference_error")
#: Cells of the rows on the lists alone; a resample draws up its lists anew.
_LISTED = {"hits": "outcomes", "harm_listed": "harm", "new_victims_listed": "new_victims", "selected": "rows"}


@dataclass(frozen=True)
class Measure:
    """One measure of a whole list.

    Attributes
    ----------
    better : int
        1 or -1 where higher or lower is better; 0 where ``ideal`` is.
    decimals, in_papers : int
        Decimal places in a comparison, and in papers. Brier scores of good and bad models differ in the fourth; few
        new victims could be counted from a share to three places.
    """

    name: str
    title: str
    formula: Ratio | RankFormula | LinePart
    better: int
    ideal: float | None = None
    decimals: int = 3
    in_papers: int = 3

    @property
    def at_capacity(self) -> bool:
        """Whether it looks at the places of the lists alone."""
        return isinstance(self.formula, Ratio) and bool(self.formula.names & _LISTED.keys())

    @property
    def small_counts(self) -> bool:
        """Whether it counts people on a few places: it is printed only in steps that leave several counts possible."""
        return isinstance(self.formula, Ratio) and "hits" in self.formula.names


MEASURES = (
    Measure("precision_at_k", "Precision at k", HITS / SELECTED, 1, in_papers=2),
    Measure("recall_at_k", "Recall at k", HITS / OUTCOMES, 1),
    Measure("harm_at_k", "Share of harm captured at k", HARM_LISTED / HARM, 1, in_papers=2),
    Measure("new_victims_at_k", "Share of new victims captured at k", VICTIMS_LISTED / NEW_VICTIMS, 1, in_papers=2),
    Measure("auc", "AUC", RankFormula(auc_of, "how often a row with the outcome outscores one without"), 1),
    Measure("average_precision", "PR-AUC (average precision)",
            RankFormula(average_precision_of, "precision at each outcome, on average"), 1),
    Measure("brier", "Brier score", SQUARED_ERROR / ROWS, -1, decimals=4),
    Measure("brier_skill", "Brier skill over the base rate", 1 - SQUARED_ERROR / REFERENCE_ERROR, 1),
    Measure("calibration_slope", "Calibration slope", LinePart.SLOPE, 0, 1.0),
    Measure("calibration_intercept", "Calibration intercept", LinePart.INTERCEPT, 0, 0.0),
)  # fmt: skip
#: Measure by name.
BY_NAME = {measure.name: measure for measure in MEASURES}


@dataclass(frozen=True)
class FoldRows:
    """The rows of a test fold, without features.

    Attributes
    ----------
    y, harm, new_victims : ndarray, shape (n,)
        Outcome (0 or 1), harm days and new victims recorded within the horizon.
    person, cycle : ndarray of int, shape (n,)
        One code a person, one a list.
    k : int
        Places on each list.
    base_rate : float
        Share of outcomes known before the test, against which skill is measured.
    """

    y: Floats
    harm: Floats
    new_victims: Floats
    person: Ints
    cycle: Ints
    k: int
    base_rate: float

    def values(self, probability: Floats) -> dict[str, Floats]:
        """What each row adds to every cell of whole lists."""
        return {
            "outcomes": self.y,
            "harm": self.harm,
            "new_victims": self.new_victims,
            "squared_error": (probability - self.y) ** 2,
            "reference_error": (self.base_rate - self.y) ** 2,
            "rows": np.ones_like(self.y),
        }


@dataclass(frozen=True)
class Measured:
    """One contender's measures.

    Attributes
    ----------
    values : mapping of measure to Interval
    replicates : mapping of measure to ndarray, shape (resamples,)
        Kept for paired differences.
    at_capacity, at_half : ConfusionFacts
        Published beside the measures and checked against them.
    tied_at_cut : float
        Mean number of rows, over cycles, that share the score at the cut line; 0 when none do.
    """

    values: Mapping[str, Interval]
    replicates: Mapping[str, Floats]
    at_capacity: ConfusionFacts
    at_half: ConfusionFacts
    curve: tuple[CurvePoint, ...]
    tied_at_cut: float


def measure(tested: FoldRows, score: Floats, probability: Floats, *, draws: PersonBootstrap) -> Measured:
    """Measure one contender.

    Parameters
    ----------
    score : ndarray, shape (n,)
        Decides the order; may tie.
    probability : ndarray, shape (n,)
        Calibrated; decides Brier and calibration.
    draws : PersonBootstrap
        Shared by all contenders of the fold, so that differences are paired. Of fewer than :data:`FEWEST_PEOPLE`
        people no measure and no difference has an interval.
    """
    at_k, chosen = confusion_at_capacity(tested.y, score, tested.cycle, k=tested.k)
    rows = tested.values(probability)
    cells = {name: float(value.sum()) for name, value in rows.items()}
    cells |= {name: float(chosen @ rows[of]) for name, of in _LISTED.items()}
    ranked = [formula(levels(tested.y, score)) for formula in _RANKED]
    points = _by_formula(cells, ranked, calibration_line(tested.y, probability))
    check_derived(at_k, {"precision": float(points["precision_at_k"]), "recall": float(points["recall_at_k"])})
    few = draws.people < FEWEST_PEOPLE
    replicates = dict.fromkeys(points, np.full(2, np.nan)) if few else _replicates(tested, score, probability, draws)
    on_line = (chosen > 0) & (chosen < 1)
    return Measured(
        values={name: percentile_interval(float(value), replicates[name]) for name, value in points.items()},
        replicates=replicates,
        at_capacity=at_k,
        at_half=confusion_at_threshold(tested.y, probability),
        curve=calibration_curve(tested.y, probability),
        tied_at_cut=float(on_line.sum() / max(1, len(np.unique(tested.cycle)))),
    )


_RANKED = tuple(m.formula.of for m in MEASURES if isinstance(m.formula, RankFormula))


def _by_formula(cells: Mapping[str, Any], ranked: Any, line: tuple[Any, Any]) -> dict[str, Any]:
    """Compute every measure: from the cells, from the ranks, or from the slope and intercept."""
    by_rank = dict(zip(_RANKED, ranked, strict=True))
    of_line = dict(zip(LinePart, line, strict=True))
    return {
        m.name: m.formula.of(cells) if isinstance(m.formula, Ratio)
        else by_rank[m.formula.of] if isinstance(m.formula, RankFormula) else of_line[m.formula]
        for m in MEASURES
    }  # fmt: skip


def _replicates(tested: FoldRows, score: Floats, probability: Floats, draws: PersonBootstrap) -> dict[str, Floats]:
    rows = tested.values(probability)
    cells = dict(zip(rows, draws.sums(np.column_stack(list(rows.values()))).T, strict=True))
    *listed, places = _LISTED.items()
    top = draws.captured(np.column_stack([rows[of] for _, of in listed]), score, tested.cycle, k=tested.k)
    cells |= dict(zip([name for name, _ in (*listed, places)], top.T, strict=True))
    line = draws.calibration_line(tested.y, probability)
    return _by_formula(cells, draws.ranked(tested.y, score, _RANKED), line)


def difference(first: Measured, second: Measured) -> dict[str, Interval]:
    """Return ``one`` minus ``other`` for every measure, with the interval of the paired difference."""
    return {
        name: percentile_interval(
            first.values[name].value - second.values[name].value, first.replicates[name] - second.replicates[name]
        )
        for name in first.values
    }
