"""The lines of a points sheet say, in words, what was measured and which band of the policy it falls in."""

from decimal import Decimal

import pytest

from matac_ml.rfg import Policy, load_policy, points_sheet
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.points import PointsLine, describe_band
from matac_ml.rfg.policy import Component

NOTHING = {
    "policy_recency": None,
    "policy_frequency_crimes": 0.0,
    "policy_frequency_non_crimes": 0.0,
    "policy_gravity": 0.0,
    "policy_victims": 0.0,
}


def line(name: str, *, policy: Policy | None = None, **values: float) -> PointsLine:
    """The line of one component for a person who has only these values."""
    measured = {**NOTHING, **{f"policy_{key}": value for key, value in values.items()}}
    return next(each for each in points_sheet(policy or load_policy(), measured).lines if each.component == name)


def with_component(name: str, **changes: object) -> Policy:
    """The default policy with one component changed."""
    policy = load_policy()
    part = ComponentName(name)
    component = Component.model_validate({**policy.components[part].model_dump(), **changes})
    entry = policy.entry.model_copy(update={"components": {**policy.components, part: component}})
    return Policy(entry, policy.text, policy.folder)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "0 to 28"), (28, "0 to 28"), (29, "29 to 90"), (90, "29 to 90"), (730, "366 to 730"), (731, "more than 730")],
)
def test_bands_of_days_are_said_with_both_ends(days: int, said: str) -> None:
    """A band begins the day after the one before it ends: no day stands in two bands, or in none."""
    assert line("recency", recency=days).band == said


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (0, "below 5"),
        (4.99, "below 5"),
        (5, "from 5 to below 20"),
        (19.99, "from 5 to below 20"),
        (20, "from 20 to below 100"),
        (1095, "from 1,095"),
    ],
)
def test_bands_of_amounts_are_said_with_both_ends(harm: float, said: str) -> None:
    """An amount at an edge belongs to the band that begins there; the last band has no end."""
    assert line("gravity", gravity=harm).band == said


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("recency", {"recency": 1}, "1 day"),
        ("recency", {"recency": 1030}, "1,030 days"),
        ("gravity", {"gravity": 1.5}, "1.5 days"),
        ("victims", {"victims": 1}, "1 victim"),
        ("victims", {"victims": 2}, "2 victims"),
        ("frequency", {"frequency_crimes": 1, "frequency_non_crimes": 1}, "1.5 (1 crime + 1 not a crime x 0.5)"),
        ("frequency", {"frequency_crimes": 2, "frequency_non_crimes": 3}, "3.5 (2 crimes + 3 not crimes x 0.5)"),
        ("frequency", {}, "0 (0 crimes + 0 not crimes x 0.5)"),
    ],
)
def test_a_value_has_its_unit_in_the_right_number(name: str, values: dict[str, float], said: str) -> None:
    """One day, two days; frequency shows the sum that gave it."""
    assert line(name, **values).value_text == said


def test_a_weight_of_one_is_not_shown_in_the_sum() -> None:
    """Where an incident that is no crime counts as one, there is no product to show."""
    shown = line("frequency", policy=with_component("frequency", non_crime_weight=1), frequency_non_crimes=2)
    assert shown.value_text == "2 (0 crimes + 2 not crimes)"


def test_cap_weight_and_unit_are_said_with_the_band() -> None:
    """A reader can redo the points from the line alone: per how much, at most how many, counted how often."""
    doubled = with_component("victims", weight=2, at_most=20)
    assert line("victims", policy=doubled, victims=4).points == 40
    assert line("victims", policy=doubled, victims=4).band == "from 4, at most 20, counted 2 times"
    daily = with_component("gravity", bands=(), per_unit={"every": Decimal("0.5"), "points": 3})
    assert line("gravity", policy=daily, gravity=1.6).points == 9
    assert line("gravity", policy=daily, gravity=1.6).band == "3 for every 0.5 of days"
    logged = with_component("gravity", bands=(), per_unit={"every": 1, "scale": "log"})
    assert line("gravity", policy=logged).band == "1 for every 1 of the natural logarithm of 1 + days"


def test_nothing_on_record_is_in_no_band() -> None:
    """Somebody without an incident has no days since the latest one."""
    component = load_policy().components[ComponentName.RECENCY]
    assert describe_band(ComponentName.RECENCY, component, None) == "nothing on record"
    assert describe_band(ComponentName.RECENCY, component, Decimal(0)) == "0 to 28"
