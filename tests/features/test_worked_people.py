"""Every feature gives every worked person the value that was worked out by hand, by both engines."""

import math

import pytest

from features import CATALOGUE
from features.worked_people import HARM_INDEX, TODAY, WORKED_PEOPLE, telling
from features.worked_people.expecting import differences, expected_values, unworked
from features.worked_people.telling import Offence, identity, tables_of
from matac_ml.asof import feature_table, person_features, person_file_from_records, read_person
from matac_ml.errors import DeclarationError
from matac_ml.harm import load_harm_index
from matac_ml.records import Extract

HARM = load_harm_index(HARM_INDEX)
EXPECTED = {person.name: expected_values(person, WORKED_PEOPLE, CATALOGUE) for person in WORKED_PEOPLE}


@pytest.fixture(scope="module")
def extract() -> Extract:
    """The records of all worked people in one extract; they are strangers to each other."""
    return Extract.from_tables(tables_of(WORKED_PEOPLE), cut_off=TODAY)


def test_one_person_at_a_time_gets_the_worked_values() -> None:
    """Plain Python, from inline records as a partner sends them."""
    wrong = []
    for person in WORKED_PEOPLE:
        file = person_file_from_records(tables_of([person]), identity(person))
        wrong += differences(person, EXPECTED[person.name], person_features(file, CATALOGUE, TODAY, harm=HARM))
    assert not wrong, "\n".join(wrong)


def test_the_matrix_of_all_of_them_has_the_worked_values(extract: Extract) -> None:
    """DuckDB, all at once: a row for exactly those with a visible incident as suspect, every value as worked."""
    frame = feature_table(extract, CATALOGUE, [TODAY], harm=HARM).set_index("person_id")
    wrong, rows = [], set()
    for person in WORKED_PEOPLE:
        if EXPECTED[person.name]["incidents_1095d"]:
            rows.add(identity(person))
            row = frame.loc[identity(person)]
            came = {one.name: None if math.isnan(row[one.name]) else float(row[one.name]) for one in CATALOGUE}
            wrong += differences(person, EXPECTED[person.name], came)
    assert not wrong, "\n".join(wrong)
    others = {one for one in frame.index if not one.endswith(f":{telling.THEM}")}
    assert set(frame.index) - others == rows


def test_a_file_read_from_the_extract_gives_the_same(extract: Extract) -> None:
    """The two ways to one person's file, inline records and an extract, are one."""
    for person in WORKED_PEOPLE:
        if person.events:
            assert read_person(extract, identity(person)) == person_file_from_records(
                tables_of([person]), identity(person)
            )


def test_every_feature_is_worked_at_least_once() -> None:
    """At least 25 people, and for every feature one of them with a value that is not its default."""
    assert len(WORKED_PEOPLE) >= 25
    assert len({person.name for person in WORKED_PEOPLE}) == len(WORKED_PEOPLE)
    missing = unworked(WORKED_PEOPLE, CATALOGUE)
    assert not missing, f"give a worked person a value of: {', '.join(missing)}"


def test_a_value_of_no_feature_is_refused() -> None:
    """A misspelt feature is named, whether it was given alone or with a window."""
    odd = telling.Worked("odd", "Odd.", (), telling.gives(incidents={27: 1}, days_since_lats=3, harm_365d=0))
    with pytest.raises(DeclarationError) as raised:
        expected_values(odd, [odd], CATALOGUE)
    assert len(raised.value.faults) == 2


def test_the_harm_shown_is_the_harm_of_the_index() -> None:
    """A reader works gravity out with the days that the index gives."""
    offences = [value for value in vars(telling).values() if isinstance(value, Offence)]
    assert len(offences) == 7
    assert all(float(HARM.days_of(offence.code) or 0) == offence.harm for offence in offences)
