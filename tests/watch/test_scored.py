"""Outcomes are bet on when they have matured, beside what scores said; groups beside what their scores said."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matac_ml.bundle import load_bundle
from matac_ml.records import read_extract
from matac_ml.watch import PARTS, CheckStanding, load_watch_settings, look
from matac_ml.watch.counting import KindCounts
from matac_ml.watch.judging import HowJudged, judge, series_of
from matac_ml.watch.scored import count_scored

SETTINGS = load_watch_settings()
BEGUN = date(2024, 4, 1)


def _matured(fall_from: int, *, each: float = 400.0) -> KindCounts:
    said = np.full(30, each)
    said[:3] = 0  # nothing has matured yet
    seen = said.copy()
    seen[fall_from:] /= 2
    return KindCounts("calibration", "outcomes", seen, None, part="outcomes", base=said, weeks_each=4, lag=3)


def test_a_fall_of_the_base_rate_is_found_when_its_outcomes_mature() -> None:
    """In the first cycle whose outcomes all lie after the fall, and in none before it."""
    how = HowJudged("outcomes", SETTINGS, 0.001, 15, 15, 1.0, "secret")
    found = judge(_matured(22), how)
    assert (found.standing, found.alarmed_in, found.direction) == (CheckStanding.ALARM, 22 - 15, "fewer")
    assert judge(_matured(99), how).standing is CheckStanding.QUIET


def test_outcomes_that_overlap_are_not_multiplied_with_each_other() -> None:
    """Three cycles that share their days are three rows: evidence adds up only when the first row comes round again."""
    evidence = judge(_matured(22, each=60.0), HowJudged("outcomes", SETTINGS, 0.001, 15, 15, 1.0, "secret")).evidence
    first, second, third, again = evidence[22 - 15 : 26 - 15]
    assert max(abs(second - first), abs(third - first)) < 0.7
    assert again > first + 1


def test_what_is_expected_of_an_outcome_waits_until_earlier_ones_have_matured() -> None:
    """What is seen in one cycle moves nothing that is expected in the next cycles, as many as it takes to mature."""
    before, after = series_of(_matured(99), 15).expected, series_of(_matured(22), 15).expected
    np.testing.assert_allclose(before[:26], after[:26])
    assert after[-1] < before[-1]


def test_every_part_is_counted_from_a_bundle_and_the_records(small_run: Path) -> None:
    """What scores said and what then happened add up to the outcomes of everybody who was scored."""
    extract, model = read_extract(small_run / "extract"), load_bundle(small_run / "one" / "bundle")
    scored = count_scored(extract, model, begun=BEGUN)
    kinds = {kind.name: kind for kind in scored.kinds}
    calibration = kinds["calibration"]
    assert calibration.base is not None
    matured = calibration.base > 0
    assert not matured[: calibration.lag - 1].any()
    assert matured[calibration.lag :].all()
    assert calibration.seen[matured].sum() == pytest.approx(calibration.base[matured].sum(), rel=0.35)
    for kind in scored.kinds:
        assert len(kind.seen) == scored.cycles_before + (extract.cut_off - BEGUN).days // 28
        assert kind.of is None or (kind.seen <= kind.of).all()
    again = [kind for name, kind in kinds.items() if name.startswith("again-ethnicity-")]
    np.testing.assert_allclose(sum(kind.seen for kind in again), again[0].of)
    np.testing.assert_allclose(sum(kind.base for kind in again if kind.base is not None), again[0].of)
    # Records of three years of look-back, and less than half a year before the watch: inputs are not judged.
    assert all((kind.of == 0).all() for kind in scored.kinds if kind.part == "scores")
    later = count_scored(extract, model, begun=date(2024, 12, 30))
    assert all(kind.usable_from > 0 and kind.of.sum() > 0 for kind in later.kinds if kind.part == "scores")
    found = look(extract, SETTINGS, begun=BEGUN, model=model)
    assert {check.part for check in found.checks} == set(PARTS)
    assert found.model_hash == model.hash
