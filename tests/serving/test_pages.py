"""The pages: what they say is what the answers say; a form leads to an address that was recorded once."""

import re

import httpx
import pytest
from markupsafe import escape

from matac_ml.api.explanation import ExplainedScore
from tests.serving.running import WHY, Service
from tests.serving.signed_in import Person, choose_role, path_of


@pytest.fixture(scope="module")
def top(service: Service) -> list[str]:
    """The first twelve people of the list."""
    return [person["person_id"] for person in service.post("/v1/rank", {**WHY, "k": 12}).json()["people"]]


def test_the_pages_say_what_the_answers_say(service: Service, top: list[str], analyst: Person) -> None:
    """The list, a person and the same again, as pages without script, with headers that let no other site in."""
    home = analyst.get("/")
    assert home.status_code == 200
    listed = analyst.post("/list", k="5")
    assert all(person in listed.text for person in top[:5])
    in_force = service.get("/v1/model").json()
    assert in_force["model_approved"] is False
    first = listed.text.partition("<table")[0]
    assert in_force["outcome"] in first
    assert "Nobody has approved this model" in first
    assert "The records end on" in first
    page = analyst.post("/person", person_id=top[0])
    assert page.status_code == 200
    answer = service.post("/v1/score", {**WHY, "nominations": [{"person_id": top[0]}]}).json()
    given = ExplainedScore.model_validate(answer["scores"][0]["score"])
    assert f"{given.matrix.total} <small>points" in page.text
    assert all(point.incident_id in page.text for point in given.timeline)
    again = analyst.post("/again", nomination_id=path_of(page).rpartition("/")[2])
    assert again.status_code == 200
    for answer in (home, listed, page, again):
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers


def test_each_incident_stands_on_the_page_once_and_can_be_narrowed_by_links(top: list[str], analyst: Person) -> None:
    """No address of a link holds an identifier, and every link leaves the rows it promises."""
    page = analyst.post("/person", person_id=top[0])
    rows = re.findall(r'<th scope="row" data-l="Incident"><code>([^<]+)<', page.text)
    assert len(rows) == len(set(rows)) > 3
    links = re.findall(r'<a href="(\?(?:show|with)=[^"#]+)#incidents">[^<]+<span>(\d+)</span>', page.text)
    assert links
    for address, promised in links:
        assert "P0" not in address
        narrowed = analyst.get(f"{path_of(page)}{address}").text
        assert narrowed.count('data-l="Incident"') == int(promised) < len(rows)
    assert analyst.get(f"{path_of(page)}?show=nothing&with=999&for=x&because=y").text.count('data-l="Incident"') == len(
        rows
    )


def test_the_way_back_leads_to_the_list_one_came_from(top: list[str], analyst: Person) -> None:
    """From a list to a person and back by a link: nothing is sent again, and the list is the same."""
    listed = analyst.post("/list", k="3", area="Area A", order="model")
    page = analyst.post("/person", person_id=top[0], **{"from": path_of(listed).rpartition("/")[2]})
    assert f'<a href="{path_of(listed)}">Back to the list</a>' in page.text
    assert analyst.get(path_of(listed)).text.count("<tr") == listed.text.count("<tr")
    assert 'href="/lists/' not in analyst.post("/person", person_id=top[0], **{"from": "//elsewhere.example"}).text


def test_a_page_of_another_session_is_opened_again_on_record_alone(
    service: Service, top: list[str], analyst: Person
) -> None:
    """An address that somebody was sent, or kept from last month, shows nobody: a form offers to open it."""
    page, listed = analyst.post("/person", person_id=top[0]), analyst.post("/list", k="3")
    later = choose_role(service.url)
    for address in (path_of(page), path_of(listed)):
        answer = later.get(address)
        assert "not opened in this session" in answer.text
        assert top[0] not in answer.text
    later.get(path_of(page))
    assert top[0] in later.post("/again", nomination_id=path_of(page).rpartition("/")[2]).text
    assert top[0] in later.get(path_of(page)).text
    later.close()


FAULTS = {
    "no number": ("/", "/list", {"k": "many"}, "k", "Enter how many people the meeting can take, from 1 to 200"),
    "too many": ("/", "/list", {"k": "201"}, "k", "Enter how many people the meeting can take, from 1 to 200"),
    "no area": ("/", "/list", {"k": "3", "area": "Mars"}, "area", "Nobody ranked has an incident in an area"),
    "a stranger": (
        "/people",
        "/person",
        {"person_id": "<b>ghost"},
        "person_id",
        "The records hold nobody with this identifier",
    ),
    "nobody": ("/people", "/person", {"person_id": " "}, "person_id", "Enter the person&#39;s identifier"),
    "no reference": ("/people", "/again", {"nomination_id": "N-1"}, "nomination_id", "Enter a reference that begins"),
    "no reason": (
        "/purpose",
        "/purpose",
        {"purpose": "audit", "justification": "short"},
        "justification",
        "Say why in at least 10 characters",
    ),
    "no purpose": ("/purpose", "/purpose", {"justification": "The November meeting."}, "purpose", "Choose what you"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_form_with_faults_is_shown_again_as_gov_uk_shows_it(analyst: Person, name: str) -> None:
    """The title says so, a summary links to the field, the fault stands at the field, nothing typed is lost."""
    page, path, sent, field, said = FAULTS[name]
    analyst.get(page)
    answer = analyst.post(path, **sent)
    assert answer.status_code in (404, 422)
    assert "<title>Error: " in answer.text
    assert f'<li><a href="#{field}">{said}' in answer.text
    assert f'id="{field}"' in answer.text
    assert f'id="{field}-fault"' in answer.text
    assert "String should" not in answer.text
    for typed in sent.values():
        assert len(typed) < 5 or escape(typed) in answer.text
    assert "<b>ghost" not in answer.text


def test_an_address_that_is_none_is_a_page_to_a_browser_and_json_to_a_program(service: Service) -> None:
    """In plain words, not a trace."""
    browser = httpx.get(f"{service.url}/nothing-here", headers={"Accept": "text/html"})
    program = httpx.get(f"{service.url}/nothing-here")
    assert (browser.status_code, program.status_code) == (404, 404)
    assert "Page not found" in browser.text
    assert program.json()["code"] == "no_route"
