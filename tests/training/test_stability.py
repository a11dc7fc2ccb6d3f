"""How much of the list stays where the model in the bundle is fitted again."""

import numpy as np
import pytest

from matac_ml.facts import GateStanding
from tests.training.made_up import rows_with_truth
from training.compare import compare
from training.folds import Folds
from training.recipe import Additive, Recipe
from training.stability import BANDS, Stability, rank_reach, redrawn, stable_gate, stays


def test_people_are_drawn_with_all_their_rows() -> None:
    """As many people as there are, some more than once and some not at all, each with every row as often."""
    rows, _ = rows_with_truth(people=100)
    drawn = redrawn(rows, seed=(1, 2))
    times = np.bincount(drawn.person, minlength=100) / 6
    assert times.sum() == 100
    assert set(times) >= {0.0, 1.0, 2.0}
    assert (times == np.round(times)).all()
    for person in np.flatnonzero(times == 2)[:5]:
        mine, twice = rows.X[rows.person == person], drawn.X[drawn.person == person]
        assert np.array_equal(np.sort(np.repeat(mine[:, 1], 2)), np.sort(twice[:, 1]))


def test_a_model_of_many_people_keeps_most_of_its_list() -> None:
    """More than half stays, no fewer with other seeds than with other people, and the same in two runs."""
    rows, _ = rows_with_truth(people=600)
    early, later = rows.take(rows.cycle < 4), rows.take(rows.cycle == 4)
    folds = Folds(early, later, rows.take(rows.cycle == 5))
    recipe = Recipe(name="few", contenders=("additive",), resamples=20, additive=Additive(rounds=60, min_leaf=20),
                    thin={"feature": None})  # type: ignore[arg-type]  # fmt: skip
    found = stays(compare(folds, recipe=recipe, k=30), folds, recipe=recipe)
    assert found == stays(compare(folds, recipe=recipe, k=30), folds, recipe=recipe)
    assert 0.5 < found.people <= found.seeds <= 1
    assert [reach.last for reach in found.ranks] == list(BANDS)
    assert all(reach.low <= reach.last and reach.high >= reach.first for reach in found.ranks)


def test_where_ranks_lie_when_the_model_is_fitted_again() -> None:
    """Of refits that move everybody by up to two ranks, and of lists too short for the further ranks."""
    score, cycle = np.tile(np.arange(40.0, 0, -1), 2), np.repeat([0, 1], 40)
    same = rank_reach(score, [score], cycle)
    assert [(reach.first, reach.last) for reach in same] == [(1, 3), (4, 6), (7, 10), (11, 15), (16, 20), (21, 30)]
    assert [(reach.low, reach.high) for reach in same] == [(1, 3), (4, 6), (7, 10), (11, 15), (16, 20), (21, 30)]
    swapped = score.reshape(-1, 4)[:, ::-1].ravel()  # each four in turn, the last of them first
    assert [(reach.low, reach.high) for reach in rank_reach(score, [swapped], cycle)][:2] == [(2, 4), (1, 8)]


@pytest.mark.parametrize(
    ("found", "least", "expected"),
    [
        (Stability(0.7, 0.9), 0.5, GateStanding.PASSED),
        (Stability(0.48, 0.9), 0.5, GateStanding.PASSED),  # said as about 50 %
        (Stability(0.45, 0.9), 0.5, GateStanding.NOT_PASSED),
        (Stability(0.9, 0.45), 0.5, GateStanding.NOT_PASSED),
        (Stability(0.9, 0.9), None, GateStanding.NOT_JUDGED),
        (None, 0.5, GateStanding.NOT_JUDGED),
    ],
)
def test_both_shares_must_reach_what_is_asked(
    found: Stability | None, least: float | None, expected: GateStanding
) -> None:
    """Other people and other seeds; what was not tried is not judged."""
    gate = stable_gate(found, least)
    assert gate.standing is expected
    assert not gate.text.endswith(".")
