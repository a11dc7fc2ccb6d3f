"""What begins on a day begins then and moves nothing else; growth and seasons are as large as they are said to be."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from matac_ml.errors import UsageError
from matac_ml.synthetic import ForceSettings, Plant
from matac_ml.synthetic.force import force_calendar, force_chunks
from matac_ml.synthetic.tables import extract_tables

SETTINGS = ForceSettings()
CALENDAR = force_calendar(SETTINGS.cut_off, 2)
WEEKS = 30


def _tables(*words: str) -> Mapping[str, pa.Table]:
    plant = Plant.from_words(words)
    [(chunk, _)] = force_chunks(CALENDAR, incidents=8000, seed=4, plant=plant, settings=SETTINGS)
    return extract_tables(chunk, CALENDAR, areas=list(SETTINGS.areas))


def _since(table: pa.Table) -> np.ndarray:
    first = np.datetime64(SETTINGS.cut_off, "D") - np.timedelta64(7 * WEEKS, "D")
    return table["recorded_on"].to_numpy().astype("datetime64[D]") > first


PLAIN = _tables()


@pytest.mark.parametrize("change", ["practice", "group", "base_rate"])
def test_incidents_are_left_out_since_the_change_and_none_before(change: str) -> None:
    """What is left is as it was, row by row; about half of those concerned are gone."""
    was, now = PLAIN["incidents"], _tables(f"change:{change}:0.5:{WEEKS}")["incidents"]
    kept = np.isin(was["incident_id"].to_numpy(), now["incident_id"].to_numpy())
    assert was.filter(pa.array(kept)).equals(now)
    assert kept[~_since(was)].all()
    assert 0.02 < 1 - kept[_since(was)].mean() < 0.45
    if change == "practice":
        is_crime = was["is_crime"].to_numpy(zero_copy_only=False)
        assert kept[is_crime].all()
        assert kept[_since(was) & ~is_crime].mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("change", "columns"), [("migration", {"injury_level", "dash_grade"}), ("offence_code", {"offence_code"})]
)
def test_only_the_named_columns_are_written_otherwise_since_the_change(change: str, columns: set[str]) -> None:
    """Every other column, and every row before the change, is as it was."""
    was, now = PLAIN["incidents"], _tables(f"change:{change}:0.5:{WEEKS}")["incidents"]
    for name in was.column_names:
        same = np.array([a == b for a, b in zip(was[name].to_pylist(), now[name].to_pylist(), strict=True)])
        assert same[~_since(was)].all()
        assert same.all() == (name not in columns)


def test_records_grow_and_swing_as_far_as_planted() -> None:
    """The later of two years holds 1.5 times as many for a growth of half; fewer come from Monday to Friday."""
    day = _tables("growth:0.5")["incidents"]["recorded_on"].to_numpy().astype("datetime64[D]")
    half = np.datetime64(SETTINGS.cut_off, "D") - np.timedelta64(365, "D")
    was = PLAIN["incidents"]["recorded_on"].to_numpy().astype("datetime64[D]")
    grown = (day > half).sum() / (was > half).sum() / ((day <= half).sum() / (was <= half).sum())
    assert grown == pytest.approx(1.5, abs=0.1)
    swung = _tables("season:0.3")["incidents"]["recorded_on"].to_numpy().astype("datetime64[D]")
    kept = [np.is_busday(days).sum() for days in (swung, was)]
    rest = [(~np.is_busday(days)).sum() for days in (swung, was)]
    assert kept[0] / kept[1] == pytest.approx(0.7 * rest[0] / rest[1], abs=0.04)


@pytest.mark.parametrize(
    "word", ["change:nothing", "change:group:2", "change:group:half", "growth:2", "season:1", "change:group:0.5:0"]
)
def test_a_change_that_cannot_be_planted_is_refused(word: str) -> None:
    """A kind, share or number of weeks out of range."""
    with pytest.raises(UsageError):
        Plant.from_words([word])
