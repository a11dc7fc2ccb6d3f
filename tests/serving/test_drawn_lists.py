"""Drawn lists over HTTP and on pages: drawn once, everybody shown is on record, narrowed and sorted without script."""

import re

import httpx
import pytest

from matac_ml.casework import Ledger
from matac_ml.casework.drawn import find_list
from tests.serving.running import WHY, Service
from tests.serving.signed_in import Person, choose_role, path_of


@pytest.fixture(scope="module")
def drawn(service: Service) -> dict[str, object]:
    """A list of 15 places, as the service answers when it is drawn."""
    answer = service.post("/v1/lists/draw", {**WHY, "places": 15})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def subjects(service: Service, after: int = 0, **where: str) -> list[str]:
    """Whom entries are about."""
    with Ledger.open(service.ledger) as ledger:
        return [entry.personal.subject for entry in ledger.entries(after=after, **where) if entry.personal]


def test_a_list_is_drawn_once_and_shown_again_as_it_was(service: Service, drawn: dict) -> None:
    """By its number; each time everybody on it is on record, and victims come first in the answer."""
    number = drawn["summary"]["number"]
    shown = service.post("/v1/lists/show", {**WHY, "number": number}).json()
    assert shown["people"] == drawn["people"]
    assert next(iter(shown)) == "also_victims"
    assert next(iter(shown["people"][0])) == "also_victim"
    entries = shown["ledger"]["entries"]
    seen = subjects(service, after=entries[0] - 1, kind="drawn_list_shown")[: len(entries)]
    assert seen == [person["person_id"] for person in (*shown["people"], *shown["gone"])]
    with Ledger.open(service.ledger) as ledger:
        kept = find_list(ledger, number)
    assert [line.person_id for line in kept.lines] == [person["person_id"] for person in drawn["people"]]
    assert kept.drawn_by == WHY["user"]
    listed = service.get("/v1/lists").json()["lists"]
    assert drawn["summary"] in listed
    assert not any(person["person_id"] in str(listed) for person in drawn["people"])


