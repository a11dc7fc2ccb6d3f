"""A spell covers the days from the one after it began, and every person with a row anywhere has a file."""

from datetime import date, timedelta

import pytest

from matac_ml.asof import read_people
from matac_ml.asof.person_file import Spell
from matac_ml.asof.sqltext import literal
from matac_ml.records import Extract

DAY = date(2024, 5, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "end", "known", "covers"),
    [
        (BEFORE, None, BEFORE, True),
        (DAY, None, BEFORE, False),
        (BEFORE, None, DAY, False),
        (BEFORE, DAY, BEFORE, True),
        (BEFORE, BEFORE, BEFORE, False),
        (BEFORE, AFTER, BEFORE, True),
    ],
)
def test_a_spell_covers_a_day_on_which_it_lasts_and_is_known(
    start: date, end: date | None, known: date, covers: bool
) -> None:
    """Begun and recorded before the day, and not ended before it; one planned for the day itself has not begun."""
    assert Spell(start, end, known).covers(DAY) is covers


def test_a_person_needs_one_row_anywhere_to_have_a_file() -> None:
    """Somebody of whom only incidents or only a date of birth is recorded has a file; a stranger has none."""
    extract = Extract.from_tables(
        {
            "incidents": [{"incident_id": "I1", "occurred_on": BEFORE, "recorded_on": BEFORE, "is_crime": True}],
            "involvements": [{"incident_id": "I1", "person_id": "LINKED", "role": "suspect"}],
            "people": [{"person_id": "BORN", "birth_date": date(1990, 1, 1)}],
        }
    )
    assert set(read_people(extract, ["LINKED", "BORN", "STRANGER"])) == {"LINKED", "BORN"}


@pytest.mark.parametrize(
    ("value", "text"), [(None, "NULL"), (True, "TRUE"), (False, "FALSE"), (7, "7"), ("O'Neill", "'O''Neill'")]
)
def test_a_value_as_sql(value: bool | int | str | None, text: str) -> None:
    """Truth is no number, and a quotation mark ends no text."""
    assert literal(value) == text
