"""What is said of the scores of later days follows their figures."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.explain.forward import forward_text

likely = st.none() | st.floats(0, 1)


@given(st.lists(st.integers(0, 200), min_size=4, max_size=4), st.lists(likely, min_size=4, max_size=4))
def test_the_text_says_what_the_figures_do(points: list[int], probabilities: list[float | None]) -> None:
    """Rises and falls are said when there are some, and only then; a fall is never claimed as an effect."""
    text = forward_text(points, probabilities)
    of_points = text.partition("the points ")[2].partition(".")[0].partition(" and the")[0]
    assert ("fall" in of_points) == any(b < a for a, b in pairwise(points))
    assert ("rise" in of_points) == any(b > a for a, b in pairwise(points))
    given_ones = [probability for probability in probabilities if probability is not None]
    if len(given_ones) == 4:
        said = text.partition("the probability ")[2].partition(".")[0]
        assert ("rise" in said) == any(b - a > 0.0005 for i, a in enumerate(given_ones) for b in given_ones[i:])
        assert ("fall" in said) == any(a - b > 0.0005 for i, a in enumerate(given_ones) for b in given_ones[i:])
    else:
        assert "the probability" not in text
    assert ("a fall does not show that anything worked" in text.lower()) == ("fall" in text.partition(".")[0])
    assert ("a rise does not show that anybody did anything" in text.lower()) == ("rise" in text.partition(".")[0])
    assert "does not forecast that nothing will be recorded" in text
    assert text.partition(" close. ")[2].startswith(("A fall does", "A rise does", "It does"))


@pytest.mark.parametrize(
    ("points", "probabilities", "said"),
    [
        ([40, 40, 30, 20], [0.2, 0.21, 0.21, 0.22], "the points fall and the probability rises"),
        ([40, 40, 40, 40], [0.2, 0.2, 0.2, 0.2], "the points stay the same and the probability stays the same"),
        ([40, 30, 30, 20], [None] * 4, "recorded, the points fall. Only time passes"),
        ([40, 30, 30, 20], [0.3, None, None, None], "a probability on some of these days only"),
        ([40, 30, 30, 20], [0.2, 0.3, 0.1, 0.1], "the probability rises and falls"),
    ],
)
def test_pairs_of_figures_read_as_a_sentence(points: list[int], probabilities: list[float | None], said: str) -> None:
    """One rises while the other falls, neither moves, or the model gives no number."""
    assert said in forward_text(points, probabilities)
