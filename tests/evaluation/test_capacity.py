"""What the first places hold, worked out by hand."""

import numpy as np
import pytest

from matac_ml.errors import InvariantError, UsageError
from matac_ml.evaluation import (
    FoldRows,
    PersonBootstrap,
    captured_at_k,
    check_derived,
    measure,
    places,
    turnover,
)
from matac_ml.evaluation.confusion import confusion_at_capacity, confusion_at_threshold
from matac_ml.facts import ConfusionFacts


def matrix_of(rule: str, *cells: float) -> ConfusionFacts:
    """A matrix of true and false positives, then false and true negatives."""
    names = ("true_positive", "false_positive", "false_negative", "true_negative")
    return ConfusionFacts(rule=rule, **dict(zip(names, cells, strict=True)))


MATRIX = matrix_of("first 10 places", 4, 6, 16, 74)


@pytest.mark.parametrize("k", [0, -1])
def test_a_list_without_places_is_refused(k: int) -> None:
    """There is no share of nothing."""
    with pytest.raises(UsageError, match="at least 1"):
        places([1, 2], k)


def test_harm_is_captured_by_share_of_a_place() -> None:
    """Two people are equal for the second place: each holds half of it. Without any harm there is no share."""
    assert captured_at_k([10, 4, 2, 4], [3, 2, 2, 1], k=2) == pytest.approx((10 + 2 + 1) / 20)
    assert np.isnan(captured_at_k([0, 0], [1, 2], k=1))


def test_the_cells_of_a_list_are_those_counted_by_hand() -> None:
    """One place on each of two lists; on the second, two people share it."""
    found, chosen = confusion_at_capacity([1, 0, 0, 1, 0], [3, 2, 1, 5, 5], [0, 0, 0, 1, 1], k=1)
    assert chosen.tolist() == [1, 0, 0, 0.5, 0.5]
    assert (found.true_positive, found.false_positive, found.false_negative, found.true_negative) == (
        1.5,
        0.5,
        0.5,
        2.5,
    )
    assert (found.precision, found.recall, found.false_positive_rate, found.rows) == (0.75, 0.75, 0.5 / 3, 5)


def test_a_probability_at_the_threshold_is_chosen() -> None:
    """*At least* one half includes one half."""
    found = confusion_at_threshold([1, 0, 1, 0], [0.5, 0.5, 0.49, 0.1])
    assert (found.true_positive, found.false_positive, found.false_negative, found.true_negative) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("matrix", "published", "said"),
    [
        (MATRIX, {"precision": 0.4, "recall": 0.25}, "recall: published 0.25"),
        (MATRIX, {"precision": 0.4 + 1e-6}, "precision: published"),
        (MATRIX, {"false_positive_rate": 0.08}, "false_positive_rate: published"),
        (MATRIX, {"precision": float("nan")}, "precision: published"),
        (matrix_of("a", 5, -1, 0, 6), {}, "a cell is negative: -1"),
    ],
)
def test_what_does_not_follow_from_its_matrix_is_named(
    matrix: ConfusionFacts, published: dict[str, float], said: str
) -> None:
    """A rate that does not follow from the cells, a rate that is missing and a negative count are refused."""
    with pytest.raises(InvariantError, match=said):
        check_derived(matrix, published)


def test_what_follows_from_its_matrix_passes() -> None:
    """To nine decimals; nothing below the line is no number on either side."""
    check_derived(MATRIX, {"precision": 0.4 + 1e-10, "recall": 0.2, "false_positive_rate": 6 / 80})
    check_derived(matrix_of("nobody was chosen", 0, 0, 4, 6), {"precision": float("nan"), "recall": 0.0})


def test_those_equal_at_the_cut_line_are_counted_a_list() -> None:
    """Two on the first list and none on the second are one on average."""
    y = np.array([1.0, 0, 0, 0, 1, 0])
    rows = FoldRows(y, y, y, np.arange(6), np.repeat([0, 1], 3), 1, 0.3)
    score = np.array([2.0, 2, 1, 3, 2, 1])
    found = measure(rows, score, np.full(6, 0.3), draws=PersonBootstrap(np.arange(6), resamples=2))
    assert found.tied_at_cut == 1.0


def test_a_list_that_keeps_its_people_has_no_turnover() -> None:
    """All the same, all others, and half of a shared place."""
    people, dates = [1, 2, 3] * 2, [0] * 3 + [1] * 3
    assert turnover([3, 2, 1, 3, 2, 1], people, dates, k=1) == 0
    assert turnover([3, 2, 1, 1, 2, 3], people, dates, k=1) == 1
    assert turnover([3, 2, 1, 3, 3, 1], people, dates, k=1) == 0.5
    assert np.isnan(turnover([3, 2, 1], [1, 2, 3], [0, 0, 0], k=1))
