"""When an interval can be given, and what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.errors import UsageError
from matac_ml.evaluation import Interval, PersonBootstrap, percentile_interval, percentiles

NAN = float("nan")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60))
def test_percentiles_are_those_of_numpy(values: list[float]) -> None:
    """The 2.5th and the 97.5th, between two values as well as at one."""
    low, high = percentiles(np.array(values)[:, None])
    assert (low[0], high[0]) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("value", "replicates", "has"),
    [
        (0.5, [0.4, 0.6], True),
        (0.5, [0.4, NAN, NAN, 0.6], True),
        (0.5, [0.4, NAN, NAN, NAN, 0.6], False),
        (0.5, [0.4], False),
        (NAN, [0.4, 0.6], False),
    ],
)
def test_an_interval_needs_two_resamples_and_half_of_them(value: float, replicates: list[float], has: bool) -> None:
    """Fewer would give an interval that is too narrow, and one alone an interval without width."""
    found = percentile_interval(value, np.array(replicates))
    assert [np.isfinite(found.low), np.isfinite(found.high)] == [has, has]
    if has:
        assert 0.4 <= found.low < 0.41 < 0.59 < found.high <= 0.6


@pytest.mark.parametrize(
    ("low", "high", "excludes"),
    [
        (0.1, 0.2, True),
        (-0.2, -0.1, True),
        (-0.1, 0.1, False),
        (0.0, 0.1, False),
        (-0.1, 0.0, False),
        (NAN, NAN, False),
    ],
)
def test_an_interval_that_touches_zero_does_not_exclude_it(low: float, high: float, excludes: bool) -> None:
    """Nor does one that could not be given."""
    assert Interval(0.0, low, high).excludes_zero is excludes


@pytest.mark.parametrize(("people", "resamples"), [([], 10), ([1, 2], 0)])
def test_nobody_and_no_resample_are_refused(people: list[int], resamples: int) -> None:
    """There is nothing to draw."""
    with pytest.raises(UsageError, match="needs people and resamples"):
        PersonBootstrap(people, resamples=resamples)


def test_every_resample_draws_as_many_people_as_there_are() -> None:
    """With replacement: some more than once, and over all resamples everybody about as often."""
    draws = PersonBootstrap(["a", "b", "b", "c"], resamples=400)
    assert draws.people == 3
    assert set(draws.counts.sum(axis=1)) == {3}
    assert draws.counts.mean(axis=0) == pytest.approx([1, 1, 1], abs=0.15)
