"""Every measure of a group, from counts that can be checked by hand."""

import numpy as np
import pytest

from matac_ml.fairness.measures import BY_NAME

#: 100 rows with 20 outcomes; 30 places, 5 of them with the outcome.
CELLS = {"rows": 100.0, "outcomes": 20.0, "selected": 30.0, "hits": 5.0}
WORKED = {
    "base_rate": 20 / 100,
    "selected_share": 30 / 100,
    "precision": 5 / 30,
    "false_negative_rate": 15 / 20,
    "false_positive_rate": 25 / 80,
}


@pytest.mark.parametrize(("name", "value"), WORKED.items())
def test_a_measure_is_worked_out_from_its_counts(name: str, value: float) -> None:
    """Missed outcomes over outcomes, people without the outcome who were listed over all without it, and so on."""
    cells = {cell: np.array([count]) for cell, count in CELLS.items()}
    assert BY_NAME[name].of(cells).tolist() == pytest.approx([value])
