"""Random rounding: right on average, never a step away, and the same for the same version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.fairness.disclosure import BASE, NOT_SHOWN, SMALLEST, Rounding, at_least

VERSIONS = [Rounding(f"version {n}") for n in range(2000)]


@given(value=st.floats(0, 1e5), step=st.sampled_from([0.05, 1.0, 10.0]), key=st.text(max_size=5))
def test_a_figure_becomes_the_multiple_just_below_or_just_above(value: float, step: float, key: str) -> None:
    """Never further away than a step, and always a multiple."""
    found = Rounding("secret").to(value, step, key)
    assert abs(found - value) < step * (1 + 1e-6)
    assert found / step == pytest.approx(round(found / step))


@pytest.mark.parametrize(("value", "up"), [(20.0, 0.0), (21.0, 0.1), (25.0, 0.5), (29.0, 0.9), (30.0, 1.0)])
def test_it_is_rounded_up_as_often_as_makes_it_right_on_average(value: float, up: float) -> None:
    """Over many versions; a multiple of the step stays as it is."""
    found = [version.to(value, 10, "people") for version in VERSIONS]
    assert set(found) <= {20, 30}
    assert sum(figure == 30 for figure in found) / len(found) == pytest.approx(up, abs=0.04 if 0 < up < 1 else 0)


@given(values=st.lists(st.floats(0, 1000), min_size=2, max_size=5))
def test_with_one_key_an_order_is_kept(values: list[float]) -> None:
    """A larger value never becomes smaller than a smaller one."""
    found = [Rounding("secret").to(value, 10, "key") for value in sorted(values)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, {NOT_SHOWN}), (10, {NOT_SHOWN}), (14, {NOT_SHOWN, 20}), (20, {20}), (24, {20, 30})]
)
def test_a_small_count_is_not_shown(count: int, shown: set[int]) -> None:
    """The line is drawn after rounding: a count near it is shown in some versions only."""
    assert SMALLEST == 2 * BASE
    assert {version.count(count, "people") for version in VERSIONS[:200]} == shown


@given(st.floats(1e-6, 1e6))
def test_a_step_is_the_next_of_one_two_and_five(value: float) -> None:
    """At least the value, and less than two and a half times as much."""
    assert value * (1 - 1e-6) <= at_least(value) < 2.5 * value * (1 + 1e-6)


@pytest.mark.parametrize(
    ("value", "step"),
    [(1, 1), (1.01, 2), (2, 2), (3, 5), (5, 5), (7, 10), (10, 10), (61, 100), (0.0036, 0.005), (0.01, 0.01)],
)
def test_a_step_on_a_step_is_itself(value: float, step: float) -> None:
    """One, two and five times each power of ten are steps."""
    assert at_least(value) == step
