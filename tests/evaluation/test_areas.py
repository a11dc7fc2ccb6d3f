"""Lists of each area by itself: everybody competes with people of their own area alone."""

import numpy as np
import pytest

from matac_ml.evaluation import PersonBootstrap, measure_in_areas, precision_at_k


def test_each_area_is_a_list_of_its_own() -> None:
    """The best of a quiet area takes a place that the whole force's list would not give; small lists are short."""
    y, score = [1, 0, 0, 1, 1], [9, 8, 7, 2, 1]
    area, draws = ["north", "north", "north", "south", "south"], PersonBootstrap(range(5), resamples=20)
    north, south, both = measure_in_areas(y, score, [0] * 5, area, k=2, draws=draws)
    assert (north.area, north.places, north.hits, north.precision.value, north.recall.value) == ("north", 2, 1, 0.5, 1)
    assert (south.area, south.places, south.precision.value, south.people_without) == ("south", 2, 1, 0)
    assert (both.area, both.places, both.precision.value, both.recall.value) == ("", 4, 0.75, 1)
    assert (north.people_listed, both.people_listed) == (2, 4)
    assert [(area.people_with, area.people_without) for area in (north, both)] == [(1, 2), (3, 2)]
    assert [(area.rows, area.outcomes) for area in (north, both)] == [(3, 1), (5, 3)]
    again = measure_in_areas(
        [1, 0] * 2, [9, 8, 9, 8], [0, 0, 1, 1], ["north"] * 4, k=1, draws=PersonBootstrap([0, 1] * 2)
    )
    assert (again[0].places, again[0].people_listed) == (2, 1)
    short = measure_in_areas(y, score, [0] * 5, area, k=3, draws=draws)
    assert [area.places for area in short] == [3, 2, 5]


def test_intervals_equal_lists_drawn_up_again_from_copied_rows() -> None:
    """People are drawn, not rows, and every resample draws up every list anew, in which tied rows share places."""
    rng = np.random.default_rng(5)
    person, cycle = np.repeat(np.arange(80), 3), np.tile(np.arange(3), 80)
    area = np.where(rng.random(240) < 0.3, "a", "b")  # people move: somebody may be listed in both
    score, y = rng.integers(0, 6, 240).astype(float), (rng.random(240) < 0.4).astype(float)
    draws = PersonBootstrap(person, resamples=40, seed=2)
    found = measure_in_areas(y, score, cycle, list(area), k=4, draws=draws)
    for one, name in zip(found, ("a", "b"), strict=False):
        precision, recall = [], []
        for counts in draws.counts:
            rows = np.repeat(np.arange(240), counts[person])
            lists = [rows[(cycle[rows] == c) & (area[rows] == name)] for c in range(3)]
            hits = sum(min(4, len(r)) * precision_at_k(y[r], score[r], k=4) for r in lists)
            precision.append(hits / sum(min(4, len(r)) for r in lists))
            recall.append(hits / y[np.concatenate(lists)].sum())
        assert (one.precision.low, one.precision.high) == pytest.approx(tuple(np.quantile(precision, [0.025, 0.975])))
        assert (one.recall.low, one.recall.high) == pytest.approx(tuple(np.quantile(recall, [0.025, 0.975])))
