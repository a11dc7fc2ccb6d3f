"""What a list is worth: sums that can be done by hand, and laws that hold for every list."""

import numpy as np
import pytest

from matac_ml.evaluation import NetBenefit, PersonBootstrap, captured_at_k, more_places, net_benefits


def test_net_benefit_takes_off_those_named_in_vain_at_their_cost() -> None:
    """Of ten rows 4 are named, 3 of them rightly: at a worth of 2, 3 less one half is 2.5 of 10."""
    y = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 1.0])
    p = np.array([0.9, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1])
    draws = PersonBootstrap(np.arange(10), resamples=50)
    found = NetBenefit(2.0).of(y, p, draws)
    assert found.value == pytest.approx(0.25)
    assert found.low < 0.25 < found.high
    assert NetBenefit(2.0).threshold == pytest.approx(1 / 3)
    assert str(NetBenefit(2.0).formula) == "(found - in vain) / rows"


def test_naming_everybody_is_worth_the_share_less_the_rest_at_its_cost() -> None:
    """And an instrument that is certain of everything is worth the share of outcomes at any cost."""
    y = (np.arange(200) % 4 == 0).astype(np.float64)
    draws = PersonBootstrap(np.arange(200), resamples=20)
    found = net_benefits(y, {"certain": y}, (1.0, 3.0), draws)
    assert [by["everybody"].value for by in found.values()] == pytest.approx([-0.5, 0.0])
    assert [by["certain"].value for by in found.values()] == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("seed", range(3))
def test_more_places_count_as_the_measures_at_capacity_do(seed: int) -> None:
    """The found outcomes are those of the first k places of every list, ties shared."""
    rng = np.random.default_rng(seed)
    cycle, person = np.repeat(np.arange(4), 100), np.tile(np.arange(100), 4)
    y = (rng.random(400) < 0.3).astype(np.float64)
    points = np.round(y + rng.normal(0, 1, 400))
    model = y + rng.normal(0, 0.5, 400)
    found = more_places(y, points, model, cycle, person, k=10, seed=1)
    for score, value in ((points, found.found.value), (model, found.found.value + found.better_model.value)):
        by_list = [captured_at_k(y[cycle == c], score[cycle == c], k=10) * y[cycle == c].sum() for c in range(4)]
        assert value == pytest.approx(np.mean(by_list))
    assert found.better_model.low > 0
    assert list(found.more_places) == [1, 2, 5, 10]
    assert np.all(np.diff([gain.value for gain in found.more_places.values()]) >= 0)


def test_a_model_that_is_the_instrument_needs_no_more_places() -> None:
    """Nothing is better and nothing is needed; the interval holds nothing else."""
    rng = np.random.default_rng(0)
    y, score = (rng.random(300) < 0.3).astype(np.float64), rng.normal(size=300)
    found = more_places(y, score, score, np.zeros(300, dtype=np.int64), np.arange(300), k=20, seed=1)
    assert (found.better_model.low, found.better_model.value, found.better_model.high) == (0, 0, 0)
    assert found.same_as.value <= 0


def test_a_list_drawn_by_lot_needs_as_many_times_the_places_as_the_model_is_better() -> None:
    """A certain model finds 10 of 10; by lot 40 places would be needed, and three times 10 are looked at."""
    y = (np.arange(400) % 4 == 0).astype(np.float64)
    found = more_places(y, np.zeros(400), y, np.zeros(400, dtype=np.int64), np.arange(400), k=10, seed=1)
    assert found.found.value == pytest.approx(2.5)
    assert found.better_model.value == pytest.approx(7.5)
    assert found.same_as.value == pytest.approx(20)  # no more than three times the places are looked at


def test_places_between_two_that_are_looked_at_are_worked_out_in_a_straight_line() -> None:
    """Every second of 400 is an outcome: 145 places hold 72, 150 hold 75; the model's 73 need two thirds of the way."""
    y = (np.arange(400) % 2 == 1).astype(np.float64)
    place = np.full(400, 400)
    place[np.flatnonzero(y)[:73]], place[np.flatnonzero(y == 0)[:27]] = np.arange(73), np.arange(73, 100)
    lists, people = np.zeros(400, dtype=np.int64), np.arange(400)
    found = more_places(y, -people.astype(np.float64), -place.astype(np.float64), lists, people, k=100, seed=1)
    assert found.better_model.value == pytest.approx(73 - 50)
    assert found.same_as.value == pytest.approx(45 + 5 / 3)
