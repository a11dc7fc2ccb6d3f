"""Merges given inline are walked once, to the identity that stays."""

from datetime import date, timedelta

import pytest

from matac_ml.asof import person_file_from_records
from matac_ml.errors import RecordsError

DAY = date(2024, 1, 1)
INCIDENT = {"incident_id": "I1", "occurred_on": DAY, "recorded_on": DAY, "is_crime": True}


def _file(merges: list[tuple[str, str]], who: str) -> str:
    links = [{"incident_id": "I1", "person_id": "M0", "role": "suspect"}] * 1000
    rows = [{"person_id": a, "merged_into": b} for a, b in merges]
    file = person_file_from_records({"incidents": [INCIDENT], "involvements": links, "merges": rows}, who)
    assert len(file.as_suspect) == 1
    return file.person_id


def test_a_long_chain_of_merges_ends_at_the_identity_that_stays() -> None:
    """A thousand rows of somebody given up 20,000 times cost no more than the rows and the chain."""
    chain = [(f"M{n}", f"M{n + 1}") for n in range(20_000)]
    assert _file(chain, "M0") == _file(chain[::-1], "M7") == "M20000"


@pytest.mark.parametrize("circle", [[("A", "A")], [("A", "B"), ("B", "A")], [("M0", "A"), ("A", "B"), ("B", "A")]])
def test_merges_that_come_back_to_their_start_are_refused(circle: list[tuple[str, str]]) -> None:
    """Nobody stays, so there is no file; the work ends."""
    with pytest.raises(RecordsError, match="identity that stays"):
        _file(circle, "M0")


def test_merges_of_one_person_on_very_many_days_are_refused() -> None:
    """Each day of a merge can mean another file, so their number is bounded."""
    rows = [{"person_id": f"M{n}", "merged_into": f"M{n + 1}", "merged_on": DAY + timedelta(n)} for n in range(51)]
    with pytest.raises(RecordsError, match="at most 50 days"):
        person_file_from_records({"merges": rows}, "M0")
