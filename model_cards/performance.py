"""The performance of whole instruments as papers print it: at the meeting's capacity, and over the whole list."""

from collections.abc import Sequence
from dataclasses import dataclass

from matac_ml.evaluation import MEASURES
from matac_ml.facts import ContenderFacts, Estimate, RunFacts
from matac_ml.fairness.disclosure import MARK
from matac_ml.fairness.performance import (
    CapacityCells,
    Cell,
    Point,
    capacity_cells,
    coarse_estimate,
    coarse_recall,
    over_time,
    step,
    threshold_cells,
)
from model_cards.document import Table
from model_cards.figures import BARELY, figure, with_interval, with_side
from model_cards.wording import THE_MODEL

CAPACITY = ("precision_at_k", "recall_at_k", "harm_at_k", "new_victims_at_k")
WHOLE = ("auc", "average_precision", "brier", "brier_skill", "calibration_slope", "calibration_intercept")
_TITLES = {m.name: m.title for m in MEASURES}
#: New victims are few and their number is not published; a share to two places leaves their number open.
_TWO_PLACES = {"precision_at_k": 2, "new_victims_at_k": 2, "harm_at_k": 2}


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
        if measure == "precision_at_k" and self.places:
            return coarse_estimate(found, self.places)
        if measure == "recall_at_k" and self.cells is not None:
            return coarse_recall(found, self.cells, places=self.places, outcomes=_sum(self.facts)[1])
        return found

    def difference(self, measure: str, matrix: "Performance") -> Estimate:
        """This contender minus the matrix, as it may be printed."""
        gap = self.facts.against_matrix.get(measure, Estimate(value=None))
        if measure not in ("precision_at_k", "recall_at_k") or gap.value is None:
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


def performance(one: ContenderFacts) -> Performance:
    """Print one contender."""
    if not one.confusion:
        return Performance(one, 0.0, None)
    first = one.confusion[0]
    places = first.true_positive + first.false_positive
    rows, outcomes = _sum(one)
    return Performance(one, places, capacity_cells(first.true_positive, places, outcomes, rows))


def _sum(one: ContenderFacts) -> tuple[float, float]:
    """Rows and outcomes, from the first confusion matrix."""
    first = one.confusion[0]
    outcomes = first.true_positive + first.false_negative
    return outcomes + first.false_positive + first.true_negative, outcomes


def printed(one: Performance, measure: str) -> str:
    """A measure with its interval."""
    neutral = {"calibration_intercept": 0.0, "calibration_slope": 1.0}.get(measure)
    return with_interval(one.estimate(measure), places=_TWO_PLACES.get(measure, 3), neutral=neutral)


def printed_difference(one: Performance, matrix: Performance, measure: str) -> str:
    """A difference to the matrix with its interval."""
    return with_interval(one.difference(measure, matrix), signed=True, places=_TWO_PLACES.get(measure, 3))


def told_apart(one: Performance, matrix: Performance, measure: str) -> bool:
    """Whether zero lies outside the interval of the difference as it is printed: no verdict goes beyond the figures."""
    gap = one.difference(measure, matrix)
    if gap.low is None or gap.high is None:
        return False
    return gap.low >= BARELY / 2 or gap.high <= -BARELY / 2


def measure_tables(facts: RunFacts) -> list[Table]:
    """Every contender at capacity, and over the whole list."""
    shown = [performance(one) for one in facts.contenders]
    marked = frozenset(i for i, one in enumerate(shown) if one.facts.name == facts.chosen)

    def table(caption: str, names: Sequence[str], note: str = "") -> Table:
        names = [n for n in names if any(one.facts.measures[n].value is not None for one in shown)]
        rows = tuple((_named(one.facts, facts), *(printed(one, name) for name in names)) for one in shown)
        return Table(caption, ("Contender", *(_TITLES[n] for n in names)), rows, marked, figures=True, note=note)

    return [
        table(
            f"At capacity: the first {facts.k} places of each test list, with 95 % intervals",
            CAPACITY,
            _capacity_note(shown),
        ),
        table(
            "Over the whole list, with 95 % intervals", WHOLE, "AUC and skill: higher is better. Brier score: lower."
        ),
    ]


def difference_table(facts: RunFacts) -> Table | None:
    """Every contender minus the matrix; None without a matrix."""
    if "matrix" not in facts:
        return None
    matrix = performance(facts["matrix"])
    shown = [performance(one) for one in facts.contenders if one.against_matrix]
    names = ("precision_at_k", "harm_at_k", "auc", "brier")
    rows = tuple((_named(o.facts, facts), *(printed_difference(o, matrix, n) for n in names)) for o in shown)
    return Table(
        "Each contender minus the matrix, on the same lists",
        ("Contender", *(_TITLES[n] for n in names)),
        rows,
        frozenset(i for i, one in enumerate(shown) if one.facts.name == facts.chosen),
        figures=True,
        note="Where an interval holds 0, the difference cannot be told from chance.",
    )


def confusion_tables(facts: RunFacts) -> list[Table]:
    """Confusion matrices at capacity and at one half, protected; every rate is worked out from the cells beside it."""
    head = ("Contender", "True positive", "False positive", "False negative", "True negative")
    rates = ("Precision", "Recall", "False positive rate")
    done = []
    for place, caption in ((0, f"first {facts.k} places of each list"), (1, "probability of at least one half")):
        rows = []
        for one in facts.contenders:
            if len(one.confusion) > place:
                rows.append((_named(one, facts), *_confusion_row(one, place)))
        if rows:
            done.append(Table(f"Confusion matrices: {caption}", (*head, *rates), tuple(rows), figures=True))
    return done


def _confusion_row(one: ContenderFacts, place: int) -> tuple[str, ...]:
    matrix = one.confusion[place]
    if place == 0:
        cells = performance(one).cells
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


def _count(cell: Cell) -> str:
    return MARK if cell.value is None else cell.text


def rate(part: Cell, rest: Cell) -> str:
    """A share worked out from two published cells; a mark where either is not shown."""
    if part.value is None or rest.value is None:
        return MARK
    return figure(part.value / (part.value + rest.value)) if part.value + rest.value else "–"


def _capacity_note(shown: Sequence[Performance]) -> str:
    places = max((one.places for one in shown), default=0.0)
    if not places:
        return ""
    return (
        f"There are {places:,.0f} places in all. Precision is printed in steps of {step(places):g}. Recall follows "
        "from it."
    )


def _named(one: ContenderFacts, facts: RunFacts) -> str:
    return f"{one.label} (in the bundle)" if one.name == facts.chosen and one.label != THE_MODEL else one.label
