"""What was known before a day has one fingerprint, whatever was recorded since, and another when it was corrected."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from matac_ml.asof.known_before import known_before
from matac_ml.leakcheck.mutations import MUTATIONS, Tables, tables_of
from matac_ml.records import Extract, read_extract
from matac_ml.synthetic import make_force


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A force of a few hundred incidents."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=400, years=3, seed=11)
    return read_extract(folder)


def changed(records: Extract, tables: Tables) -> Extract:
    """The same force with other tables."""
    return Extract.from_tables(tables, cut_off=records.cut_off)


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_nothing_recorded_later_changes_it(records: Extract, name: str) -> None:
    """Whatever leakcheck changes after a day: a later day notices, the day itself does not."""
    day = records.cut_off - timedelta(days=200)
    other = changed(records, MUTATIONS[name](tables_of(records), pd.Timestamp(day), np.random.default_rng(1)))
    later = records.cut_off + timedelta(days=1)
    assert known_before(other, [day]) == known_before(records, [day])
    assert known_before(other, [later]) != known_before(records, [later])


CORRECTIONS = {
    "incidents": ("weapon_used", "is_crime", "area", "report_source", "outcome_code"),
    "involvements": ("role", "relationship", "recorded_on"),
    "reclassifications": ("is_crime",),
    "custody": ("start_on", "end_on"),
}


@pytest.mark.parametrize(("table", "column"), [(table, c) for table, columns in CORRECTIONS.items() for c in columns])
def test_a_correction_of_what_was_known_changes_it(records: Extract, table: str, column: str) -> None:
    """One cell of a row that was known: another fingerprint after it, the same before it."""
    tables = tables_of(records)
    frame = tables[table].copy()
    held = frame[column].dropna()
    old, new = held.iloc[0], next(value for value in held if value != held.iloc[0])
    if column.endswith("_on"):
        new = pd.Timestamp(old) + timedelta(days=-1 if column == "start_on" else 1)
    frame.loc[held.index[0], column] = new
    other = changed(records, tables | {table: frame})
    day, before = records.cut_off + timedelta(days=1), date(1990, 1, 1)
    assert known_before(other, [day]) != known_before(records, [day])
    assert known_before(other, [before]) == known_before(records, [before])


def test_which_link_was_withdrawn_counts(records: Extract) -> None:
    """The link of one incident or of another of the same person: two fingerprints after the day, one before it."""
    tables = tables_of(records)
    links, day = tables["involvements"], records.cut_off - timedelta(days=10)
    often = links.loc[links["role"] == "suspect", "person_id"].value_counts().index[0]
    mine = links.index[(links["person_id"] == often) & (links["role"] == "suspect")][:2]
    one, other = (
        changed(records, tables | {"involvements": links.assign(withdrawn_on=pd.Series({row: pd.Timestamp(day)}))})
        for row in mine
    )
    after = day + timedelta(days=1)
    assert len({known_before(held, [after])[after] for held in (records, one, other)}) == 3
    assert len({known_before(held, [day])[day] for held in (records, one, other)}) == 1


def test_a_row_taken_out_and_put_in_again_is_known(records: Extract) -> None:
    """Sums do not hide what is missing; the order of rows does not count."""
    tables = tables_of(records)
    day = records.cut_off + timedelta(days=1)
    links = tables["involvements"]
    without = changed(records, tables | {"involvements": links.iloc[1:]})
    shuffled = changed(records, tables | {"involvements": links.sample(frac=1, random_state=1)})
    assert known_before(without, [day]) != known_before(records, [day])
    assert known_before(shuffled, [day]) == known_before(records, [day])
