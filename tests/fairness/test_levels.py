"""Tests of groups hold their level where groups are alike in one rate and in nothing else."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from benchmarks.levels import EQUAL, LEVEL, p_values
from matac_ml.fairness import Cut, Instrument, audit
from matac_ml.fairness.attributes import Audited
from matac_ml.fairness.chance import rate_columns, studentised
from matac_ml.fairness.instrument import measure_instrument
from tests.fairness.test_audit import made_up


def test_equal_rates_of_groups_with_other_base_rates_are_rarely_called_different() -> None:
    """Outcome rates of .04 and .4: twenty worlds give about one alarm a measure. Moving everybody gave eight."""
    alarms = Counter(
        measure for seed in range(40) for measure, p in p_values((0.04, 0.4), 1000, lowered=0.0, seed=seed) if p < LEVEL
    )
    assert max(alarms[measure] for measure in EQUAL) <= 7
    assert alarms.total() <= 24


def test_a_real_difference_is_seen() -> None:
    """A thousand people whose scores are half a deviation lower are called different in every world."""
    for seed in range(3):
        found = dict(p_values((0.2, 0.2), 1000, lowered=0.5, seed=seed))
        assert all(p < LEVEL for measure, p in found.items() if measure not in ("auc", "calibration_slope"))


def test_people_whom_a_rate_is_not_about_do_not_change_its_test() -> None:
    """People without the outcome, added to one group alone, leave the p-value of the false negative rate as it was."""

    def p_value(more: int) -> float:
        rng = np.random.default_rng(3)
        score = np.concatenate([rng.normal(size=400), np.full(more, -9.0)])
        y = np.concatenate([np.ones(400), np.zeros(more)])
        group = pd.DataFrame({"group": ["a"] * 100 + ["b"] * 300 + ["a"] * more})
        people = np.arange(400 + more)
        audited = Audited.of(people, group, resamples=2, permutations=200, seed=1)
        chosen = (score >= 1).astype(np.float64)
        found = measure_instrument(
            Instrument("s", "S", score), audited, outcome=y, chosen=chosen, only=["false_negative_rate"]
        )
        return found.tests[0][0].p_value()

    assert p_value(0) == p_value(500)


def test_the_error_of_a_difference_worked_by_hand() -> None:
    """Four people, two in each group; everybody's rate is 2 of 5."""
    columns = rate_columns(np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0, 1.0]))
    assert columns[:, 0] == pytest.approx([0.6, -0.4, 0.2, -0.4])
    groups = np.array([columns[:2].sum(axis=0), columns[2:].sum(axis=0)])
    difference, error = studentised(groups, columns.sum(axis=0))
    assert difference == pytest.approx([1 / 2 - 2 / 5, 1 / 3 - 2 / 5])
    first, second = 0.6**2 + 0.4**2, 0.2**2 + 0.4**2
    assert error[0] ** 2 == pytest.approx(first * (1 / 2 - 1 / 5) ** 2 + second / 5**2)
    assert error[1] ** 2 == pytest.approx(second * (1 / 3 - 1 / 5) ** 2 + first / 5**2)


def test_every_comparison_of_an_audit_is_corrected_together() -> None:
    """A second instrument and a longer list raise the corrected p-value of the same comparison."""
    y, score, person, cycle, groups = made_up(people=1000)
    model, matrix = Instrument("model", "Model", score), Instrument("matrix", "Matrix", np.round(score))

    def adjusted(instruments: tuple[Instrument, ...], cuts: tuple[Cut, ...]) -> float:
        facts = audit(
            instruments, outcome=y, person=person, cycle=cycle, groups=groups, k=150, other_cuts=cuts, resamples=2,
            permutations=100,
        )  # fmt: skip
        gap = min(facts["model"].attributes[0].gaps, key=lambda gap: gap.p_value or 1)
        return (gap.p_adjusted or 0) / (gap.p_value or 1)

    alone = adjusted((model,), ())
    assert alone < adjusted((model, matrix), ()) < adjusted((model, matrix), (Cut(places=300),))
