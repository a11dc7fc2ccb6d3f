"""The performance of whole instruments as papers print it: at the meeting's capacity, and over the whole list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matac_ml.evaluation import BY_NAME, MEASURES
from matac_ml.facts import ContenderFacts, Estimate, RunFacts
from matac_ml.fairness.disclosure import MARK
from matac_ml.fairness.performance import (
    CapacityCells,
    Point,
    PrintedCount,
    capacity_cells,
    coarse_estimate,
    coarse_recall,
    over_time,
    threshold_cells,
)
from model_cards.figures import BARELY, figure, with_interval, with_side
from model_cards.published_text import THE_MODEL


@dataclass(frozen=True)
class Performance:
    """One contender as printed.

    Attributes
    ----------
    places : float
        On all test lists together.
    cells : CapacityCells or None
        None where no list was made.
    """

    facts: ContenderFacts
    places: float
    cells: CapacityCells | None

    def estimate(self, measure: str) -> Estimate:
        """A measure as it may be printed."""
        found = self.facts.measures[measure]
        if measure == "recall_at_k" and self.cells is not None:
            return coarse_recall(found, self.cells, places=self.places, outcomes=_sum(self.facts)[1])
        return coarse_estimate(found, self.places) if BY_NAME[measure].small_counts and self.places else found

    def difference(self, measure: str, matrix: "Performance") -> Estimate:
        """This contender minus the matrix, as it may be printed."""
        gap = self.facts.against_matrix.get(measure, Estimate(value=None))
        if not BY_NAME[measure].small_counts or gap.value is None:
            return gap
        mine, theirs = self.estimate(measure).value, matrix.estimate(measure).value
        value = None if mine is None or theirs is None else mine - theirs
        if measure == "recall_at_k" or not self.places:
            return Estimate(value=value)
        ends = coarse_estimate(gap, self.places)
        return Estimate(value=value, low=with_side(ends.low, gap.low), high=with_side(ends.high, gap.high))

    @property
    def over_time(self) -> tuple[Point, ...]:
        """Precision over some lists in a row."""
        lists = len(self.facts.by_cycle)
        k = round(self.places / lists) if lists else 0
        if not k or abs(k * lists - self.places) > 1e-6:
            return ()
        return over_time(self.facts.by_cycle, k=k, whole=self.cells.precision if self.cells else None)


def performance(contender: ContenderFacts) -> Performance:
    """Print one contender."""
    if not contender.confusion:
        return Performance(contender, 0.0, None)
    first = contender.confusion[0]
    places = first.true_positive + first.false_positive
    rows, outcomes = _sum(contender)
    return Performance(contender, places, capacity_cells(first.true_positive, places, outcomes, rows))


def _sum(contender: ContenderFacts) -> tuple[float, float]:
    """Rows and outcomes, from the first confusion matrix."""
    first = contender.confusion[0]
    outcomes = first.true_positive + first.false_negative
    return outcomes + first.false_positive + first.true_negative, outcomes


def printed(performance: Performance, measure: str) -> str:
    """A measure with its interval."""
    declared = BY_NAME[measure]
    return with_interval(performance.estimate(measure), places=declared.in_papers, neutral=declared.ideal)


def printed_difference(performance: Performance, matrix: Performance, measure: str) -> str:
    """A difference to the matrix with its interval."""
    return with_interval(performance.difference(measure, matrix), signed=True, places=BY_NAME[measure].in_papers)


def told_apart(performance: Performance, matrix: Performance, measure: str) -> bool:
    """Whether zero lies outside the interval of the difference as it is printed: no verdict goes beyond the figures."""
    gap = performance.difference(measure, matrix)
    if gap.low is None or gap.high is None:
        return False
    return gap.low >= BARELY / 2 or gap.high <= -BARELY / 2


class ContenderTable(NamedTuple):
    """Every contender in a line: heads and rows of a table, and which of them is the one in the bundle."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int]


def at_capacity(facts: RunFacts) -> ContenderTable:
    """Every contender on the meeting's lists."""
    return _compared(facts, [m.name for m in MEASURES if m.at_capacity])


def over_all(facts: RunFacts) -> ContenderTable:
    """Every contender over the whole list."""
    return _compared(facts, [m.name for m in MEASURES if not m.at_capacity])


def _compared(facts: RunFacts, names: Sequence[str]) -> ContenderTable:
    names = [n for n in names if any(contender.measures[n].value is not None for contender in facts.contenders)]
    shown = [(contender, [printed(performance(contender), name) for name in names]) for contender in facts.contenders]
    return _lines(facts, names, shown)


def differences(facts: RunFacts) -> ContenderTable | None:
    """Every contender minus the matrix; None without a matrix."""
    if "matrix" not in facts:
        return None
    matrix = performance(facts["matrix"])
    names = ("precision_at_k", "harm_at_k", "auc", "brier")
    shown = [
        (contender, [printed_difference(performance(contender), matrix, name) for name in names])
        for contender in facts.contenders
        if contender.against_matrix
    ]
    return _lines(facts, names, shown)


def _lines(
    facts: RunFacts, names: Sequence[str], shown: Sequence[tuple[ContenderFacts, Sequence[str]]]
) -> ContenderTable:
    return ContenderTable(
        ("Contender", *(BY_NAME[name].title for name in names)),
        tuple((_named(performance, facts), *cells) for performance, cells in shown),
        frozenset(i for i, (performance, _) in enumerate(shown) if performance.name == facts.chosen),
    )


def confusion_tables(facts: RunFacts) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Confusion matrices at capacity and at one half, protected; every rate is worked out from the cells beside it."""
    rules = (f"first {facts.k} places of each list", "probability of at least one half")
    found = [
        (
            rule,
            [
                (_named(contender, facts), *_confusion_row(contender, i))
                for contender in facts.contenders
                if len(contender.confusion) > i
            ],
        )
        for i, rule in enumerate(rules)
    ]
    return [(rule, rows) for rule, rows in found if rows]


def _confusion_row(contender: ContenderFacts, place: int) -> tuple[str, ...]:
    matrix = contender.confusion[place]
    if place == 0:
        cells = performance(contender).cells
        if cells is None:
            return ("–",) * 7
        counts = (cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative)
        precision = figure(cells.precision, places=2)
        return (*map(_count, counts), precision, figure(cells.recall), _small_rate(cells.false_positive_rate))
    tp, fp, fn, tn = threshold_cells(
        matrix.true_positive, matrix.false_positive, matrix.false_negative, matrix.true_negative
    )
    return (*map(_count, (tp, fp, fn, tn)), rate(tp, fp), rate(tp, fn), rate(fp, tn))


def _small_rate(value: float | None) -> str:
    """A rate to four places; never a nothing that is none."""
    return "below 0.0001" if value is not None and 0 < value < 0.00005 else figure(value, places=4)


def _count(cell: PrintedCount) -> str:
    return MARK if cell.value is None else cell.text


def rate(part: PrintedCount, rest: PrintedCount) -> str:
    """A share worked out from two published cells; a mark where either is not shown."""
    if part.value is None or rest.value is None:
        return MARK
    return figure(part.value / (part.value + rest.value)) if part.value + rest.value else "–"


def _named(contender: ContenderFacts, facts: RunFacts) -> str:
    return (
        f"{contender.label} (in the bundle)"
        if contender.name == facts.chosen and contender.label != THE_MODEL
        else contender.label
    )
