"""The calibration gate refuses what drifted, and seldom what did not; a new line mends it and is said."""

from dataclasses import replace

import numpy as np
import pytest

from matac_ml.evaluation import calibration_line
from matac_ml.facts import GateStanding
from tests.training.made_up import rows_with_truth
from training.contenders import Fitted, fit_contender
from training.drift import calibration_gate, drift, drift_said, recalibrate
from training.recipe import Gates, Recipe
from training.rows import Rows

WORLDS = 60


def world(seed: int, *, lost: float = 0.0, people: int = 400) -> tuple[Fitted, Rows]:
    """A score calibrated on some people, and other people of whom a share of the outcomes is no longer recorded."""
    calibrate, _ = rows_with_truth(people=people, seed=2 * seed)
    test, _ = rows_with_truth(people=people, seed=2 * seed + 1)
    gone = np.random.default_rng(seed).random(len(test)) < lost
    fitted = fit_contender("last_incident", calibrate, calibrate, recipe=Recipe(name="x"), seed=1)
    return fitted, replace(test, y=np.where(gone, 0.0, test.y))


def standing(fitted: Fitted, test: Rows, *, recalibrated: bool = False, **settings: float) -> GateStanding:
    """How the gate stands."""
    held = drift(fitted, fitted.raw(test), test, recalibrated=recalibrated)
    return calibration_gate(held, Gates(**settings)).standing  # type: ignore[arg-type]


def test_without_drift_the_gate_keeps_its_level() -> None:
    """Held to chance alone it refuses about one world in ten, as two figures are asked; as shipped, at most 1 in 20."""
    worlds = [world(seed) for seed in range(WORLDS)]
    exact = [standing(*w, largest_shift=0, largest_slope_error=0) for w in worlds]
    shipped = [standing(*w) for w in worlds]
    assert 1 <= exact.count(GateStanding.NOT_PASSED) <= 13
    assert shipped.count(GateStanding.NOT_PASSED) <= 3
    assert GateStanding.NOT_JUDGED not in exact + shipped


def test_planted_drift_is_refused_and_said() -> None:
    """Three in ten outcomes no longer recorded: refused in nearly every world, and the first line says which way."""
    found = [standing(*world(seed, lost=0.3)) for seed in range(20)]
    assert found.count(GateStanding.NOT_PASSED) >= 19
    fitted, test = world(1, lost=0.3)
    (said,) = drift_said(drift(fitted, fitted.raw(test), test, recalibrated=False), Gates())
    assert said.startswith("Probabilities drifted: on the test dates less was recorded than they say, the odds are 0.")
    assert said.endswith("They are too high.")


def test_calibrated_again_the_probabilities_fit_the_newest_dates() -> None:
    """Level and slope are right there; the gate then asks for a waiver, and the first lines say that it was done."""
    fitted, test = world(2, lost=0.3)
    again = recalibrate(fitted, test)
    slope, level = calibration_line(test.y, again.calibrated(again.raw(test)))
    assert (slope, level) == pytest.approx((1, 0), abs=1e-3)
    assert standing(fitted, test, recalibrated=True) is GateStanding.NOT_JUDGED
    held = drift(fitted, fitted.raw(test), test, recalibrated=True)
    assert held.recalibrated_on == tuple(test.dates)
    assert "calibrated again on the test dates" in drift_said(held, Gates())[-1]


@pytest.mark.parametrize("people", [3, 25])
def test_too_few_people_judge_nothing(people: int) -> None:
    """A drift that could not have been seen is not passed."""
    assert standing(*world(3, people=people)) is GateStanding.NOT_JUDGED


def test_one_outcome_alone_or_a_gate_switched_off_judges_nothing() -> None:
    """Each is said."""
    fitted, test = world(4)
    none = replace(test, y=np.zeros(len(test)))
    assert standing(fitted, none) is GateStanding.NOT_JUDGED
    assert standing(fitted, test, calibration_holds=False) is GateStanding.NOT_JUDGED
