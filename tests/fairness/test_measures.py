"""Every measure of a group, from counts that can be checked by hand."""

import numpy as np
import pytest

from matac_ml.fairness.cuts import Cut, share_above
from matac_ml.fairness.measures import BY_NAME, MEASURES, named, row_sums

#: 100 rows with 20 outcomes; 30 places, 5 of them with the outcome.
CELLS = {"rows": 100.0, "outcomes": 20.0, "selected": 30.0, "hits": 5.0}
WORKED = {
    "base_rate": 20 / 100,
    "selected_share": 30 / 100,
    "precision": 5 / 30,
    "false_negative_rate": 15 / 20,
    "false_positive_rate": 25 / 80,
}
#: What must be below the line before anything is said of a group: rows, outcomes, places, or rows without the outcome.
ENOUGH = {
    "base_rate": 30,
    "selected_share": 100,
    "precision": 10,
    "false_negative_rate": 30,
    "false_positive_rate": 100,
    "mean_score": 30,
    "calibration_in_the_large": 100,
    "calibration_error": 100,
    "brier": 30,
    "rank_displacement": 30,
    "mean_place": 30,
}


@pytest.mark.parametrize(("name", "value"), WORKED.items())
def test_a_measure_is_worked_out_from_its_counts(name: str, value: float) -> None:
    """Missed outcomes over outcomes, people without the outcome who were listed over all without it, and so on."""
    cells = {cell: np.array([count]) for cell, count in CELLS.items()}
    assert BY_NAME[name].of(cells).tolist() == pytest.approx([value])


def test_measures_of_scores_are_worked_out_from_rows() -> None:
    """Four rows: two at a probability of .2, one of them with the outcome, and two at .8, both with it."""
    y, p = np.array([0.0, 1, 1, 1]), np.array([0.2, 0.2, 0.8, 0.8])
    moved = np.array([0.5, 0.0, -0.25, 0.15])
    rows = row_sums(y, np.array([0.0, 0, 1, 0.5]), score=p, probability=p, displacement=moved)
    cells = named(rows.sum(axis=0, keepdims=True))
    found = {measure.name: float(measure.of(cells)[0]) for measure in MEASURES if measure.cells}
    assert found["mean_score"] == pytest.approx(0.5)
    assert found["calibration_in_the_large"] == pytest.approx(0.25)
    assert found["calibration_error"] == pytest.approx((abs(1 - 0.4) + abs(2 - 1.6)) / 4)
    assert found["brier"] == pytest.approx((0.04 + 0.64 + 0.04 + 0.04) / 4)
    assert found["rank_displacement"] == pytest.approx(0.1)
    assert found["precision"] == 1


def test_a_score_that_is_no_probability_has_no_calibration() -> None:
    """Points of a matrix promise nothing: their squared error and their residuals are left out."""
    rows = row_sums(np.ones(3), np.ones(3), score=np.array([70.0, 40, 10]), probability=None, displacement=None)
    cells = named(rows.sum(axis=0, keepdims=True))
    assert float(BY_NAME["mean_score"].of(cells)[0]) == 40
    assert (float(BY_NAME["brier"].of(cells)[0]), float(BY_NAME["calibration_error"].of(cells)[0])) == (0, 0)


def test_a_selection_ratio_is_against_everybody_else() -> None:
    """A group selected twice as often as the two others together; where nobody else is selected there is no ratio."""
    ratio = BY_NAME["selection_ratio"]
    cells = {"rows": np.array([100.0, 200, 300]), "selected": np.array([20.0, 10, 40])}
    assert ratio.of(cells)[0] == pytest.approx((20 / 100) / (50 / 500))
    assert np.isnan(ratio.of({"rows": np.array([10.0, 10]), "selected": np.array([5.0, 0])})[0])


@pytest.mark.parametrize(("name", "enough"), ENOUGH.items())
def test_too_little_below_the_line_says_nothing(name: str, enough: int) -> None:
    """One less than enough is too little."""
    measure = BY_NAME[name]
    none = dict.fromkeys(measure.cells, np.zeros(2))
    (below,) = [cell for cell, weight in measure.formula.below.weights if weight > 0]  # type: ignore[union-attr]
    cells = none | {below: np.array([enough - 1.0, enough])}
    assert measure.is_enough(cells).tolist() == [False, True]


def test_the_share_of_the_list_above_counts_ties_half() -> None:
    """Each list by itself: the first of four has an eighth above it, two who are equal stand at the middle of both."""
    above = share_above(np.array([3.0, 2, 2, 1, 5, 9]), np.array([0, 0, 0, 0, 1, 1]))
    assert above.tolist() == [0.125, 0.5, 0.5, 0.875, 0.75, 0.25]


def test_a_threshold_is_one_of_probability_where_there_is_one() -> None:
    """At the threshold counts as selected."""
    score, probability, cycle = np.array([9.0, 1.0]), np.array([0.2, 0.5]), np.zeros(2, dtype=np.int64)
    assert Cut(threshold=0.5).chosen(score, probability, cycle).tolist() == [0, 1]
    assert Cut(threshold=9).chosen(score, None, cycle).tolist() == [1, 0]
    assert (Cut(threshold=0.5).rule, Cut(places=3).rule) == ("score at least 0.5", "first 3 of each list")
