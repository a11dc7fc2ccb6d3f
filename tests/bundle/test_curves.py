"""A sum of step curves is read off its table: by hand, for what is missing, and for one row as for many."""

import numpy as np
import pytest

from matac_ml.bundle import points_of
from tests.bundle.made_up import booster_model, curve_model, pair_model

NAN = float("nan")
#: Values of three features, and what each adds: an edge belongs to the interval below it.
BY_HAND = (
    ([0.0, 30.0, 1.0], [-0.5, 0.5, 0.0]),
    ([0.1, 30.1, NAN], [0.25, -0.25, 0.0]),
    ([2.5, -1.0, 1e15], [0.25, 0.5, 0.0]),
    ([2.6, 900.0, -1e15], [1.0, -0.25, 0.0]),
    ([NAN, NAN, 0.0], [-0.75, 0.125, 0.0]),
)


def test_every_part_is_the_number_of_its_interval() -> None:
    """Below, on and above each edge, and for what is missing; the base and the parts are the log-odds."""
    scorer = curve_model().scorer
    X, parts = (np.array([row[i] for row in BY_HAND]) for i in (0, 1))
    found, base = scorer.contributions(X)
    assert (found == parts).all()
    assert (base == -2.0).all()
    assert scorer.log_odds(X) == pytest.approx(parts.sum(axis=1) - 2.0, abs=1e-15)
    assert all((scorer.contributions(X[i : i + 1])[0] == parts[i]).all() for i in range(len(X)))


def test_the_points_table_recomputes_the_calibrated_log_odds() -> None:
    """Base and points are those of the probability itself, with the feature that moves most first."""
    model = curve_model()
    table = points_of(model)
    assert table is not None
    assert [curve.feature for curve in table.curves] == list(model.feature_names)
    for row, _ in BY_HAND:
        total = table.base
        for value, curve in zip(row, table.curves, strict=True):
            place = sum(edge < value for edge in curve.edges)
            total += curve.missing if np.isnan(value) else curve.points[place]
        assert total == pytest.approx(float(model.log_odds([row])[0]), abs=1e-12)
    assert points_of(booster_model()) is None


def test_half_of_a_grid_belongs_to_each_of_its_two_features() -> None:
    """Rows by the first feature, columns by the second, the last of each for what is missing, in the table too."""
    model, alone = pair_model(), curve_model()
    rows = np.array([[0.5, 10.0, 0.0], [0.6, 10.1, 0.0], [NAN, 3.0, 0.0], [0.0, NAN, 0.0], [NAN, NAN, 0.0]])
    parts, both = alone.scorer.contributions(rows)[0], model.scorer.contributions(rows)[0]
    added = np.array([0.5, 1.0, 0.0, 0.25, -0.75])
    assert both - parts == pytest.approx(np.column_stack([added / 2, added / 2, np.zeros(5)]), abs=1e-15)
    table = points_of(model)
    assert table is not None
    slope = model.calibration.slope
    assert table.pairs[0].features == model.feature_names[:2]
    assert table.pairs[0].points[2][1] == slope * 0.75
