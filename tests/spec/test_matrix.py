"""The worked points are what the program gives: every edge of every shipped policy, and whole people."""

from decimal import Decimal

import numpy as np
import pytest

from matac_ml.rfg import PRESETS, load_policy, points_sheet
from matac_ml.rfg.names import ComponentName
from matac_ml.rfg.points import component_points
from tests.spec.worked import worked_points


def test_every_shipped_policy_and_component_is_worked() -> None:
    """No policy and no component is without its worked table."""
    assert set(worked_points()) == set(PRESETS)
    for name, worked in worked_points().items():
        assert set(worked.components) == set(load_policy(name).components)


@pytest.mark.parametrize("name", PRESETS)
def test_every_worked_value_gets_its_points(name: str) -> None:
    """Each value of the table, in hundredths, gets the points written beside it."""
    policy = load_policy(name)
    for component, rows in worked_points()[name].components.items():
        values = np.array([int(value * 100) for value, _ in rows])
        given = component_points(component, policy.components[component], values)
        assert given.tolist() == [points for _, points in rows], component


@pytest.mark.parametrize("name", PRESETS)
def test_every_edge_stands_in_the_table_with_its_neighbours(name: str) -> None:
    """For each band the table has its edge, a value before it and a value after it."""
    for component_name, component in load_policy(name).components.items():
        values = [value for value, _ in worked_points()[name].components[component_name]]
        step = Decimal("0.01") if component_name is ComponentName.GRAVITY else Decimal(1)
        for band in component.bands:
            edge = band.up_to if component_name is ComponentName.RECENCY else band.at_least
            assert edge in values
            assert any(edge - step <= value < edge for value in values)
            assert any(edge < value <= edge + step for value in values)


@pytest.mark.parametrize("name", PRESETS)
def test_every_worked_person_gets_their_points(name: str) -> None:
    """The sheet of each made-up person has the written points and total."""
    policy = load_policy(name)
    for person in worked_points()[name].people:
        values = {feature.name: person.values[feature.name] for feature in policy.features}
        sheet = points_sheet(policy, values)
        assert {line.component: line.points for line in sheet.lines} == person.points, person.who
        assert sheet.total == person.total


def test_a_weight_counts_the_points_of_a_component_so_often() -> None:
    """Twice the weight is twice the points, at every worked value."""
    component = load_policy().components[ComponentName.VICTIMS]
    values = np.array([int(value * 100) for value, _ in worked_points()["rfgv-three-year"].components["victims"]])
    doubled = component_points(ComponentName.VICTIMS, component.model_copy(update={"weight": 2}), values)
    assert doubled.tolist() == (2 * component_points(ComponentName.VICTIMS, component, values)).tolist()
    assert doubled.any()
