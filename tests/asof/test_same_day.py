"""What is recorded on the as-of day itself is not known yet: both engines, one record, two days."""

from datetime import date, timedelta

import pytest

from matac_ml.asof import HarmTable, PersonView, feature_table, person_features, person_file_from_records, read_person
from matac_ml.records import Extract
from matac_ml.spec import Aggregate, Family, Feature, View
from tests.asof.made_up import HARM

DAY = date(2024, 1, 1)
COUNT = Feature(
    name="incidents", family=Family.FREQUENCY, view=View.SUSPECT, aggregate=Aggregate.COUNT, window_days=365,
    direction=1, allowed_because="It is what was recorded.", source="Made up.",
)  # fmt: skip


@pytest.mark.parametrize(("as_of", "counted"), [(DAY, 1), (DAY + timedelta(days=1), 2)])
def test_a_record_of_the_day_itself_counts_from_the_next_day(as_of: date, counted: int) -> None:
    """One incident a month before, and one that happened earlier and was recorded on the day."""
    old, happened = DAY - timedelta(days=30), DAY - timedelta(days=3)
    days = {"OLD": (old, old), "LATE": (happened, DAY)}
    extract = Extract.from_tables(
        {
            "incidents": [
                {"incident_id": key, "occurred_on": on, "recorded_on": known, "is_crime": True}
                for key, (on, known) in days.items()
            ],
            "involvements": [{"incident_id": key, "person_id": "P", "role": "suspect"} for key in days],
            "people": [{"person_id": "P"}],
        },
        cut_off=date(2024, 6, 1),
    )
    assert feature_table(extract, [COUNT], [as_of], harm=HARM)["incidents"].tolist() == [counted]
    assert person_features(read_person(extract, "P"), [COUNT], as_of, harm=HARM) == {"incidents": counted}


def test_a_link_is_known_no_earlier_than_its_incident() -> None:
    """A victim who was named before the person was: neither link nor incident is shown until both are recorded."""
    named = DAY + timedelta(days=10)
    tables = {
        "incidents": [{"incident_id": "I", "occurred_on": DAY, "recorded_on": DAY, "is_crime": True}],
        "involvements": [
            {"incident_id": "I", "person_id": "P", "role": "suspect", "recorded_on": named},
            {"incident_id": "I", "person_id": "V", "role": "victim"},
        ],
    }
    file = person_file_from_records(tables, "P")
    assert [pair.known_from for pair in file.pairs] == [named]
    assert PersonView(file, named, harm=HarmTable(HARM)).count(View.PAIR, (), window=365) == 0
    assert PersonView(file, named + timedelta(days=1), harm=HarmTable(HARM)).count(View.PAIR, (), window=365) == 1
