"""What a list is stressed by: definitions whatever the catalogue lists, and records missing of one group alone."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.outcomes import OUTCOMES
from matac_ml.rfg import load_policy
from matac_ml.spec import Clock, Outcome, OutcomeKind
from tests.training.made_up import rows_with_truth
from training.definitions import other_outcomes
from training.quick import QuickReference
from training.sources import RunSources
from training.stress_report import stress_table
from training.under_recording import of_one_group


def _sources(outcome: Outcome, listed: tuple[Outcome, ...]) -> RunSources:
    policy = load_policy("default")
    return RunSources((), outcome, listed, policy, policy.harm_index)


@pytest.mark.parametrize("days", [91, 182, 365, 730])
@pytest.mark.parametrize("clock", list(Clock))
def test_every_horizon_is_held_against_three_definitions_or_more(days: int, clock: Clock) -> None:
    """Where the catalogue lists nothing else, a harmful record, a new victim and a charge are asked for anyhow."""
    main = Outcome(name="only", kind=OutcomeKind.RECORD, horizon_days=days, sentence="Anything.", clock=clock)
    found = other_outcomes(_sources(main, (main,)))
    assert [one.name for one in found[:-1]] == [
        f"{n}_{days}d" for n in ("harmful_record", "new_victim", "charged_record")
    ]
    assert {(one.horizon_days, one.clock) for one in found[:-1]} == {(days, clock)}
    assert found[-1].clock is not clock


def test_no_definition_is_asked_twice_under_two_names() -> None:
    """What the shipped catalogue lists is not declared again, and what is predicted is never among the others."""
    for main in OUTCOMES[:4]:
        found = (main, *other_outcomes(_sources(main, OUTCOMES)))
        assert len({(one.kind, one.horizon_days, one.clock, one.where) for one in found}) == len(found)
        assert len({one.name for one in found}) == len(found)
        assert all(one.horizon_days <= main.horizon_days for one in found)


def test_a_group_under_recorded_in_what_is_fitted_on_loses_places_where_a_feature_tells_it() -> None:
    """The group falls down the list, though the test keeps all its outcomes, and the report says so in its table."""
    rows, _ = rows_with_truth(people=900, cycles=4)
    group = np.arange(900) % 3 == 0
    told = replace(rows, X=np.column_stack([rows.X[:, :3], group[rows.person]]), directions=(1, -1, 0, 0))
    reference = QuickReference.of(told.take(told.cycle < 3), told.take(told.cycle == 3), k=10, seed=4)
    attribute = pd.Series(np.where(group, "b", "a"), name="sex")
    found = of_one_group(attribute, "b", reference)
    before, after = (int(n) for n in re.findall(r"(\d+) (?:before|after)", found.change))
    assert after < before
    assert found.top_list_overlap is not None
    assert 0 < found.top_list_overlap < 1
    row = stress_table((found,)).rows[0]
    assert found.change in row[1]
