"""Where somebody is listed: the area of the latest domestic incident as suspect that was known by the day."""

from datetime import date

import pytest

from matac_ml.asof import area_frame
from matac_ml.records import Extract

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("later", "area"),
    [
        ({"domestic": False}, "North"),
        ({"domestic": True}, "South"),
        ({"domestic": None}, "South"),
        ({"recorded_on": "2024-06-01"}, "North"),
        ({"area": None}, "North"),
    ],
)
def test_an_incident_that_is_not_domestic_moves_nobody_to_another_area(later: dict[str, object], area: str) -> None:
    """A shop theft elsewhere changes no list; a later domestic incident does, once it is known and says where."""
    first = {"incident_id": "I1", "occurred_on": "2024-01-05", "recorded_on": "2024-01-05", "is_crime": True}
    second = {**first, "incident_id": "I2", "occurred_on": "2024-05-05", "recorded_on": "2024-05-05", "area": "South"}
    tables = {
        "incidents": [{**first, "area": "North", "domestic": True}, {**second, **later}],
        "involvements": [{"incident_id": name, "person_id": "S1", "role": "suspect"} for name in ("I1", "I2")],
        "people": [{"person_id": "S1"}],
    }
    extract = Extract.from_tables(tables, cut_off=DAY)
    assert area_frame(extract, [DAY])["area"].tolist() == [area]
