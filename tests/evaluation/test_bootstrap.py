"""Intervals resample people, equal the plain way of computing them, and cover the truth as often as they say."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from matac_ml.evaluation import (
    FoldRows,
    PersonBootstrap,
    auc,
    calibration_line,
    difference,
    measure,
    percentile_interval,
    precision_at_k,
)
from matac_ml.evaluation.discrimination import auc_of, average_precision_of


def _rows(rng: np.random.Generator, people: int, each: int) -> tuple[np.ndarray, ...]:
    """People with a frailty of their own, seen ``each`` times: rows of one person are alike."""
    person = np.repeat(np.arange(people), each)
    frailty = rng.normal(size=people)[person]
    score = frailty + rng.normal(size=person.size)
    y = (rng.random(person.size) < 1 / (1 + np.exp(1.5 - frailty))).astype(float)
    return person, score, y


@pytest.mark.parametrize("decimals", [0, 8])
def test_every_resample_equals_copying_the_rows(decimals: int) -> None:
    """Counting people gives the same AUC, precision and captured hits as building the resampled table row by row."""
    rng = np.random.default_rng(3)
    person, score, y = _rows(rng, 60, 4)
    score, cycle = np.round(score, decimals), np.tile(np.arange(4), 60)
    draws = PersonBootstrap(person, resamples=12, seed=5)
    areas, precisions = draws.ranked(y, score, (auc_of, average_precision_of))
    top = draws.captured(y[:, None], score, cycle, k=7)
    for b, counts in enumerate(draws.counts):
        rows = np.repeat(np.arange(person.size), counts[person])
        assert areas[b] == pytest.approx(auc(y[rows], score[rows]), abs=1e-12)
        assert precisions[b] == pytest.approx(average_precision_score(y[rows], score[rows]), abs=1e-12)
        lists = [rows[cycle[rows] == c] for c in range(4)]
        assert top[b, 0] == pytest.approx(sum(7 * precision_at_k(y[rows], score[rows], k=7) for rows in lists))
        assert top[b, 1] == pytest.approx(28)


def test_sums_of_groups_equal_those_of_copied_rows() -> None:
    """One sum a resample, group and column; a column of nothing and a group of nobody sum to nothing."""
    rng = np.random.default_rng(4)
    person, group = np.repeat(np.arange(30), 3), rng.integers(0, 3, 90)
    values = np.column_stack([rng.normal(size=90), np.zeros(90), rng.integers(0, 2, 90).astype(np.float64)])
    draws = PersonBootstrap(person, resamples=8, seed=5)
    found = draws.sums_by_group(values, group, 4)
    assert found.shape == (8, 4, 3)
    for b, counts in enumerate(draws.counts):
        rows = np.repeat(np.arange(90), counts[person])
        for name in range(4):
            assert found[b, name] == pytest.approx(values[rows[group[rows] == name]].sum(axis=0), abs=1e-5)


def test_calibration_of_resamples_centres_on_the_rows_themselves() -> None:
    """Grouping rows into bins moves slope and shift by less than a hundredth."""
    rng = np.random.default_rng(4)
    x = rng.normal(-1, 1, 6000)
    y = (rng.random(6000) < 1 / (1 + np.exp(-x))).astype(float)
    slope, shift = calibration_line(y, 1 / (1 + np.exp(-x)))
    slopes, shifts = PersonBootstrap(np.arange(6000), resamples=200).calibration_line(y, 1 / (1 + np.exp(-x)))
    assert np.median(slopes) == pytest.approx(slope, abs=0.01)
    assert np.median(shifts) == pytest.approx(shift, abs=0.01)


def test_one_probability_for_everybody_has_an_intercept_and_no_slope() -> None:
    """Its intercept is how far the log-odds of the observed share lie above it, with an interval around that."""
    y = np.repeat([1.0, 0.0], [300, 700])
    tested = FoldRows(y, y, y, np.arange(1000), np.zeros(1000, dtype=int), 10, 0.2)
    found = measure(tested, np.zeros(1000), np.full(1000, 0.2), draws=PersonBootstrap(np.arange(1000), resamples=100))
    shift, slope = found.values["calibration_intercept"], found.values["calibration_slope"]
    assert shift.value == pytest.approx(np.log(0.3 / 0.7) - np.log(0.2 / 0.8), abs=1e-9)
    assert shift.low < shift.value < shift.high
    assert np.isnan([slope.value, slope.low, slope.high]).all()


def test_intervals_cover_the_truth_about_95_times_in_100() -> None:
    """Over 200 repeats with rows that cluster in people, the interval holds the true AUC 91 to 98 times in 100."""
    truth = auc(*reversed(_rows(np.random.default_rng(0), 100_000, 1)[1:]))
    covered = 0
    for seed in range(200):
        person, score, y = _rows(np.random.default_rng(1000 + seed), 150, 3)
        (areas,) = PersonBootstrap(person, resamples=200, seed=seed).ranked(y, score, (auc_of,))
        found = percentile_interval(auc(y, score), areas)
        covered += found.low <= truth <= found.high
    assert 182 <= covered <= 196


def test_a_difference_to_itself_is_nothing_and_to_noise_excludes_zero() -> None:
    """Paired differences are exactly 0 against the same contender, and clear of 0 against a random order."""
    rng = np.random.default_rng(8)
    person, score, y = _rows(rng, 800, 3)
    tested = FoldRows(y, y * 3, y, person, np.tile(np.arange(3), 800), 10, float(y.mean()))
    draws = PersonBootstrap(person, resamples=100, seed=1)
    real = measure(tested, score, 1 / (1 + np.exp(-score)), draws=draws)
    noise = measure(tested, rng.normal(size=score.size), np.full(score.size, y.mean()), draws=draws)
    same = difference(real, real)["auc"]
    assert (same.value, same.low, same.high) == (0, 0, 0)
    assert difference(real, noise)["auc"].low > 0
    assert real.at_capacity.rows == pytest.approx(score.size)


@pytest.mark.parametrize(("people", "has"), [(1, False), (2, False), (9, False), (10, True)])
def test_few_people_give_no_interval(people: int, has: bool) -> None:
    """One person drawn again and again would give an interval without width, which excludes every other value."""
    rng = np.random.default_rng(2)
    person, score = np.arange(400) % people, rng.normal(size=400)
    y = (rng.random(400) < 0.4).astype(float)
    tested = FoldRows(y, y, y, person, np.arange(400) % 4, 10, 0.4)
    draws = PersonBootstrap(person, resamples=40)
    found = measure(tested, score, np.full(400, 0.4), draws=draws)
    other = measure(tested, -score, np.full(400, 0.4), draws=draws)
    assert np.isfinite(found.values["auc"].value)
    assert np.isfinite([found.values["auc"].low, difference(found, other)["auc"].high]).tolist() == [has, has]
