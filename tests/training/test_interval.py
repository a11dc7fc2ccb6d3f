"""The interval of a probability holds the share of people with that score, and the probability inside it."""

import numpy as np
import pytest

from matac_ml.bundle import IntervalTable, LogisticCalibration
from matac_ml.bundle.scoring import probability
from tests.proving import in_prove
from training.fit import fit_calibration
from training.interval import fit_interval
from training.rows import Floats, Ints

#: Log-odds of the outcome at a score: what a line fits, and what it does not.
TRUTHS = {
    "a line": lambda s: 0.8 * s - 1.2,
    "a bend": lambda s: 0.3 * s + 0.8 * np.logaddexp(0, 2 * s) / 2 - 1.8,
    "a ceiling": lambda s: 1.2 * np.tanh(0.8 * s) - 1.0,
}


def _drawn(rng: np.random.Generator, truth: str, people: int) -> tuple[Floats, Floats, Floats, Ints]:
    """Scores on four dates a person, in steps as curves give them; what a person does on one date is told of all."""
    person = np.repeat(np.arange(people), 4)
    score = np.round(np.repeat(rng.normal(size=people), 4) + 0.2 * rng.normal(size=4 * people), 1)
    p = probability(np.asarray(TRUTHS[truth](score), dtype=np.float64))
    return score, (np.repeat(rng.random(people), 4) < p).astype(np.float64), p, person


@pytest.mark.parametrize("truth", in_prove(TRUTHS, but=["a bend"]))
def test_intervals_hold_the_share_at_a_score(truth: str) -> None:
    """Over 60 worlds of 1,500 people: in 93 to 99 of 100 people, and in each tenth of the scores in at least 90."""
    held, tenth = [], []
    for world in range(60):
        score, y, _, person = _drawn(np.random.default_rng(world), truth, 1500)
        line = fit_calibration(score, y)
        below, above = fit_interval(score, y, person, line).at(score)
        true, middle = np.asarray(TRUTHS[truth](score), dtype=np.float64), line.log_odds(score)
        held.append((middle - below <= true) & (true <= middle + above))
        tenth.append(np.argsort(np.argsort(score, kind="stable")) * 10 // len(score))
    by_tenth = np.bincount(np.concatenate(tenth), weights=np.concatenate(held)) / np.bincount(np.concatenate(tenth))
    assert 0.93 <= np.mean(held) <= 0.99
    assert by_tenth.min() >= 0.90


def test_a_person_counts_once_however_many_dates_there_are() -> None:
    """Rows said four times over make no interval narrower; the same rows of four times as many people do."""
    score, y, _, person = _drawn(np.random.default_rng(5), "a line", 400)
    line = fit_calibration(score, y)
    once = fit_interval(score, y, person, line)
    again, others = (np.tile(person, 4), np.concatenate([person + 400 * n for n in range(4)]))
    assert fit_interval(np.tile(score, 4), np.tile(y, 4), again, line).below == pytest.approx(once.below, rel=2e-2)
    assert np.mean(fit_interval(np.tile(score, 4), np.tile(y, 4), others, line).below) < 0.6 * np.mean(once.below)


@pytest.mark.parametrize("seed", range(8))
def test_ends_lie_apart_and_never_fall(seed: int) -> None:
    """On any scores, also beyond those calibrated on: below and above the probability, and rising with the score."""
    rng = np.random.default_rng(seed)
    truth = list(TRUTHS)[seed % 3]
    score, y, _, person = _drawn(rng, truth, 60 + 100 * seed)
    line = fit_calibration(score, y)
    table = fit_interval(score, y, person, line)
    assert table.faults(line.slope) == []
    asked = np.linspace(-12, 12, 2001)
    below, above = table.at(asked)
    low, high = line.log_odds(asked) - below, line.log_odds(asked) + above
    assert min(below.min(), above.min()) > 0
    assert min(np.diff(low).min(), np.diff(high).min()) >= -1e-9


@pytest.mark.parametrize("y", [np.zeros(20), np.ones(20)])
def test_one_outcome_alone_tells_nothing(y: Floats) -> None:
    """Neither does one score: the interval goes from 0 to 1."""
    person = np.arange(20)
    assert fit_interval(np.arange(20.0), y, person, LogisticCalibration()) == IntervalTable()
    assert fit_interval(np.zeros(20), np.arange(20.0) % 2, person, LogisticCalibration()) == IntervalTable()
