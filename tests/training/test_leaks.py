"""Signs of a leak: rare where nothing is planted, and found where something is, under whatever name it stands twice."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.leaks import planted_features
from features.catalogue import CATALOGUE
from features.outcomes import OUTCOMES
from tests.training.made_up import rows_with_truth
from training.folds import Folds
from training.leak import LEVEL, OF_A_RECORD, OF_A_TABLE, LeftOut, by_column, explained_alone
from training.rows import Floats, Rows


def _folds(seed: int, *planted: str, share: float = 1.0) -> Folds:
    """A force of few people; a planted column is the outcome of some of those who have it."""
    rows, _ = rows_with_truth(people=500, seed=seed)
    rng = np.random.default_rng(seed)
    shown = rows.y * (rng.random(len(rows)) < share)
    for name in planted:
        rows = _with(rows, name, shown)
    early = rows.take(rows.cycle < 3)
    return Folds(early, None, rows.take(rows.cycle == 5))


def _with(rows: Rows, name: str, column: Floats) -> Rows:
    return replace(
        rows, names=(*rows.names, name), directions=(*rows.directions, 0), X=np.column_stack([rows.X, column])
    )


def _suspected(found: tuple[LeftOut, ...]) -> set[str]:
    return {left.what for left in found if left.p_value < LEVEL}


def test_a_level_is_held_where_each_column_explains_what_is_expected() -> None:
    """Two features that tell a story of their own, as a table's do: no alarm in eight worlds."""
    alarms = [
        bool(_suspected(explained_alone(_folds(seed), {}, most=OF_A_TABLE, seed=seed))) for seed in range(100, 108)
    ]
    assert sum(alarms) == 0


@pytest.mark.parametrize("share", [1.0, 0.7])
def test_a_column_that_copies_the_outcome_is_found(share: float) -> None:
    """Of everybody who has it, or of seven in ten of them: few people move the AUC little and the loss much."""
    assert _suspected(explained_alone(_folds(3, "copy", share=share), {}, most=OF_A_TABLE, seed=1)) == {"copy"}


def test_a_copy_that_stands_twice_does_not_hide_itself() -> None:
    """Without one of them nothing is missed; features that rank rows alike are left out together."""
    found = explained_alone(_folds(3, "copy", "again"), {}, most=OF_A_TABLE, seed=1)
    assert found[0].features == ("copy", "again")
    assert found[0].p_value < LEVEL


def test_a_column_is_left_out_with_all_features_that_look_at_it() -> None:
    """Named as it is recorded; one that is left out alone would be missed nowhere, because the other says the same."""
    folds = _folds(3, "days_since", "share_of")
    found = explained_alone(folds, {"dash_grade": ("days_since", "share_of")}, most=OF_A_RECORD, seed=1)
    assert "what is recorded as dash_grade (2 features)" in _suspected(found)


def test_a_charge_counts_as_an_outcome_and_harm_as_a_classification() -> None:
    """What follows from a recorded column is left out with it, or it would stand in for it."""
    columns = by_column((*CATALOGUE, *planted_features("outcome_code", 1)), OUTCOMES[0])
    assert {"charged", "harm_days", "is_crime"}.isdisjoint(columns)
    assert {"charged_1095d", "planted_days", "planted_share"} <= set(columns["outcome_code"])


def test_what_the_outcome_is_defined_by_is_not_tried() -> None:
    """A harmful outcome is defined by harm, which is classified: that must tell much."""
    harmful = next(outcome for outcome in OUTCOMES if outcome.name == "harmful_record_365d")
    assert "offence_code" in by_column(CATALOGUE, OUTCOMES[0])
    assert "offence_code" not in by_column(CATALOGUE, harmful)


def test_the_share_is_of_the_loss_of_the_base_rate() -> None:
    """A perfect copy leaves nothing to explain: what it explains alone is what the others leave."""
    found = explained_alone(_folds(3, "copy"), {}, most=OF_A_TABLE, seed=1)
    assert 0.4 < found[0].share < 1
