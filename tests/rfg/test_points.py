"""Points are whole numbers that anybody can add up again."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matac_ml.errors import UsageError
from matac_ml.rfg import PRESETS, Policy, is_eligible, load_policy, place_scores, points_sheet, score_matrix
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.points import component_points
from matac_ml.rfg.policy import Component, Eligibility, PerUnit, Scale

RECENCY, VICTIMS = ComponentName.RECENCY, ComponentName.VICTIMS


def people(policy_name: str, n: int = 500, seed: int = 3) -> pd.DataFrame:
    """Values of people who do not exist, some with nothing on record."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "policy_recency": rng.integers(1, 1096, n).astype(float),
            "policy_frequency_crimes": rng.poisson(2, n).astype(float),
            "policy_frequency_non_crimes": rng.poisson(3, n).astype(float),
            "policy_gravity": np.round(rng.gamma(0.5, 400, n), 2),
            "policy_victims": rng.poisson(1.3, n).astype(float),
        }
    )
    frame.loc[rng.random(n) < 0.05, "policy_recency"] = np.nan
    return frame[[feature.name for feature in load_policy(policy_name).features]]


@pytest.mark.parametrize("name", PRESETS)
def test_sheet_and_matrix_give_the_same_points(name: str) -> None:
    """For everybody, the lines of the sheet add up to its total, which is the total of the matrix."""
    policy, frame = load_policy(name), people(name)
    scored = score_matrix(policy, frame)
    for row, (_, want) in zip(frame.to_dict("records"), scored.iterrows(), strict=True):
        sheet = points_sheet(policy, {key: None if value != value else value for key, value in row.items()})
        assert sum(line.points for line in sheet.lines) == sheet.total == want["total"]
        assert [line.points for line in sheet.lines] == [want[f"points_{line.component}"] for line in sheet.lines]
        assert sheet.band == want["band"]


@pytest.mark.parametrize("name", ["rfgv-three-year", "rfgv-two-year", "rfh"])
def test_every_band_edge_falls_on_the_right_side(name: str) -> None:
    """At an edge the band that names it applies; a hundredth beyond it, the neighbour."""
    for component_name, component in load_policy(name).components.items():
        points = [band.points for band in component.bands]
        for place, band in enumerate(component.bands):
            if component_name is ComponentName.RECENCY:
                assert band.up_to is not None
                at = int(band.up_to * 100)
                after = points[place + 1] if place + 1 < len(points) else 0
                want, values = [points[place], after], [at, at + 1]
            else:
                assert band.at_least is not None
                at = int(band.at_least * 100)
                want, values = [points[place - 1] if place else 0, points[place]], [at - 1, at]
            assert component_points(component_name, component, np.array(values)).tolist() == want


def test_nothing_on_record_gives_no_points() -> None:
    """Where nothing was measured, recency gives nothing instead of the points of today."""
    policy = load_policy()
    values = dict.fromkeys((feature.name for feature in policy.features), 0.0) | {"policy_recency": None}
    sheet = points_sheet(policy, values)
    assert sheet.lines[0].points == 0
    assert sheet.lines[0].value_text == "nothing on record"


def test_a_logarithm_reaches_its_step_exactly() -> None:
    """ln(1 + days) of e^3 - 1 days is three whole steps of 1, whatever its last bit; capped where the policy caps."""
    gravity = load_policy("rfh").components[ComponentName.GRAVITY]
    days = np.array([0, 22, 2_000_000_00], dtype=np.int64)  # 0.22 days: ln 1.22 = .1989, below .2
    assert component_points(ComponentName.GRAVITY, gravity, days).tolist() == [0, 0, 45]
    assert component_points(ComponentName.GRAVITY, gravity, np.array([23])).tolist() == [1]


def test_each_whole_step_of_a_logarithm_gives_the_points_of_a_step() -> None:
    """Three points a step of 1: 1 + days of 2.5, 7.5 and 20.5 lie above e to the power of 0, 2 and 3."""
    component = Component(per_unit=PerUnit(every=Decimal(1), points=3, scale=Scale.LOG))
    found = component_points(ComponentName.GRAVITY, component, np.array([150, 650, 1950]))
    assert found.tolist() == [0, 6, 9]


def test_a_weight_counts_the_points_so_often_and_a_cap_holds_before_it() -> None:
    """Points are capped first and then counted ``weight`` times, in the matrix and in every sheet."""
    policy = load_policy()
    victims = policy.components[VICTIMS].model_copy(update={"weight": 3, "at_most": 30})
    entry = policy.entry.model_copy(update={"components": {**policy.components, VICTIMS: victims}})
    weighted = Policy(entry, policy.text, policy.folder)
    frame = people("rfgv-three-year")
    before, after = score_matrix(policy, frame), score_matrix(weighted, frame)
    assert (after["points_victims"] == before["points_victims"].clip(upper=30) * 3).all()
    assert set(after["points_victims"]) == {0, 45, 75, 90}
    assert (after["total"] - before["total"] == after["points_victims"] - before["points_victims"]).all()


