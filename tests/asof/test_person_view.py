"""What a view of one person shows as of a day: worked out by hand from a file of seven incidents."""

from datetime import date
from typing import Any

import pytest

from matac_ml.asof import HarmTable, Incident, PersonView, person_file_from_records
from tests.asof.made_up import HARM

DAY = date(2024, 6, 1)
BEFORE = date(2024, 5, 31)
AFTER = date(2024, 6, 2)

_INCIDENTS: list[dict[str, Any]] = [
    {"incident_id": "OLD", "occurred_on": date(2024, 1, 1), "recorded_on": date(2024, 1, 2), "is_crime": True,
     "offence_code": "00806", "outcome_code": 1, "outcome_on": DAY},
    {"incident_id": "NEW", "occurred_on": date(2024, 5, 1), "recorded_on": date(2024, 5, 1), "is_crime": False},
    {"incident_id": "OTHER", "occurred_on": date(2024, 5, 2), "recorded_on": date(2024, 5, 2), "is_crime": True,
     "offence_code": "00806", "domestic": False},
    {"incident_id": "LATE", "occurred_on": date(2024, 2, 1), "recorded_on": DAY, "is_crime": True},
    {"incident_id": "HURT", "occurred_on": date(2024, 3, 1), "recorded_on": date(2024, 3, 1), "is_crime": True,
     "offence_code": "00877", "proactively_detected": True},
]  # fmt: skip
_LINKS: list[dict[str, Any]] = [
    {"incident_id": "OLD", "person_id": "P", "role": "suspect"},
    {"incident_id": "OLD", "person_id": "P", "role": "offender", "recorded_on": date(2024, 5, 31)},
    {"incident_id": "OLD", "person_id": "V2", "role": "victim", "relationship": "spouse"},
    {"incident_id": "OLD", "person_id": "V1", "role": "victim", "recorded_on": DAY},
    {"incident_id": "NEW", "person_id": "P", "role": "suspect", "recorded_on": date(2024, 5, 20)},
    {"incident_id": "OTHER", "person_id": "P", "role": "suspect"},
    {"incident_id": "LATE", "person_id": "P", "role": "suspect"},
    {"incident_id": "HURT", "person_id": "P", "role": "victim", "relationship": "spouse"},
    {"incident_id": "HURT", "person_id": "V2", "role": "suspect"},
    {"incident_id": "HURT", "person_id": "V3", "role": "suspect", "recorded_on": DAY},
]
_CHANGES = [
    {"incident_id": "OLD", "reclassified_on": BEFORE, "is_crime": True, "offence_code": "00877"},
    {"incident_id": "OLD", "reclassified_on": DAY, "is_crime": False},
]
_SPELLS = [{"person_id": "P", "start_on": date(2024, 5, 1), "end_on": DAY, "recorded_on": date(2024, 5, 2)}]
_PEOPLE = [{"person_id": "P", "birth_date": date(2000, 6, 1), "deceased_on": DAY}]


def _view(day: date) -> PersonView:
    tables = {
        "incidents": _INCIDENTS, "involvements": _LINKS, "reclassifications": _CHANGES, "people": _PEOPLE,
        "custody": _SPELLS, "management": _SPELLS,
    }  # fmt: skip
    return PersonView(person_file_from_records(tables, "P"), day, harm=HarmTable(HARM))


def _ids(incidents: tuple[Incident, ...]) -> list[str]:
    return [incident.incident_id for incident in incidents]


def test_incidents_are_those_known_strictly_before_the_day_and_domestic_newest_first() -> None:
    """What was recorded on the day is not there; what is not domestic counts for features alone."""
    view = _view(DAY)
    assert _ids(view.as_suspect) == ["NEW", "OLD"]
    assert _ids(view.as_victim) == ["HURT"]
    assert set(view.incidents_as_suspect) == {"OLD", "NEW", "OTHER"}
    assert view.not_yet_known == ("LATE",)
    assert (view.is_suspect, view.is_victim, view.has_dual_role) == (True, True, True)
    early = _view(date(2024, 1, 2))
    assert (early.is_suspect, early.is_victim, early.has_dual_role, early.as_suspect) == (False, False, False, ())


def test_an_incident_is_shown_as_it_was_known() -> None:
    """Classification, part, victims and outcome are those of the day; what is dated on the day itself is not known."""
    new, old = _view(DAY).as_suspect
    assert (old.part, old.is_crime, old.offence_code, old.reclassified_on) == ("offender", True, "00877", BEFORE)
    assert (old.harm_days, old.named_on, [other.person_id for other in old.others]) == (365, date(2024, 1, 2), ["V2"])
    assert old.values["outcome_code"] is None
    assert (new.part, new.is_crime, new.reclassified_on, new.harm_days) == ("suspect", False, None, 0.5)
    assert new.named_on == date(2024, 5, 20)
    later = _view(date(2024, 6, 2)).incidents_as_suspect["OLD"]
    assert (later.is_crime, later.reclassified_on, later.values["outcome_code"]) == (False, DAY, 1)
    assert [other.person_id for other in later.others] == ["V1", "V2"]
    earlier = _view(BEFORE).incidents_as_suspect["OLD"]
    assert (earlier.part, earlier.offence_code, earlier.reclassified_on) == ("suspect", "00806", None)


def test_as_a_victim_the_suspects_and_the_accusations_are_those_of_the_day() -> None:
    """V2 is this person's own victim and suspected against them; V3 is suspected from the next day on."""
    view = _view(DAY)
    (hurt,) = view.as_victim
    assert (hurt.part, hurt.relationship, hurt.counter_allegation) == ("victim", "spouse", True)
    assert (hurt.found_by_police, hurt.harm_days) == (True, 0)
    assert {who: _ids(incidents) for who, incidents in view.suspects.items()} == {"V2": ["HURT"]}
    assert view.recorded_against_each_other == {"V2"}
    assert list(_view(date(2024, 6, 2)).suspects) == ["V2", "V3"]


@pytest.mark.parametrize(
    ("day", "covered", "died", "age"),
    [(date(2024, 5, 1), False, False, 23), (date(2024, 5, 3), True, False, 23), (DAY, True, False, 24),
     (date(2024, 6, 2), False, True, 24)],
)  # fmt: skip
def test_circumstances_are_those_of_the_day(day: date, covered: bool, died: bool, age: int) -> None:
    """A spell covers the days after its start to its last, once custody is known; a death counts from the next day."""
    view = _view(day)
    assert (view.in_custody, view.under_management, view.has_died, view.age_years) == (covered, covered, died, age)


def test_without_a_harm_index_nothing_says_what_harm_is() -> None:
    """Harm that was not asked for is an error and not a missing value."""
    bare = PersonView(_view(DAY).person, DAY)
    assert bare.as_suspect[0].offence_code is None
    with pytest.raises(KeyError):
        _ = bare.as_suspect[0].harm_days


def test_nothing_is_seen_before_it_happened_whatever_day_it_was_recorded_on() -> None:
    """An incident dated after its own record, as a slip of the keyboard makes it, waits for the day after it."""
    rows = {"incident_id": "I", "occurred_on": DAY, "recorded_on": BEFORE, "is_crime": True}
    parts = (("P", "suspect"), ("V", "victim"))
    links = [{"incident_id": "I", "person_id": person, "role": role} for person, role in parts]
    for person in ("P", "V"):
        file = person_file_from_records({"incidents": [rows], "involvements": links}, person)
        seen = [(PersonView(file, day).is_suspect, PersonView(file, day).is_victim) for day in (DAY, AFTER)]
        assert seen == [(False, False), (person == "P", person == "V")]
