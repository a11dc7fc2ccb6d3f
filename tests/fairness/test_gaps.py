"""How far a group stands out, against what chance alone does."""

import numpy as np
import pytest
from scipy.stats import gamma, norm

from matac_ml.fairness.gaps import SMALLEST, GapTest, compare_groups
from matac_ml.fairness.measures import BY_NAME

PRECISION = BY_NAME["precision"]
#: What the most outstanding of some groups does by chance: skewed, and never below nothing.
CHANCE = np.array(gamma(4.0).ppf((np.arange(4000) + 0.5) / 4000))


def gap(values: list[float], *, deviation: list[float], chance: np.ndarray = CHANCE) -> GapTest:
    """A comparison of groups a and b with everybody's 0.5."""
    return GapTest(PRECISION, ("a", "b"), (), np.array(values), 0.5, np.array(deviation), chance)


def test_a_group_is_measured_in_its_own_deviations() -> None:
    """Above and below alike; where there is no deviation nothing can be said."""
    assert gap([0.7, 0.4], deviation=[0.1, 0.02]).distance.tolist() == pytest.approx([2, 5])
    assert gap([0.7, 0.4], deviation=[np.nan, 0.1]).distance.tolist() == pytest.approx([-1, 1])


@pytest.mark.parametrize(
    ("values", "deviation", "testable"),
    [([0.7, 0.4], [0.1, 0.1], True), ([0.7, np.nan], [0.1, 0.1], False), ([0.7, 0.4], [0.1, 0.0], False),
     ([0.7, 0.4], [0.1, np.nan], False)],
)  # fmt: skip
def test_two_groups_that_vary_are_needed(values: list[float], deviation: list[float], testable: bool) -> None:
    """A value that chance never moves cannot be told from chance."""
    assert gap(values, deviation=deviation).testable is testable


@pytest.mark.parametrize("level", [0.05, 1e-3, 1e-5])
def test_critical_distances_and_p_values_are_those_of_the_distribution(level: float) -> None:
    """Within the replicates by counting; beyond the last by a curve with their mean, deviation and skewness."""
    exact = float(gamma(4.0).isf(level))
    found = gap([0.5 + 0.1 * exact, 0.5], deviation=[0.1, 0.1])
    assert found.critical(level) == pytest.approx(exact, rel=0.03)
    assert found.p_value() == pytest.approx(level, rel=0.3)


def test_within_the_replicates_a_p_value_counts_those_that_reach_as_far_and_the_groups_themselves() -> None:
    """Two of nine replicates stand out as far as the groups do: three of ten."""
    chance = np.array([1.0] * 7 + [2.0, 3.0])
    assert gap([0.7, 0.5], deviation=[0.1, 0.1], chance=chance).p_value() == pytest.approx(0.3)


def test_no_p_value_below_one_in_a_million_is_claimed() -> None:
    """However far a group stands out."""
    assert gap([100.0, 0.5], deviation=[0.1, 0.1]).p_value() == SMALLEST


def test_groups_are_compared_by_what_chance_does_to_each() -> None:
    """Deviations are those under chance; the last bits of sums that chance does not move are no deviation."""
    drawn = np.array(norm.ppf((np.arange(999) + 0.5) / 999))
    chance = np.column_stack([0.1 * drawn, 0.02 * drawn[::-1], 1e-17 * np.sign(drawn), np.full(999, np.nan)])
    large, values = np.array([True, True, True, True, False]), np.array([0.6, 0.5, 0.5, 0.5, 0.9])
    found = compare_groups(PRECISION, list("abcde"), large, values, overall=0.5, chance=chance)
    assert (found.groups, found.too_small, found.values.tolist()) == (
        ("a", "b", "c", "d"),
        ("e",),
        [0.6, 0.5, 0.5, 0.5],
    )
    assert found.deviation[:2].tolist() == pytest.approx([0.1, 0.02], rel=0.01)
    assert np.isnan(found.deviation[3])
    assert found.chance == pytest.approx(np.abs(drawn), rel=0.01, abs=1e-9)
