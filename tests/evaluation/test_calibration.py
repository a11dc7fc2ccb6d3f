"""The calibration curve and line, worked out by hand and by another way."""

import numpy as np
import pytest

from matac_ml.evaluation import PersonBootstrap, calibration_curve, calibration_line, log_odds


def test_a_curve_groups_rows_of_neighbouring_probability() -> None:
    """Four groups of four rows, each with its mean probability and its share of outcomes."""
    p = np.repeat([0.1, 0.3, 0.5, 0.9], 4)
    y = [0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    points = calibration_curve(y, p, bins=4)
    assert [point.rows for point in points] == [4, 4, 4, 4]
    assert [point.predicted for point in points] == pytest.approx([0.1, 0.3, 0.5, 0.9])
    assert [point.observed for point in points] == [0.25, 0.5, 0.75, 1]
    assert all(point.low <= point.observed <= point.high for point in points)


def test_rows_of_one_probability_stay_together() -> None:
    """Ties may leave fewer groups than were asked for; without rows there is no group."""
    (point,) = calibration_curve([1, 0, 0, 0], [0.2] * 4)
    assert (point.rows, point.observed) == (4, 0.25)
    assert calibration_curve([], []) == ()


def test_certain_probabilities_have_finite_log_odds() -> None:
    """0 and 1 are kept a millionth away from the edge, on both sides alike."""
    low, high = log_odds([0, 1])
    assert low == pytest.approx(-high)
    assert high == pytest.approx(np.log(1e6), rel=1e-6)


@pytest.mark.parametrize("timid", [0.5, 1, 8])
def test_the_line_of_a_resample_is_that_of_its_copied_rows(timid: float) -> None:
    """With fewer probabilities than bins nothing is rounded: slope and shift agree, far from 1 and 0 as well."""
    rng = np.random.default_rng(9)
    person, x = np.repeat(np.arange(300), 2), rng.choice(np.linspace(-2.5, 1.5, 9), 600)
    y = (rng.random(600) < 1 / (1 + np.exp(-x))).astype(float)
    p = 1 / (1 + np.exp(-(x / timid + 0.7)))
    draws = PersonBootstrap(person, resamples=6, seed=4)
    slopes, shifts = draws.calibration_line(y, p)
    for resample, counts in enumerate(draws.counts):
        rows = np.repeat(np.arange(600), counts[person])
        slope, shift = calibration_line(y[rows], p[rows])
        assert (slopes[resample], shifts[resample]) == pytest.approx((slope, shift), abs=1e-5)
