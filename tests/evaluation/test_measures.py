"""Measures agree with scikit-learn, and ties are treated as the rule says."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from matac_ml.errors import UsageError
from matac_ml.evaluation import (
    FoldRows,
    PersonBootstrap,
    auc,
    calibration_line,
    measure,
    places,
    precision_at_k,
    turnover,
    wilson,
)


@pytest.mark.parametrize("seed", range(10))
def test_figures_of_a_list_equal_the_reference_implementation(seed: int) -> None:
    """On coarse scores with many ties AUC, average precision and Brier score are scikit-learn's."""
    rng = np.random.default_rng(seed)
    y, s, p = rng.integers(0, 2, 300).astype(float), rng.integers(0, 12, 300).astype(float), rng.random(300)
    tested = FoldRows(y, y, y, np.arange(300), np.zeros(300, dtype=int), 10, 0.5)
    found = measure(tested, s, p, draws=PersonBootstrap(np.arange(300), resamples=2)).values
    assert found["auc"].value == pytest.approx(roc_auc_score(y, s), abs=1e-12)
    assert found["average_precision"].value == pytest.approx(average_precision_score(y, s), abs=1e-12)
    assert found["brier"].value == pytest.approx(brier_score_loss(y, p), abs=1e-12)
    assert found["brier_skill"].value == pytest.approx(1 - brier_score_loss(y, p) / 0.25, abs=1e-12)


@pytest.mark.parametrize(("hits", "rows"), [(0, 3), (5, 10), (10, 10), (500, 1000)])
def test_wilson_equals_the_reference_implementation(hits: int, rows: int) -> None:
    """For whole counts the interval is scipy's, to twelve decimals; ours takes parts of a place too."""
    theirs = binomtest(hits, rows).proportion_ci(method="wilson")
    assert wilson(hits, rows) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert wilson(hits, rows)[0] <= wilson(min(hits + 0.5, rows), rows)[0]


@given(rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3)), min_size=1, max_size=6), k=st.integers(1, 6))
def test_precision_at_k_is_the_mean_over_every_order_of_tied_rows(rows: list[tuple[int, int]], k: int) -> None:
    """Sorting every permutation by score and cutting at k gives, on average, what is reported."""
    cut = min(k, len(rows))
    seen = [sum(y for y, _ in sorted(order, key=lambda r: -r[1])[:cut]) / cut for order in itertools.permutations(rows)]
    assert precision_at_k([y for y, _ in rows], [s for _, s in rows], k=k) == pytest.approx(np.mean(seen))


def test_places_sum_to_the_length_of_the_list() -> None:
    """However many rows tie, exactly k places are given out."""
    assert places([5, 5, 5, 5, 1], 3).sum() == pytest.approx(3)


def test_probabilities_that_generated_the_outcomes_have_slope_one_and_shift_zero() -> None:
    """A simulated truth is calibrated; squeezing its log-odds doubles the slope."""
    rng = np.random.default_rng(1)
    x = rng.normal(-1, 1, 40_000)
    p = 1 / (1 + np.exp(-x))
    y = rng.random(x.size) < p
    slope, shift = calibration_line(y, p)
    assert slope == pytest.approx(1, abs=0.05)
    assert shift == pytest.approx(0, abs=0.05)
    assert calibration_line(y, 1 / (1 + np.exp(-x / 2)))[0] == pytest.approx(2 * slope, rel=1e-6)


def test_every_fault_of_the_input_is_named_at_once() -> None:
    """A bad outcome and a missing score are both in one message."""
    with pytest.raises(UsageError) as caught:
        auc([0, 2], [np.nan, 1])
    assert len(caught.value.faults) == 2


def test_turnover_counts_a_person_once_however_many_identities_are_listed() -> None:
    """Both places of a person who stands on a list twice are that person's: both stay, or both go to somebody else."""
    score, cycle = [4, 3, 2, 4, 3, 2], [0, 0, 0, 1, 1, 1]
    assert turnover(score, [7, 7, 8, 7, 7, 8], cycle, k=2) == 0
    assert turnover(score, [7, 7, 8, 7, 9, 8], cycle, k=2) == 0.5
