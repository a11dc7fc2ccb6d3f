"""What is printed of a whole instrument leaves at least two counts possible, whatever else is printed of it."""

from datetime import date, timedelta

import numpy as np
import pytest

from matac_ml.fairness.disclosure import HIDDEN, MINIMUM_CELL, WITHHELD
from matac_ml.fairness.performance import capacity_cells, coarse, over_time, possible, step, threshold_cells


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


def test_points_over_time_and_the_whole_together_leave_two_counts_possible() -> None:
    """All precisions of three blocks that fit what is printed are tried."""
    rng = np.random.default_rng(3)
    days = [date(2024, 1, 1) + timedelta(days=28 * i) for i in range(9)]
    for _ in range(60):
        hits = rng.binomial(10, rng.choice([0.03, 0.5, 0.9, 0.98]), 9)
        whole = coarse(hits.sum() / 90, 90)
        points = over_time(dict(zip(days, hits / 10, strict=True)), k=10, whole=whole)
        each = [possible(p.precision, p.places) for p in points]
        fits = list(np.ndindex(*(len(c) for c in each))) if points else []
        tables = [tuple(c[i] for c, i in zip(each, at, strict=True)) for at in fits]
        tables = [t for t in tables if sum(t) in possible(whole, 90)]
        for i in range(len(points)):
            assert len({table[i] for table in tables}) >= 2


def test_at_a_threshold_a_small_cell_hides_its_neighbour_where_the_total_is_known() -> None:
    """No false positive of a known number without the outcome: the rest is not printed either."""
    hit, false, missed, quiet = threshold_cells(40, 0, 360, 4598)
    assert hit.value == 40
    assert missed.value == 360
    assert false.value is None
    assert quiet.value is None
