"""Bets are fair while nothing changed, and grow where something did: the arithmetic of the watch."""

import numpy as np
import pytest

from matac_ml.watch.betting import RATIOS, Bets, EDetector, log_threshold
from matac_ml.watch.series import GAP, Series


def _bets(*seen: float, of: float | None = None, spread: float = 1.0) -> Bets:
    ones = np.ones(len(seen))
    return Bets(np.array(seen), 20 * ones, 18 * ones, 22 * ones, None if of is None else of * ones, spread)


@pytest.mark.parametrize("mean", [18.0, 20.0, 22.0])
@pytest.mark.parametrize("of", [None, 60.0])
def test_no_stake_grows_on_average_wherever_in_the_band_the_truth_lies(mean: float, of: float | None) -> None:
    """Ville's inequality needs an expected factor of at most 1 for every size that is bet on, summed here exactly."""
    counts = np.arange(0, 61 if of else 200)
    if of is None:
        logs = counts * np.log(mean) - mean - np.array([np.log(np.arange(1, n + 1)).sum() for n in counts])
    else:
        fact = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 61)))])
        logs = fact[60] - fact[counts] - fact[60 - counts]
        logs = logs + counts * np.log(mean / of) + (60 - counts) * np.log(1 - mean / of)
    factors = _bets(*counts.astype(float), of=of).factors()
    average = (np.exp(logs)[:, None] * np.exp(factors)).sum(axis=0)
    assert (average <= 1 + 1e-9).all(), average


def test_the_parts_of_a_stake_add_up_to_it() -> None:
    """A newly opened bet is worth 1."""
    assert sum(part for _, part in RATIOS) == pytest.approx(1)
    detector = EDetector()
    detector.open()
    assert detector.log_sum == pytest.approx(0)


def test_half_of_what_is_expected_wins_and_the_side_is_told() -> None:
    """Ten for twenty, week after week, wins on fewer; forty on more; a larger spread wins less."""
    won = {}
    for seen, spread in ((10.0, 1.0), (10.0, 3.0), (40.0, 1.0), (20.0, 1.0)):
        detector = EDetector()
        detector.open()
        for factors in _bets(*[seen] * 8, spread=spread).factors():
            detector.settle(factors)
        won[seen, spread] = detector.log_sum, detector.direction
    assert won[10.0, 1.0][0] > log_threshold(0.001, cycles_a_year=13) > won[10.0, 3.0][0] > won[20.0, 1.0][0]
    assert (won[10.0, 1.0][1], won[40.0, 1.0][1]) == ("fewer", "more")


def test_nothing_is_bet_on_fewer_where_next_to_nothing_is_expected() -> None:
    """A kind below the smallest share can only become more."""
    fewer = np.array([ratio < 1 for ratio, _ in RATIOS])
    one = np.ones(1)
    [factors] = Bets(0 * one, one, 0 * one, 1.1 * one, 200 * one, 1.0).factors()
    assert (factors[fewer] == 0).all()
    assert (factors[~fewer] < 0).all()


def test_a_false_alarm_is_as_rare_as_the_budget_says() -> None:
    """In 400 quiet years, weekly looks at the worst edge of the band alarm in at most the budget's share."""
    generator = np.random.default_rng(5)
    budget, alarms = 0.2, 0
    for _ in range(400):
        detector = EDetector()
        for week, factors in enumerate(_bets(*generator.poisson(18.0, size=52).astype(float)).factors()):
            if week % 4 == 0:
                detector.open()
            detector.settle(factors)
            if detector.log_sum >= log_threshold(budget, cycles_a_year=13):
                alarms += 1
                break
    assert 0 < alarms <= 0.2 * 400


def test_what_is_expected_is_of_earlier_weeks_alone_and_leaves_the_newest_out() -> None:
    """A change moves nothing that is expected in the first weeks after it."""
    seen, of = np.full(160, 30.0), np.full(160, 300.0)
    changed = seen.copy()
    changed[120:] = 5.0
    for total in (None, of):
        before, after = Series(seen, total, 104).expected, Series(changed, total, 104).expected
        np.testing.assert_allclose(before[: 120 + GAP + 1], after[: 120 + GAP + 1])
        assert after[-1] < before[-1]
        assert np.isnan(before[0])
    np.testing.assert_allclose(Series(seen, None, 104).expected[104:], 30.0)


def test_a_season_that_comes_back_is_expected() -> None:
    """A wave of a year, twice before, is expected to within a few in a hundred the third time."""
    week = np.arange(156)
    seen = 200 * (1 + 0.3 * np.cos(2 * np.pi * week / 52))
    expected = Series(seen, None, 104).expected
    assert np.abs(expected[104:] / seen[104:] - 1).max() < 0.05
