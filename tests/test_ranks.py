"""People who are equal share a rank, and a tie at the cut line is shown as a tie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.errors import UsageError
from matac_ml.evaluation import places
from matac_ml.ranks import cut_line, dense_order, shared_ranks

NAN = float("nan")
scores = st.lists(st.integers(0, 6) | st.just(NAN), max_size=30)


@pytest.mark.parametrize(
    ("order", "ranks"),
    [
        ([], []),
        ([7], [1]),
        ([5, 5, 5], [1, 1, 1]),
        ([1, 2, 2, 3], [4, 2, 2, 1]),
        ([0, NAN, 3, NAN], [2, 3, 1, 3]),
        ([81, 81, 70, 70, 70, 5], [1, 1, 3, 3, 3, 6]),
    ],
)
def test_equal_rows_share_the_best_rank_of_their_tie(order: list[float], ranks: list[int]) -> None:
    """Two on rank 1 are followed by rank 3; a missing score comes last."""
    assert shared_ranks(order).tolist() == ranks


@pytest.mark.parametrize(
    ("order", "k", "certain", "tied", "left"),
    [
        ([3, 2, 1], 2, 2, 0, 0),
        ([9] * 22, 5, 0, 22, 5),
        ([9, 8, 8, 8], 2, 1, 3, 1),
        ([9, 8, 8, 1], 3, 3, 0, 0),
        ([9, 8], 5, 2, 0, 0),
        ([], 5, 0, 0, 0),
        ([2, NAN, NAN], 2, 1, 2, 1),
    ],
)
def test_the_cut_line_keeps_the_tied_apart(order: list[float], k: int, certain: int, tied: int, left: int) -> None:
    """22 people equal for 5 places: none is certain, all are tied, 5 places are left."""
    line = cut_line(order, k)
    assert (int(line.certain.sum()), int(line.tied.sum()), line.places_left) == (certain, tied, left)
    assert int(line.shown.sum()) == certain + tied


@pytest.mark.parametrize("k", [0, -1])
def test_a_list_without_places_is_refused(k: int) -> None:
    """A list has at least one place."""
    with pytest.raises(UsageError, match="at least 1"):
        cut_line([1, 2], k)


@given(scores, st.integers(1, 40), st.randoms())
def test_ranks_and_the_cut_line_do_not_depend_on_the_order_of_rows(
    order: list[float], k: int, chance: "object"
) -> None:
    """Rows in any other order keep their rank and their standing, and as many places are given as there are."""
    row = list(range(len(order)))
    chance.shuffle(row)  # type: ignore[attr-defined]
    moved = [order[i] for i in row]
    line, other = cut_line(order, k), cut_line(moved, k)
    assert [shared_ranks(order).tolist()[i] for i in row] == shared_ranks(moved).tolist()
    assert [line.standing()[i] for i in row] == other.standing()
    assert int(line.certain.sum()) + line.places_left == min(k, len(order))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(1, 40))
def test_the_line_agrees_with_the_shares_of_places_that_measures_use(order: list[int], k: int) -> None:
    """A row is certain where its share of a place is 1, and tied where it is a fraction."""
    line, share = cut_line(order, k), places(order, k)
    assert (line.certain == (share == 1)).all()
    assert (line.tied == ((share > 0) & (share < 1))).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3) | st.just(NAN)), min_size=1, max_size=30))
def test_an_order_by_two_columns_is_that_of_the_pairs(rows: list[tuple[float, float]]) -> None:
    """The first column decides, the second among the equal; equal pairs get the same number."""
    key = [(a, -1.0 if b != b else b) for a, b in rows]
    order = dense_order(*np.array(rows, dtype=np.float64).T)
    for i, one in enumerate(key):
        for j, other in enumerate(key):
            assert (order[i] > order[j]) == (one > other)
