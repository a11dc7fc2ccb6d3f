"""What is printed of a whole instrument leaves at least two counts possible, whatever else is printed of it."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from matac_ml.facts import Estimate
from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, WITHHELD
from matac_ml.fairness.performance import (
    PLACES_A_POINT,
    Point,
    capacity_cells,
    coarse,
    coarse_estimate,
    coarse_recall,
    over_time,
    possible,
    step,
    threshold_cells,
)


@pytest.mark.parametrize("places", [10, 21, 30, 60, 130])
def test_a_printed_precision_leaves_two_counts_possible(places: int) -> None:
    """For every number of hits, none and all included."""
    for hits in range(places + 1):
        printed = coarse(hits / places, places)
        assert hits in possible(printed, places)
        assert len(possible(printed, places)) >= 2
        assert abs(printed - hits / places) <= step(places) / 2 + 1e-9


@pytest.mark.parametrize("hits", range(61))
def test_no_cell_below_the_minimum_is_printed_at_capacity(hits: int) -> None:
    """Sixty places: a printed cell is at least ten for every count that remains possible."""
    cells = capacity_cells(hits, 60, 400, 5000)
    counts = possible(coarse(hits / 60, 60), 60)
    for cell, least in ((cells.true_positive, counts[0]), (cells.false_positive, 60 - counts[-1])):
        assert cell.value is None or least >= MINIMUM_CELL
        assert (cell.text == HIDDEN) <= (least < MINIMUM_CELL)
    assert cells.recall is not None
    # Recall says what the printed precision says, and nothing more.
    assert abs(cells.recall * 400 - coarse(hits / 60, 60) * 60) < 1e-9


def test_a_count_that_may_be_small_or_not_is_withheld() -> None:
    """Nine or ten, as far as a reader can tell: neither a number nor *fewer than 10*."""
    assert capacity_cells(10, 60, 400, 5000).true_positive.text == WITHHELD
    assert capacity_cells(51, 60, 400, 5000).false_positive.text == WITHHELD
    assert capacity_cells(54, 60, 400, 5000).false_positive.text == HIDDEN


@pytest.mark.parametrize(("outcomes", "shown"), [(41, True), (40, False)])
def test_what_is_missed_is_printed_from_ten_on(outcomes: int, shown: bool) -> None:
    """Thirty of sixty may be 31: with 41 outcomes at least ten are missed, with 40 perhaps nine."""
    cells = capacity_cells(30, 60, outcomes, 5000)
    assert (cells.false_negative.value is not None, cells.recall is not None) == (shown, shown)


def test_the_interval_of_recall_is_in_the_steps_of_the_printed_precision() -> None:
    """400 outcomes and 60 places: a step of .05 in precision is one of .0075 in recall; nothing is above 1."""
    cells = capacity_cells(30, 60, 400, 5000)
    found = coarse_recall(Estimate(value=0.075, low=0.05, high=0.1), cells, places=60, outcomes=400)
    assert (found.low, found.value, found.high) == (pytest.approx(0.045), cells.recall, pytest.approx(0.105))
    assert coarse_recall(Estimate(value=0.9, low=0.5, high=1.0), cells, places=60, outcomes=400).high == 1
    none = capacity_cells(30, 60, 35, 5000)
    assert coarse_recall(Estimate(value=0.9, low=0.5, high=1.0), none, places=60, outcomes=35) == Estimate(value=None)


@pytest.mark.parametrize(
    ("places", "width"),
    [(2, 1), (6, 0.5), (15, 0.2), (30, 0.1), (60, 0.05), (149, 0.05), (150, 0.02), (300, 0.01), (3000, 0.001)],
)
def test_three_counts_share_a_printed_rate(places: int, width: float) -> None:
    """The finest of the steps that holds three whole counts of so many places."""
    assert step(places) == width


def test_an_interval_is_widened_to_the_steps_of_its_value() -> None:
    """In steps of .05 the value goes to the nearest, the lower end down and the upper end up; nothing stays nothing."""
    assert coarse_estimate(Estimate(value=0.52, low=0.43, high=0.61), 60) == Estimate(value=0.5, low=0.4, high=0.65)
    assert coarse_estimate(Estimate(value=-0.52, low=-0.61, high=-0.43), 60) == Estimate(
        value=-0.5, low=-0.65, high=-0.4
    )
    assert coarse_estimate(Estimate(value=None), 60) == Estimate(value=None)


def test_a_list_without_places_shows_nothing() -> None:
    """Nobody was named: the counts named are small, and those that are not would give them away."""
    cells = capacity_cells(0, 0, 400, 5000)
    assert [
        cell.text for cell in (cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative)
    ] == [HIDDEN, HIDDEN, WITHHELD, WITHHELD]
    assert (cells.precision, cells.recall, cells.false_positive_rate) == (None, None, None)


@pytest.mark.parametrize("lists", range(1, 14))
def test_every_list_is_in_one_point_and_every_point_has_places_enough(lists: int) -> None:
    """What is left over joins the last point; too few lists give none."""
    days = [date(2024, 1, 1) + timedelta(days=28 * i) for i in range(lists)]
    points = over_time(dict.fromkeys(days, 0.5), k=10, whole=None)
    assert sum(point.lists for point in points) == (lists if lists >= 3 else 0)
    assert all(point.places == 10 * point.lists >= PLACES_A_POINT for point in points)
    assert len(points) == lists // 3
    assert [point.first for point in points] == days[: 3 * len(points) : 3]


def test_points_over_time_and_the_whole_together_leave_two_counts_possible() -> None:
    """All precisions of three blocks that fit what is printed are tried."""
    rng = np.random.default_rng(3)
    days = [date(2024, 1, 1) + timedelta(days=28 * i) for i in range(9)]
    for _ in range(60):
        hits = rng.binomial(10, rng.choice([0.03, 0.5, 0.9, 0.98]), 9)
        whole = coarse(hits.sum() / 90, 90)
        by_list = dict(zip(days, hits / 10, strict=True))
        points = over_time(by_list, k=10, whole=whole)
        assert leaves_two(points, whole)
        # No more lists stand together than that needs.
        for fewer in range(3, 10):
            blocks = [hits[i : i + fewer] for i in range(0, 9 - fewer + 1, fewer)]
            blocks[-1] = hits[fewer * (len(blocks) - 1) :]
            if [len(block) for block in blocks] == [point.lists for point in points]:
                break
            tried = [Point(days[0], days[0], len(b), 10 * len(b), coarse(b.mean() / 10, 10 * len(b))) for b in blocks]
            assert not leaves_two(tried, whole)


def leaves_two(points: Sequence[Point], whole: float) -> bool:
    """Whether two counts of every point remain possible, by trying all tables of ninety places."""
    each = [possible(point.precision, point.places) for point in points]
    tables = [table for table in itertools.product(*each) if sum(table) in possible(whole, 90)]
    return all(len({table[i] for table in tables}) >= 2 for i in range(len(points)))


def test_at_a_threshold_a_small_cell_hides_its_neighbour_where_the_total_is_known() -> None:
    """No false positive of a known number without the outcome: the rest is not printed either."""
    hit, false, missed, quiet = threshold_cells(40, 0, 360, 4598)
    assert hit.value == 40
    assert missed.value == 360
    assert false.value is None
    assert quiet.value is None
