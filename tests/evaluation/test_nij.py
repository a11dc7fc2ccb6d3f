"""The scores of the forecasting challenge, from rows that can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from matac_ml.evaluation import nij_scores
from matac_ml.evaluation.nij import LEAST_ROWS

HALF = LEAST_ROWS // 2


def _group(*, wrong: int, negatives: int = LEAST_ROWS) -> tuple[list[int], list[float]]:
    """So many rows without the outcome, some of them at a probability of exactly one half, and as many with it."""
    y = [0] * negatives + [1] * negatives
    return y, [0.5] * wrong + [0.1] * (negatives - wrong) + [0.9] * negatives


def test_accuracy_is_discounted_by_the_largest_difference_of_false_positive_rates() -> None:
    """A probability of one half counts as a forecast; a group one row short has no rate and moves nothing."""
    parts = {"a": _group(wrong=HALF), "b": _group(wrong=0), "c": _group(wrong=LEAST_ROWS - 1, negatives=LEAST_ROWS - 1)}
    y = [value for outcomes, _ in parts.values() for value in outcomes]
    p = [value for _, probabilities in parts.values() for value in probabilities]
    names = [name for name, (outcomes, _) in parts.items() for _ in outcomes]
    found = nij_scores(y, p, names)
    brier = float(((np.array(p) - np.array(y)) ** 2).mean())
    assert found.false_positive_rate == {"a": 0.5, "b": 0.0}
    assert found.brier == pytest.approx(brier)
    assert found.brier_by_group == pytest.approx({"a": 0.07, "b": 0.01, "c": 0.13})
    assert found.fair_and_accurate == pytest.approx((1 - brier) * 0.5)


def test_one_group_cannot_be_compared() -> None:
    """There is no score for fairness, rather than a perfect one."""
    assert np.isnan(nij_scores(*_group(wrong=HALF), ["a"] * 60).fair_and_accurate)


@pytest.mark.parametrize("missing", [None, "", float("nan"), np.nan, pd.NaT, pd.NA], ids=repr)
def test_whatever_is_missing_is_not_stated(missing: object) -> None:
    """In whatever way a table says that there is no value."""
    group = np.array([missing, "a"] * 30, dtype=object)
    assert set(nij_scores([0, 1] * 30, [0.5] * 60, group).brier_by_group) == {"Not stated", "a"}
