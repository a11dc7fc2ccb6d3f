"""What every measure asks of its arrays: one clear error with a count, for whatever cannot be measured."""

from typing import Any

import numpy as np
import pytest

from matac_ml.errors import UsageError
from matac_ml.evaluation import auc, calibration_curve, calibration_line, nij_scores

GOOD = [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("outcome", "score", "said"),
    [
        ([0, 1, 2, 3], GOOD, "got 2 other values"),
        ([0, 1, np.nan, 0], GOOD, "got 1 other values"),
        (["yes", "no", "no", "yes"], GOOD, "outcome must be one number a row"),
        (GOOD, ["a", 1, 2, 3], "score must be one number a row"),
        (GOOD, [None, 1, 2, 3], "1 missing or infinite"),
        (GOOD, [np.inf, 1, 2, -np.inf], "2 missing or infinite"),
        (GOOD, [1, 2, 3], "two lists of one length"),
        ([[0, 1], [1, 0]], [[0, 1], [1, 0]], "two lists of one length"),
        ([2, 1, 1, 0], [np.nan, 1, 2, 3], ["got 1 other values", " 1 missing"][0]),
    ],
)
def test_what_cannot_be_measured_is_counted(outcome: Any, score: Any, said: str) -> None:
    """Outcomes other than 0 and 1, scores that are missing, infinite or no numbers, and lists of other lengths."""
    with pytest.raises(UsageError) as refused:
        auc(outcome, score)
    assert said in str(refused.value)


@pytest.mark.parametrize("probability", [[1.7, 0.1, 0.2, 0.3], [0.5, -0.01, 0.2, 0.3], [50, 20, 10, 99]])
@pytest.mark.parametrize("measure", [calibration_curve, calibration_line, lambda y, p: nij_scores(y, p, list("abab"))])
def test_a_probability_lies_between_0_and_1(measure: Any, probability: list[float]) -> None:
    """Scores and percentages are not taken for probabilities."""
    with pytest.raises(UsageError, match="probability must be between 0 and 1"):
        measure(GOOD, probability)


@pytest.mark.parametrize("outcome", [[True, False, False, True], np.array(["1", "0", "0", "1"]), [1.0, 0.0, 0.0, 1.0]])
def test_true_and_false_are_outcomes(outcome: Any) -> None:
    """In whatever type they come."""
    assert auc(outcome, [4, 1, 2, 3]) == 1


@pytest.mark.parametrize("name", ["None", "NA", "nan", "NaT", "<NA>", "null"])
def test_groups_with_names_like_nothing_are_groups(name: str) -> None:
    """Only what is missing or empty is Not stated."""
    y = [0, 1] * 60
    found = nij_scores(y, [0.5] * 120, [name, name, None, ""] * 30)
    assert set(found.brier_by_group) == {name, "Not stated"}
