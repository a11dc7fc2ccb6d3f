"""The matrix and the plain-Python file of one person give the same values, to the last bit."""

import math
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from matac_ml.asof import (
    feature_table,
    person_features,
    person_file_from_records,
    read_person,
    write_feature_table,
)
from tests.asof.made_up import HARM, START, every_kind_of_feature, some_extract
from tests.proving import in_prove

DATES = [START + timedelta(days=days) for days in (100, 280, 400, 560)]
LOOKBACK = 365


@pytest.mark.parametrize(
    ("seed", "other", "lookback"),
    in_prove(
        [(11, False, 365), (12, False, 50), (13, True, 365), (14, True, 50)], but=[(12, False, 50), (13, True, 365)]
    ),
)
def test_every_aggregate_and_condition_agrees(seed: int, other: bool, lookback: int) -> None:
    """Every aggregate, view and kind of condition agrees between SQL and Python, also where windows reach further."""
    features = every_kind_of_feature(other=other)
    _, extract = some_extract(seed)
    frame = feature_table(extract, features, DATES, harm=HARM, lookback_days=lookback)
    alone = feature_table(extract, (), DATES, harm=HARM, lookback_days=lookback)
    assert frame[["person_id", "as_of"]].equals(alone)
    assert len(frame) > 5
    files = {person_id: read_person(extract, person_id) for person_id in frame["person_id"].unique()}
    for row in frame.to_dict("records"):
        values = person_features(
            files[row["person_id"]], features, row["as_of"].date(), harm=HARM, lookback_days=lookback
        )
        unequal = [
            (name, row[name], value)
            for name, value in values.items()
            if not (row[name] == value or (value is None and math.isnan(row[name])))
        ]
        assert not unequal


def test_what_is_written_is_the_matrix_and_nobody_is_an_empty_table(tmp_path: Path) -> None:
    """The file holds the frame's rows; as of a day before all records it is written too, in place of what was there."""
    features, out = every_kind_of_feature(other=False)[::12], tmp_path / "matrix.parquet"
    _, extract = some_extract(11)
    frame = feature_table(extract, features, DATES, harm=HARM, lookback_days=LOOKBACK)
    written = pd.read_parquet(write_feature_table(extract, features, DATES, out, harm=HARM, lookback_days=LOOKBACK))
    written["as_of"] = pd.to_datetime(written["as_of"])
    pd.testing.assert_frame_equal(written, frame, check_dtype=False)
    early = [date(1950, 1, 1)]
    empty = pd.read_parquet(write_feature_table(extract, features, early, out, harm=HARM, lookback_days=LOOKBACK))
    assert list(empty) == list(frame)
    assert empty.empty


@pytest.mark.parametrize("seed", range(8))
def test_inline_records_make_the_same_file_as_an_extract(seed: int) -> None:
    """A partner's inline records and an extract of the same rows give equal files."""
    tables, extract = some_extract(seed)
    for person_id in {row["person_id"] for row in tables["involvements"]}:
        assert person_file_from_records(tables, person_id) == read_person(extract, person_id)


def test_rows_are_the_people_with_a_visible_domestic_incident_as_suspect() -> None:
    """The table has a row for exactly those, by their identity of the day, also when no feature looks at that view."""
    _, extract = some_extract(5)
    frame = feature_table(extract, (), DATES, harm=HARM, lookback_days=LOOKBACK)
    suspected = (
        "SELECT DISTINCT v.person_id FROM involvements v JOIN incidents i USING (incident_id) WHERE i.domestic "
        "AND v.role IN ('suspect', 'offender') AND i.occurred_on >= $first "
        "AND greatest(v.recorded_on, i.recorded_on) < $t"
    )
    expected = set()
    for t in DATES:
        found = extract.connect(as_of=t).execute(suspected, {"t": t, "first": t - timedelta(days=LOOKBACK)})
        expected |= {(t, person_id) for (person_id,) in found.fetchall()}
    assert [(row.as_of.date(), row.person_id) for row in frame.itertuples()] == sorted(expected)