def test_it_rebuilds_from_the_records_in_force(service: Service, drawn: dict) -> None:
    """Byte for byte."""
    found = service.post("/v1/lists/rebuild", {**WHY, "number": drawn["summary"]["number"]}).json()
    assert (found["same"], found["cause"], found["changed"], found["differing"]) == (True, "", [], [])


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/lists/show", {"number": 999}, 404, "no list with this number was drawn"),
        ("/v1/lists/rebuild", {"number": 999}, 404, "no list with this number was drawn"),
        ("/v1/lists/draw", {"area": "Mars"}, 409, "an area must be one in which somebody ranked"),
        ("/v1/lists/draw", {"quotas": {"Area A": 2}, "places": 3}, 409, "quotas give every area its places"),
        ("/v1/lists/draw", {"places": 0}, 422, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_is_refused_in_words(service: Service, path: str, body: dict, status: int, said: str) -> None:
    """A list that nobody drew, an area that is none, and two ways of giving places at once."""
    answer = service.post(path, {**WHY, **body})
    assert answer.status_code == status, answer.text
    assert said in answer.text


def test_a_cohort_cites_a_drawn_list_by_number(service: Service, drawn: dict) -> None:
    """A number that nobody drew is refused; another order too."""
    first, second = (person["person_id"] for person in drawn["people"] if person["rank"] in (1, 2))
    step = {"user": "a.specialist", "reason": "Known to two agencies here."}
    for person in (first, second):
        for taken in ("refer", "accept"):
            answer = service.post("/v1/cycle", {**step, "step": taken, "person_id": person})
            assert answer.status_code == 200, answer.text
    cohort = {**step, "name": "by number", "proposed": [first, second], "list_number": 999}
    assert "no list with the number 999 was drawn" in service.post("/v1/cohort", cohort).text
    number = drawn["summary"]["number"]
    wrong = {**cohort, "list_number": number, "proposed": [second, first]}
    assert "not in the order of list" in service.post("/v1/cohort", wrong).text
    assert "more than 28 days before" in service.post("/v1/cohort", {**cohort, "list_number": number}).text
    explained = {**cohort, "list_number": number, "list_reason": "No newer extract has come."}
    assert service.post("/v1/cohort", explained).status_code == 200
    shown = service.post("/v1/lists/show", {**WHY, "number": number}).json()
    status = {person["person_id"]: person["status"] for person in shown["people"]}
    assert (status[first], status[second]) == ("in the cohort", "in the cohort")
    assert set(status.values()) >= {"in the cohort", None}


def page_of(answer: httpx.Response) -> list[str]:
    """The people in the table of a page, in order."""
    table = answer.text.partition("<table")[2].partition("</table>")[0]
    return re.findall(r'name="person_id" value="([^"]+)"', table)


@pytest.fixture(scope="module")
def opened(analyst: Person) -> httpx.Response:
    """A list drawn by the form of the page."""
    assert analyst.get("/drawn").status_code == 200
    return analyst.post("/drawn", places="15", area="")


def test_a_page_draws_a_list_and_says_first_who_is_also_a_victim(opened: httpx.Response, analyst: Person) -> None:
    """The form leads to an address with a number and no identifier; Reload records nothing."""
    assert re.fullmatch(r"/drawn/[0-9]+", path_of(opened))
    text = opened.text.partition('<main id="main"')[2]
    assert 0 < text.index("also recorded as") < text.index('class="lead"') < text.index("<table")
    assert "who enters a cohort, people decide" in text
    assert "<script" not in text
    head = analyst.get("/versions").text
    assert analyst.get(path_of(opened)).status_code == 200
    assert analyst.get("/versions").text.count("<code>") == head.count("<code>")


def test_a_list_is_narrowed_and_sorted_by_a_form_that_needs_no_script(opened: httpx.Response, analyst: Person) -> None:
    """Each box leaves as many as it promises, boxes add up, and sorting keeps everybody."""
    address, everybody = path_of(opened), page_of(opened)
    promised = dict(re.findall(r'value="([a-z-]+)"[^>]*><label[^>]*>[^<]*<span class="quiet">\((\d+)\)', opened.text))
    assert set(promised) >= {"victim", "serial", "tied", "in-cycle", "not-in-cycle", "barred", "new"}
    for word, number in promised.items():
        found = page_of(analyst.get(f"{address}?show={word}"))
        assert len(found) == int(number) if int(number) else found == [] or len(found) < len(everybody)
    for word in re.findall(r'<option value="([a-z]+)"', opened.text):
        assert sorted(page_of(analyst.get(f"{address}?sort={word}"))) == sorted(everybody)
    by_day = analyst.get(f"{address}?sort=last")
    assert page_of(by_day) != everybody
    assert page_of(analyst.get(f"{address}?show=nothing&sort=nothing")) == everybody
    assert not any(
        person in link for person in everybody for link in re.findall(r'(?:href|action)="([^"]*)"', opened.text)
    )


def test_a_list_of_another_session_is_opened_on_record_alone(
    service: Service, opened: httpx.Response, analyst: Person
) -> None:
    """Its address shows nobody until it is opened; opening writes an entry for everybody."""
    address, people = path_of(opened), page_of(opened)
    later = choose_role(service.url)
    closed = later.get(address)
    assert "was not opened in this session" in closed.text
    number = address.rpartition("/")[2]
    assert f">Open list {number}</button>" in closed.text
    assert "<button" not in later.get("/drawn/none").text.partition("<main")[2]
    assert not any(person in closed.text for person in people)
    rebuilt = later.post("/drawn/rebuild", number=number)
    assert not any(person in rebuilt.text for person in people)
    before = len(subjects(service, kind="drawn_list_shown"))
    assert page_of(later.post("/drawn/open", number=number)) == people
    assert len(subjects(service, kind="drawn_list_shown")) >= before + len(people)
    assert "rebuilds byte for byte" in later.post("/drawn/rebuild", number=number).text
    assert "Enter how many people" in later.post("/drawn", places="many").text
    later.close()


@pytest.mark.parametrize("role", ["specialist", "partner", "board", "programme_staff", "auditor", "data_scientist"])
def test_a_role_that_sees_no_scores_sees_no_list(service: Service, role: str) -> None:
    """Neither the lists nor the form."""
    person = choose_role(service.url, role, user=f"a.{role}")
    answer = person.get("/drawn")
    assert answer.status_code == 403
    assert "Draw the list" not in answer.text
    person.close()


def test_people_with_many_victims_are_shown_by_identifier_and_on_record(service: Service, analyst: Person) -> None:
    """Over HTTP and on a page: the same people, victims among them first of all, and no rank anywhere."""
    answer = service.post("/v1/many-victims", WHY).json()
    people = [person["person_id"] for person in answer["people"]]
    assert people == sorted(people)
    assert "not ranked" in answer["meaning"]
    assert not any("rank" in person for person in answer["people"])
    entries = answer["ledger"]["entries"]
    seen = subjects(service, after=entries[0] - 1, kind="many_victims_shown")[: len(entries)]
    assert [person for person in seen if person] == people
    later = choose_role(service.url)
    assert "not opened in this session" in later.get("/many-victims").text
    analyst.get("/drawn")
    page = analyst.post("/many-victims")
    assert path_of(page) == "/many-victims"
    assert page_of(page) == people
    assert "<script" not in page.text
    later.close()
    parts = [service.post("/v1/many-victims", {**WHY, "page": page}).json() for page in (1, 2)]
    assert [person["person_id"] for part in parts for person in part["people"]] == people[:100]
    assert {part["of"] for part in parts} == {len(people)}


def test_missing_records_that_could_matter_are_named_below_the_list(drawn: dict) -> None:
    """Whoever is below the line has no place, and says what is missing."""
    below = [person for person in drawn["people"] if person["standing"] == "below the line"]
    assert all(person["could_matter"] for person in below)
    listed = [person for person in drawn["people"] if person["standing"] in ("on the list", "tied")]
    assert len(listed) >= 15


def test_where_the_policy_draws_no_lots_there_is_nothing_to_commit_to(service: Service) -> None:
    """And a seed is refused."""
    assert service.post("/v1/lists/commit", WHY).status_code == 409
    answer = service.post("/v1/lists/draw", {**WHY, "seed": "0" * 64})
    assert "Nobody committed to this seed" in answer.text


def test_areas_get_places_of_their_own_by_the_form(analyst: Person) -> None:
    """In place of one area and one number; what is no quota is said at its field."""
    analyst.get("/drawn")
    drawn = analyst.post("/drawn", places="10", area="", quotas="Area A=3; Area B=2")
    assert "places by area" in drawn.text
    assert "Area A 3, Area B 2" in drawn.text
    for wrong in ("Area A", "Mars=3", "Area A=3; Area A=2"):
        said = analyst.post("/drawn", places="10", quotas=wrong)
        assert said.status_code == 422
        assert "Enter areas of the list with their places" in said.text