def test_points_per_unit_count_whole_units_alone() -> None:
    """Two points for every whole 2.5 days: none below it, and none for the rest."""
    component = Component(per_unit=PerUnit(every=Decimal("2.5"), points=2))
    days = np.array([0, 249, 250, 499, 500, 1000, np.iinfo(np.int64).min])
    assert component_points(ComponentName.GRAVITY, component, days).tolist() == [0, 0, 2, 2, 4, 8, 0]


def test_a_total_falls_in_the_last_score_band_that_it_reaches() -> None:
    """24 points are below 25 and 25 are not; the names decide nothing and never overlap."""
    policy = load_policy("v100-like")
    harm = [0.0, 99.0, 100.0, 999.0, 1000.0]
    scored = score_matrix(policy, pd.DataFrame({"policy_frequency_crimes": 2.0, "policy_gravity": harm}))
    assert scored["band"].tolist() == ["below 100 days"] * 2 + ["100 to 999 days"] * 2 + ["1,000 days and more"]


def test_too_few_crimes_give_no_points_and_say_so() -> None:
    """Under a policy that asks for two crimes, one crime of any harm gives nothing, in words."""
    policy = load_policy("v100-like")
    one = {"policy_frequency_crimes": 1.0, "policy_gravity": 5475.0}
    assert points_sheet(policy, one).total == 0
    assert points_sheet(policy, one).lines[0].band == "fewer than 2 crimes: no points"
    assert points_sheet(policy, one | {"policy_frequency_crimes": 2.0}).total == 5475


def test_a_missing_column_is_named() -> None:
    """A frame without the policy's features is refused by their names."""
    with pytest.raises(UsageError, match="policy_victims"):
        score_matrix(load_policy(), people("rfh"))


def test_little_harm_against_many_victims_outweighs_one_grave_allegation() -> None:
    """Somebody with many small incidents against four people outranks somebody with one grave allegation."""
    prolonged = {"policy_recency": 30.0, "policy_frequency_crimes": 6.0, "policy_frequency_non_crimes": 14.0}
    prolonged |= {"policy_gravity": 74.0, "policy_victims": 4.0}
    single = {"policy_recency": 30.0, "policy_frequency_crimes": 1.0, "policy_frequency_non_crimes": 0.0}
    single |= {"policy_gravity": 2555.0, "policy_victims": 1.0}
    policy = load_policy()
    assert points_sheet(policy, prolonged).total > points_sheet(policy, single).total


def test_the_rule_for_ties_orders_equal_totals_and_nothing_else() -> None:
    """More points of the first component named come first, then of the second; a higher total stays above."""
    policy = load_policy()
    ties = Policy(policy.entry.model_copy(update={"ties": (VICTIMS, RECENCY)}), policy.text, policy.folder)
    points = {"total": [50, 50, 50, 51, 50], "points_victims": [15, 25, 15, 0, 15], "points_recency": [20, 0, 5, 0, 5]}
    given = place_scores(ties, pd.DataFrame(points))
    assert np.argsort(-given, kind="stable").tolist() == [3, 1, 0, 2, 4]
    assert given[2] == given[4]  # equal by the rule too: they share a place
    assert np.floor(given).tolist() == points["total"]
    assert place_scores(policy, pd.DataFrame(points)).tolist() == points["total"]


def test_a_missing_birth_date_takes_nobody_off_the_list() -> None:
    """Under 16, deceased and already managed are left out; an unknown age is not."""
    frame = pd.DataFrame(
        {
            "age_years": [15.0, 16.0, np.nan, 40.0, 40.0],
            "deceased": [False, False, False, True, False],
            "managed": [False, False, False, False, True],
            "in_custody": [True] * 5,
        }
    )
    assert is_eligible(load_policy(), frame).tolist() == [False, True, True, False, False]
    custody = load_policy().entry.model_copy(update={"eligibility": Eligibility(leave_out=("in_custody",))})
    assert is_eligible(Policy(custody, "", Path()), frame).tolist() == [False] * 5


def test_the_value_is_shown_exactly() -> None:
    """Non-crimes count by their weight, and the line shows the sum that gave the value."""
    values = {"policy_recency": 1.0, "policy_frequency_crimes": 3.0, "policy_frequency_non_crimes": 5.0}
    line = points_sheet(load_policy(), values | {"policy_gravity": 1.0, "policy_victims": 1.0}).lines[1]
    assert line.value == Decimal("5.5")
    assert line.value_text == "5.5 (3 crimes + 5 not crimes x 0.5)"
