"""No outcome reaches over the border between two folds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.errors import UsageError
from matac_ml.evaluation import temporal_split


@given(
    count=st.integers(2, 40),
    every=st.sampled_from([28, 91, 365]),
    horizon=st.sampled_from([28, 182, 365]),
    test=st.integers(1, 6),
    calibrate=st.integers(0, 6),
)
def test_a_full_horizon_lies_between_the_folds(count: int, every: int, horizon: int, test: int, calibrate: int) -> None:
    """Whatever the dates, every fit outcome is closed before calibration starts, and both before the test starts."""
    dates = [date(2015, 1, 1) + timedelta(days=every * i) for i in range(count)]
    try:
        split = temporal_split(dates, horizon_days=horizon, test=test, calibrate=calibrate)
    except UsageError:
        return
    closing = timedelta(days=horizon)
    assert max((*split.fit, *split.calibrate)) + closing <= min(split.test)
    assert max(split.fit) + closing <= min((*split.calibrate, *split.test))
    assert list(split.dates) == sorted({*split.fit, *split.calibrate, *split.test})
    assert sorted({*split.fit, *split.calibrate, *split.gap, *split.test}) == dates


def test_the_development_split_of_three_training_dates() -> None:
    """Dates two years apart, a horizon of 730 days: two fit, the third calibrates, the last tests."""
    dates = [date(year, 1, 1) for year in (2003, 2005, 2007, 2009)]
    split = temporal_split(dates, horizon_days=730, test=1, calibrate=1)
    assert (split.fit, split.calibrate, split.test) == ((dates[0], dates[1]), (dates[2],), (dates[3],))


def test_a_history_too_short_says_what_to_do() -> None:
    """With no closed date before the test, the message names the dates there are and the remedies."""
    with pytest.raises(UsageError, match=r"2 dates from 2020-01-01 to 2020-02-01, 1 of them test.*shorter horizon"):
        temporal_split([date(2020, 1, 1), date(2020, 2, 1)], horizon_days=365, test=1, calibrate=0)
