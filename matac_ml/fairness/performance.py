"""What may be printed of the performance of a whole instrument, where a count behind it is small.

Precision at k is what a board decides on, and its counts are small by nature: of sixty places, three may be without a
later record. The *count* is hidden like any other. The *rate* is printed, and that is the one stated exception: it is
about all places of lists that were drawn up afterwards to test the instrument and that nobody was ever put on, not
about a group. It is printed so coarsely that at least two counts remain possible, and everything that follows from it
(recall, the other cells) is worked out from what was printed, so that nothing can be had by putting figures together.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, WITHHELD, protect, rounded


class PrintedCount(NamedTuple):
    """One published count: what is printed, and the rounded number that other figures may be worked out from."""

    text: str
    value: int | None


#: As many whole counts share one printed rate.
COUNTS_A_STEP = 3
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
#: A point of a line over time needs this many places.
PLACES_A_POINT = 30


def step(places: float) -> float:
    """How coarsely a rate over this many places is printed.

    >>> step(60), step(130), step(30)
    (0.05, 0.05, 0.1)
    """
    return next((width for width in _STEPS if width * places >= COUNTS_A_STEP), 1.0)


def coarse(rate: float, places: float) -> float:
    """The rate as printed; halves go up.

    >>> coarse(57 / 60, 60), coarse(58 / 60, 60)
    (0.95, 0.95)
    """
    width = step(places)
    return round(min(1.0, math.floor(rate / width + 0.5 + 1e-9) * width), 9)


def coarse_estimate(found: Estimate, places: float) -> Estimate:
    """The value as printed, its interval widened to the same steps."""
    width = step(places)
    return Estimate(
        value=None if found.value is None else _signed_coarse(found.value, places),
        low=None if found.low is None else round(math.floor(found.low / width + 1e-9) * width, 9),
        high=None if found.high is None else round(math.ceil(found.high / width - 1e-9) * width, 9),
    )


def _signed_coarse(value: float, places: float) -> float:
    return math.copysign(coarse(abs(value), places), value)


def possible(rate: float, places: int) -> range:
    """The whole counts that print as ``rate``."""
    found = [count for count in range(places + 1) if abs(coarse(count / places, places) - rate) < 1e-9]
    return range(found[0], found[-1] + 1)


@dataclass(frozen=True)
class CapacityCells:
    """A confusion matrix at capacity, worked out from the printed precision.

    Attributes
    ----------
    precision, recall, false_positive_rate : float or None
        As printed.
    """

    true_positive: PrintedCount
    false_positive: PrintedCount
    false_negative: PrintedCount
    true_negative: PrintedCount
    precision: float | None
    recall: float | None
    false_positive_rate: float | None


def capacity_cells(hits: float, places: float, outcomes: float, rows: float) -> CapacityCells:
    """Print a confusion matrix at capacity.

    Parameters
    ----------
    hits, places, outcomes, rows : float
        True positives; all chosen; all with the outcome; all rows. Only ``places`` is taken to be known exactly.
    """
    if not places:
        return CapacityCells(*(PrintedCount(HIDDEN, None),) * 2, *(PrintedCount(WITHHELD, None),) * 2, None, None, None)
    precision = coarse(hits / places, places)
    counts = possible(precision, round(places))
    # A whole count, so that whoever divides the printed cells finds the printed rates.
    middle = round(precision * places)
    with_outcome, without = rounded(outcomes), rounded(rows - outcomes)
    # What is left over is shown when it is not small for any count that remains possible.
    missed, quiet = outcomes - counts[-1], rows - outcomes - (places - counts[0])
    return CapacityCells(
        true_positive=_cell(middle, counts[0], counts[-1]),
        false_positive=_cell(places - middle, round(places) - counts[-1], round(places) - counts[0]),
        false_negative=_cell(with_outcome - middle, missed, outcomes - counts[0]),
        true_negative=_cell(without - (places - middle), quiet, quiet + len(counts) - 1),
        precision=precision,
        recall=middle / with_outcome if with_outcome and missed >= MINIMUM_CELL else None,
        false_positive_rate=(places - middle) / without if without and quiet >= MINIMUM_CELL else None,
    )


def _cell(middle: float, least: float, most: float) -> PrintedCount:
    """A count that may be anything from ``least`` to ``most``."""
    if least < MINIMUM_CELL:
        return PrintedCount(HIDDEN if most < MINIMUM_CELL else WITHHELD, None)
    return PrintedCount(f"{round(middle):,}", round(middle))


def coarse_recall(found: Estimate, cells: CapacityCells, *, places: float, outcomes: float) -> Estimate:
    """Recall as it follows from the printed precision, its interval widened to the same steps."""
    if cells.recall is None or not places:
        return Estimate(value=None)
    width, scale = step(places), outcomes / places
    back = places / max(1, rounded(outcomes))
    low = None if found.low is None else math.floor(found.low * scale / width + 1e-9) * width * back
    high = None if found.high is None else min(1.0, math.ceil(found.high * scale / width - 1e-9) * width * back)
    return Estimate(value=cells.recall, low=low, high=high)


def threshold_cells(hits: float, false: float, missed: float, quiet: float) -> tuple[PrintedCount, ...]:
    """Print the four cells at a threshold; the totals with and without the outcome are taken to be known."""
    texts = [protect({"chosen": chosen, "not": other}) for chosen, other in ((hits, missed), (false, quiet))]
    counts = [(hits, missed), (false, quiet)]
    found = [
        PrintedCount(text, None if text in (HIDDEN, WITHHELD) else rounded(count))
        for pair, values in zip(texts, counts, strict=True)
        for text, count in zip(pair.values(), values, strict=True)
    ]
    return found[0], found[2], found[1], found[3]


@dataclass(frozen=True)
class Point:
    """Precision over some lists in a row."""

    first: date
    last: date
    lists: int
    places: int
    precision: float


def over_time(by_list: Mapping[date, float], *, k: int, whole: float | None) -> tuple[Point, ...]:
    """Precision over time, as it may be printed beside the precision of all lists together.

    Parameters
    ----------
    by_list : mapping of date to precision at k
        Every list has ``k`` places.
    whole : float or None
        Precision of all lists as printed. Where the points and it together leave one possible count for any point,
        fewer points are made of the same lists.
    """
    days = sorted(by_list)
    together = max(1, math.ceil(PLACES_A_POINT / k))
    while together <= len(days):
        points = tuple(_point(block, by_list, k) for block in _blocks(days, together))
        if whole is None or _open(points, whole, k * len(days)):
            return points
        together += 1
    return ()


def _blocks(days: Sequence[date], together: int) -> list[Sequence[date]]:
    """Lists in a row; what is left over joins the last block."""
    starts = list(range(0, len(days) - together + 1, together))
    return [days[a:b] for a, b in zip(starts, [*starts[1:], len(days)], strict=True)]


def _point(days: Sequence[date], by_list: Mapping[date, float], k: int) -> Point:
    places = k * len(days)
    rate = sum(by_list[day] for day in days) / len(days)
    return Point(days[0], days[-1], len(days), places, coarse(rate, places))


def _open(points: Sequence[Point], whole: float, places: int) -> bool:
    """Whether two or more counts remain possible for every point, given what is printed of all of them together."""
    each = [possible(point.precision, point.places) for point in points]
    total = possible(whole, places)
    for i, counts_of_point in enumerate(each):
        others = [counts for j, counts in enumerate(each) if j != i]
        least, most = sum(c[0] for c in others), sum(c[-1] for c in others)
        if sum(total[0] <= count + most and count + least <= total[-1] for count in counts_of_point) < 2:
            return False
    return True
