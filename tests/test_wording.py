"""Lengths of time read as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import CATALOGUE
from matac_ml.wording import span, window


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "in the last day"),
        (7, "in the last 7 days"),
        (28, "in the last four weeks"),
        (90, "in the last three months"),
        (182, "in the last six months"),
        (365, "in the last year"),
        (366, "in the last 366 days"),
        (730, "in the last two years"),
        (1095, "in the last three years"),
        (2190, "in the last six years"),
        (3650, "in the last 10 years"),
        (1000, "in the last 1,000 days"),
    ],
)
def test_a_window_reads_as_people_say_it(days: int, said: str) -> None:
    """Years where it is whole years, months and weeks where people say them, days otherwise."""
    assert window(days) == said


@given(st.integers(1, 20_000))
def test_a_span_says_one_of_one_thing_and_several_of_several(days: int) -> None:
    """One year, two years; 1 day, 2 days."""
    number, unit = span(days).split(" ")
    assert unit.endswith("s") == (number not in ("one", "1"))


def test_no_sentence_of_the_catalogue_counts_years_in_days() -> None:
    """A window of three years is not said to be 1,095 days."""
    said = [text for one in CATALOGUE for text in (one.sentence, one.missing)]
    assert not [text for text in said if "65 days" in text or "730 days" in text or "1,095 days" in text]
