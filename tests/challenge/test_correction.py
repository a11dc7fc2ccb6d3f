"""A correction is visible from its day: what a person's file says with it is what corrected records would say."""

from datetime import date, timedelta

import pytest

from matac_ml.asof import PersonFile, person_features, read_person
from matac_ml.challenge import Correction, corrected_file, is_recorded
from matac_ml.records import Extract
from matac_ml.rfg import load_policy
from tests.serial.test_registers import TODAY, extract_of

POLICY = load_policy()
INCIDENTS = (
    {"by": ["S"], "of": {"V": "partner"}, "ago": 200, "crime": True},
    {"by": ["S"], "of": {"W": "ex_partner"}, "ago": 100, "crime": True},
    {"by": ["S", "T"], "of": {"V": "partner"}, "ago": 50, "crime": False},
)
DAY = TODAY - timedelta(days=20)


def features(person: PersonFile, t: date) -> dict[str, float | None]:
    """What the matrix measures on a day."""
    return person_features(person, POLICY.features, t, harm=POLICY.harm_index)


def file_of(extract: Extract) -> PersonFile:
    """The suspect's file."""
    return read_person(extract, "S")


@pytest.mark.parametrize("days", [-60, -1, 0, 1, 19])
@pytest.mark.parametrize(("incident", "crime", "code"), [("I0", False, None), ("I2", True, "00801")])
def test_a_file_reads_as_if_the_reclassification_were_in_the_records(
    days: int, incident: str, crime: bool, code: str | None
) -> None:
    """On each day: before the correction, on its day, which does not see it yet, and after."""
    correction = Correction(incident, "classification", DAY, crime, code)
    row = {"incident_id": incident, "reclassified_on": DAY, "is_crime": crime, "offence_code": code}
    recorded = extract_of(*INCIDENTS, reclassifications=[row])
    t = DAY + timedelta(days=days)
    ours = corrected_file(file_of(extract_of(*INCIDENTS)), [correction], t)
    assert features(ours, t) == features(file_of(recorded), t)
    seen = features(ours, t) != features(file_of(extract_of(*INCIDENTS)), t)
    assert seen is (days > 0)
    assert is_recorded(file_of(recorded), correction, t) is (days > 0)
    assert not is_recorded(file_of(extract_of(*INCIDENTS)), correction, t)


def test_whoever_is_no_suspect_of_an_incident_has_it_on_no_later_day() -> None:
    """The file is then that of records without the link; an earlier day keeps it."""
    correction = Correction("I1", "not_suspect", DAY)
    whole = file_of(extract_of(*INCIDENTS))
    later, earlier = (corrected_file(whole, [correction], t) for t in (DAY + timedelta(days=1), DAY))
    assert earlier == whole
    assert {row.incident.incident_id for row in later.as_suspect} == {"I0", "I2"}
    assert {row.victim_id for row in later.pairs} == {"V"}
    without = extract_of(INCIDENTS[0], INCIDENTS[1] | {"by": ["T"]}, INCIDENTS[2])
    t = DAY + timedelta(days=1)
    assert features(later, t) == features(file_of(without), t)
    assert is_recorded(file_of(without), correction, t)
    assert not is_recorded(whole, correction, t)


@pytest.mark.parametrize("days", [-60, 0, 1, 19])
def test_a_link_withdrawn_in_the_records_says_what_the_correction_says(days: int) -> None:
    """The force writes the day of the correction into its extract: from then on nothing differs, on any day."""
    correction = Correction("I1", "not_suspect", DAY)
    t = DAY + timedelta(days=days)
    suspect = INCIDENTS[1] | {"withdrawn": DAY}
    recorded = file_of(extract_of(INCIDENTS[0], suspect, INCIDENTS[2]))
    assert features(recorded, t) == features(corrected_file(file_of(extract_of(*INCIDENTS)), [correction], t), t)
    assert is_recorded(recorded, correction, t) is (days > 0)
    assert corrected_file(recorded, [correction], t).as_suspect == recorded.as_of(t).as_suspect


def test_a_correction_is_kept_as_it_was_said() -> None:
    """To JSON values and back, with its words."""
    for correction, words in (
        (Correction("I1", "not_suspect", DAY), "the person is not a suspect of incident I1"),
        (Correction("I1", "classification", DAY, False), "incident I1 is not a crime"),
        (Correction("I1", "classification", DAY, True, "00801"), "incident I1 is a crime, offence code 00801"),
    ):
        assert Correction.from_payload(correction.payload()) == correction
        assert correction.words == words
