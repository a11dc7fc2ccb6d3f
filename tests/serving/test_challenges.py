"""A contest on pages and over HTTP: recorded, answered, corrected as of its day, with the difference in the score."""

import re

import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from matac_ml.casework.judging import CASE_LOOK
from matac_ml.roles import Permission, ServiceRole
from tests.serving.casework_pages import Staff, first_listed, words_of
from tests.serving.running import WHY, Service

REASON = "The time sheet of that day says so."


@pytest.fixture(scope="module")
def person(force: Service) -> str:
    """The first of the list."""
    return first_listed(force, 1)[0]


@pytest.fixture(scope="module")
def incidents(force: Service, person: str) -> list[str]:
    """Incidents of which the person is a suspect, newest first."""
    lines = force.post("/v1/incidents", {**WHY, "user": "a.program", "person_id": person}).json()["incidents"]
    return [line["incident_id"] for line in lines if line["role"] != "victim"]


@pytest.fixture(scope="module")
def number(force: Service, staff: Staff, person: str, incidents: list[str]) -> int:
    """A contest that an analyst records on the page."""
    analyst = staff("analyst")
    assert "Record a challenge" in words_of(analyst.get("/challenges"))
    said = words_of(analyst.post("/challenges", person_id=person))
    assert "Choose what is contested" in said
    assert "Say what is contested" in said
    fields = {"person_id": person, "about": "record", "by": "person", "said": "I was at work", "reason": REASON}
    day = clock.today().isoformat()
    page = analyst.post("/challenges", **fields, incident_ids=", ".join(incidents[:2]), received=day)
    assert "I was at work" in page.text
    found = re.search(r"recorded by a.analyst as entry (\d+)", page.text)
    assert found is not None, words_of(page)
    return int(found[1])


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_challenges(staff: Staff, number: int, person: str, role: ServiceRole) -> None:
    """Whoever may look at scores sees them and records one; two roles answer."""
    somebody = staff(role.value, f"c.{role.value}")
    answer = somebody.get("/challenges")
    assert (answer.status_code == 200) is (Permission.SCORE in role.permissions)
    assert (person in answer.text) is (Permission.SCORE in role.permissions)
    tried = somebody.post("/challenges/answer", challenge=str(number), person_id=person)
    assert (tried.status_code == 403) is (Permission.ANSWER_CHALLENGES not in role.permissions)


def test_an_answer_corrects_as_of_its_day_and_shows_the_difference(
    force: Service, staff: Staff, number: int, person: str, incidents: list[str]
) -> None:
    """By a named person; the earlier day keeps its score; the person is told of both."""
    lead = staff("safeguarding_lead", "answers")
    lead.get("/challenges")
    wrong = {"challenge": str(number), "person_id": person, "reason": REASON}
    assert "Choose whether it is upheld" in words_of(lead.post("/challenges/answer", **wrong))
    # A number that no entry has, however long: Python reads no more than 4,300 digits.
    for other in ("0", "9" * 5_000, "²", ""):
        refused = lead.post("/challenges/answer", **(wrong | {"challenge": other}), outcome="refused")
        assert refused.status_code in (409, 422)
        assert "There is a problem" in refused.text
    rows = {f"incident-{i}": incident for i, incident in enumerate(incidents[:2])}
    rows |= {"change-0": "not-suspect", "day-0": "the first", "change-1": "", "day-1": ""}
    assert "Enter the day from which it holds" in words_of(
        lead.post("/challenges/answer", **wrong, outcome="upheld", **rows)
    )
    rows["day-0"] = clock.today().isoformat()
    page = lead.post("/challenges/answer", **wrong, outcome="upheld", **rows)
    said = words_of(page)
    assert f"{person}: upheld" in said
    assert "The records in force do not say so yet" in said
    assert re.search(r"The points (fall|rise) from \d+ to \d+\.|The points stay the same\.", said)
    (one,) = force.post("/v1/challenges", {**WHY, "person_id": person}).json()["challenges"]
    assert next(iter(one)) == "also_victim"
    difference = one["difference"]
    assert difference["day"] > clock.today().isoformat()
    assert difference["earlier"]["total"] >= difference["without"]["total"] >= difference["corrected"]["total"]
    assert one["corrections"][0]["in_the_records"] is False
    told = force.post("/v1/subject-access", {**WHY, "purpose": "subject_access", "person_id": person}).json()["text"]
    assert "contested a record: I was at work" in told
    assert f"the challenge of entry {number} was upheld" in told


def test_a_person_s_page_says_what_is_decided_and_not_in_the_records_yet(
    staff: Staff, number: int, person: str
) -> None:
    """After the caution about a dual role and before every figure."""
    analyst = staff("analyst", "looks.at.people")
    analyst.get("/people")
    page = analyst.post("/person", person_id=person).text
    note = "the person is not a suspect of incident"
    assert 0 < page.index(note) < page.index('class="facts"')
    assert f"(entry {number}). The records in force do not say so yet" in page


def test_whoever_sees_the_difference_is_on_record_as_having_seen_a_score(
    force: Service, staff: Staff, number: int, person: str
) -> None:
    """A blind judgement is then refused to them; once a session."""
    reader = staff("chair", "reads.challenges")
    reader.get("/challenges")
    reader.get("/challenges")
    with Ledger.open(force.ledger) as ledger:
        mine = [
            entry.personal.payload["score_shown"]
            for entry in ledger.entries(kind=CASE_LOOK, subject=person)
            if entry.actor == "reads.challenges" and entry.personal
        ]
    assert mine == [True]
    assert number


def test_what_does_not_follow_is_refused_over_http(force: Service, person: str, number: int) -> None:
    """In words, for a program too."""
    step = {"user": "a.lead", "reason": REASON, "person_id": person}
    received = {"about": "score", "by": "person", "said": "Too high", "received": "2020-01-01"}
    for body, status, said in (
        ({**step, "act": "raise", "about": "score"}, 409, "this act needs it"),
        ({**step, "act": "raise", **received}, 409, "the day it was received must be from"),
        ({**step, "act": "answer", "challenge": number, "outcome": "refused"}, 409, "it was answered on"),
        ({**step, "act": "answer", "challenge": 1, "outcome": "refused"}, 409, "no such challenge"),
        ({**step, "act": "raise", **received, "person_id": "nobody"}, 404, "holds nobody with this identifier"),
    ):
        answer = force.post("/v1/challenge", body)
        assert answer.status_code == status, answer.text
        assert said in answer.text
