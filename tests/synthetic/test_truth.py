"""The stated hazard is the one the force was drawn from: its probabilities come true."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from matac_ml.errors import UsageError
from matac_ml.evaluation import auc
from matac_ml.synthetic import ForceTruth, load_truth, make_force
from matac_ml.synthetic.recording import delays, recorded_within


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> ForceTruth:
    return make_force(tmp_path_factory.mktemp("truth") / "force", incidents=40_000, years=3, seed=11)


@pytest.mark.parametrize("horizon", [91, 182, 365])
def test_probabilities_come_true(truth: ForceTruth, horizon: int) -> None:
    """In each fifth of people by true probability, as many have a new record as expected, within 4 standard errors."""
    frame = truth.hazard(truth.cut_off - timedelta(days=horizon - 1), horizon_days=horizon)
    fifth = pd.qcut(frame["probability"].rank(method="first"), 5, labels=False)
    for _, part in frame.groupby(fifth):
        expected, p = part["probability"].sum(), part["probability"]
        assert abs(part["recorded"].sum() - expected) < 4 * np.sqrt((p * (1 - p)).sum()), (expected, len(part))


def test_best_possible_auc_is_where_the_literature_is(truth: ForceTruth) -> None:
    """Half a year and a year ahead, the best possible AUC over all dates lies between .65 and .76."""
    best = truth.best_possible
    pooled = best[best["as_of"] == "all"].set_index("horizon_days")["auc"]
    assert 0.65 < pooled[365] < pooled[182] < 0.76


def test_other_scores_order_people_worse(truth: ForceTruth) -> None:
    """Neither the number of incidents nor the date of the last one orders people as well as the true probability."""
    as_of = date(2024, 3, 1)
    frame = truth.hazard(as_of, horizon_days=365)
    hit = frame["recorded"].to_numpy() > 0
    day = (as_of - truth.first_day).days
    rows = truth.incidents
    seen = rows[(rows["known_day"] < day) & (rows["day"] >= day - 1095)].groupby("person")["day"]
    person = frame["person_id"].str[1:].astype(int)
    best = auc(hit, frame["probability"].to_numpy())
    assert auc(hit, np.asarray(person.map(seen.size()), dtype=np.float64)) < best - 0.02
    assert auc(hit, np.asarray(person.map(seen.max()), dtype=np.float64)) < best - 0.02


def test_the_hazard_knows_nothing_recorded_later(truth: ForceTruth) -> None:
    """Cutting off everything recorded on or after the date changes no probability."""
    as_of = date(2023, 9, 1)
    before = truth.hazard(as_of, horizon_days=182)
    day = (as_of - truth.first_day).days
    cut = load_truth(truth.folder)
    cut.__dict__["incidents"] = truth.incidents[truth.incidents["known_day"] < day]
    after = cut.hazard(as_of, horizon_days=182)
    pd.testing.assert_frame_equal(before.drop(columns="recorded"), after.drop(columns="recorded"))


def test_an_open_horizon_has_no_outcome(truth: ForceTruth) -> None:
    """Past the cut-off nobody's outcome is known, and the table says so; a date outside the force is refused."""
    assert truth.hazard(truth.cut_off, horizon_days=2)["recorded"].isna().all()
    with pytest.raises(UsageError, match="as_of must be after"):
        truth.hazard(truth.first_day, horizon_days=365)


@pytest.mark.parametrize("late", [False, True])
def test_delays_follow_their_stated_distribution(late: bool) -> None:
    """The share recorded within d days is the stated probability, for every d that matters."""
    drawn = delays((np.arange(100_000) + 0.5) / 100_000, late=late)
    for days in (0, 1, 2, 10, 15, 31, 100, 181):
        assert np.mean(drawn < days) == pytest.approx(recorded_within(np.array([float(days)]), late=late)[0], abs=1e-3)
