"""The register of victims on pages and over HTTP: never ranked, on record first, and supported by named people."""

import re
from datetime import timedelta

import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from matac_ml.roles import Permission, ServiceRole
from matac_ml.support import SUPPORT_KINDS
from serving.endpoints.victims import ON_A_PAGE
from tests.serving.casework_pages import Staff, words_of
from tests.serving.running import WHY, Service
from tests.serving.signed_in import Person, path_and_query, path_of

REASON = "She was asked and agrees."


@pytest.fixture(scope="module")
def people(force: Service) -> list[dict]:
    """The register as the service answers."""
    answer = force.post("/v1/victims", WHY)
    assert answer.status_code == 200, answer.text
    found: list[dict] = answer.json()["people"]
    return found


def entries(force: Service, kind: str) -> list[str]:
    """Whom entries of a kind are about."""
    with Ledger.open(force.ledger) as ledger:
        return [entry.personal.subject for entry in ledger.entries(kind=kind) if entry.personal]


def shown(page: str) -> list[str]:
    """Whom a page of the register shows."""
    return re.findall(r'name="person_id" value="([^"]+)"', page)


def open_person(person: Person, who: str) -> tuple[str, str]:
    """Where somebody's page is, and what it shows."""
    person.get("/victims")
    person.post("/victims")
    page = person.post("/victims/open", person_id=who)
    return path_of(page), page.text


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_the_register(staff: Staff, people: list[dict], role: ServiceRole) -> None:
    """Whoever looks at people sees the register, two roles see one person; the others see nobody."""
    person = staff(role.value, f"v.{role.value}")
    closed = person.get("/victims")
    assert (closed.status_code == 200) is (Permission.SCORE in role.permissions)
    opened = person.post("/victims")
    assert (opened.status_code == 200) is (Permission.SCORE in role.permissions)
    assert not any(one["person_id"] in closed.text for one in people)
    one = person.post("/victims/open", person_id=people[0]["person_id"])
    assert (one.status_code == 200) is (Permission.SUPPORT_VICTIMS in role.permissions)
    assert one.status_code == 200 or people[0]["person_id"] not in one.text


def test_the_register_has_no_rank_and_says_first_who_is_also_a_suspect(
    force: Service, staff: Staff, people: list[dict]
) -> None:
    """In order of identifier, a page at a time; recorded for everybody on it and nobody else; Back records nothing."""
    names = [one["person_id"] for one in people]
    assert len(names) > ON_A_PAGE
    assert names == sorted(names)
    assert not any("rank" in key or "score" in key for one in people for key in one)
    assert any(one["several"] for one in people)
    assert any(one["again"] for one in people)
    lead = staff("safeguarding_lead", "reads.victims")
    lead.get("/victims")
    before = len(entries(force, "victims_shown"))
    page = lead.post("/victims")
    assert shown(page.text) == entries(force, "victims_shown")[before:] == names[:ON_A_PAGE]
    text = page.text.partition("<main")[2]
    assert 0 < text.index("also recorded as") < text.index('class="lead"') < text.index("<table")
    assert "<script" not in page.text
    second = lead.post("/victims", page="2")
    assert path_and_query(second) == "/victims?page=2"
    assert shown(second.text) == entries(force, "victims_shown")[before + ON_A_PAGE :] == names[ON_A_PAGE:][:ON_A_PAGE]
    written = len(entries(force, "victims_shown"))
    assert shown(lead.get("/victims").text) == names[:ON_A_PAGE]
    assert not shown(lead.get("/victims?page=3").text)
    assert len(entries(force, "victims_shown")) == written


def test_the_register_is_narrowed_by_area_reason_and_support(force: Service, staff: Staff, people: list[dict]) -> None:
    """On the page and over HTTP alike; what cannot be meant counts as not asked."""
    lead = staff("safeguarding_lead", "narrows.victims")
    lead.get("/victims")
    area = next(one["area"] for one in people if one["area"])
    for asked, form, fits in (
        ({"area": area, "why": "several"}, {}, lambda one: one["area"] == area and one["several"]),
        ({"why": "again"}, {}, lambda one: one["again"]),
        ({"supported": False}, {"support": "no"}, lambda one: not one["supported"]),
        ({}, {"why": "worst", "area": "Nowhere", "page": "-1"}, lambda _: True),
    ):
        fitting = [one["person_id"] for one in people if fits(one)]
        answer = force.post("/v1/victims", {**WHY, **asked, "page": 1}).json()
        assert ([one["person_id"] for one in answer["people"]], answer["of"]) == (fitting[:ON_A_PAGE], len(fitting))
        assert shown(lead.post("/victims", **(form or asked)).text) == fitting[:ON_A_PAGE]


def test_a_restricted_record_is_counted_on_the_register_and_not_shown(
    force: Service, staff: Staff, people: list[dict]
) -> None:
    """As on the case: whoever it is restricted to sees the person; for others nobody has such an identifier."""
    who = next(one["person_id"] for one in reversed(people) if one["also_suspect"])
    suspect = next(
        tie["suspect"]
        for tie in force.post("/v1/victims/show", {**WHY, "person_id": people[0]["person_id"]}).json()["ties"]
    )
    step = {"user": "a.lead", "reason": REASON}
    for person in {who, suspect}:
        said = force.post("/v1/cycle", {**step, "step": "refer", "person_id": person, "source": "Housing"})
        assert said.status_code == 200, said.text
    opened = {"act": "open", "name": "Closed", "day": clock.today().isoformat()}
    attended = [{"name": "a.chair", "agency": "Police"}]
    assert force.post("/v1/meeting", {**step, **opened, "attended": attended}).status_code == 200
    for person in {who, suspect}:
        closed = force.post("/v1/meeting", {**step, "act": "restrict", "name": "Closed", "person_id": person})
        assert closed.status_code == 200, closed.text
    others, named = (force.post("/v1/victims", {**WHY, "user": user}).json() for user in ("another", "a.lead"))
    assert who not in {one["person_id"] for one in others["people"]}
    assert who not in others["also_suspects"]
    assert (others["masked"] - named["masked"], others["of"]) == (
        1 + (suspect in {p["person_id"] for p in people}),
        named["of"],
    )
    assert who in {one["person_id"] for one in named["people"]}
    asked = {**WHY, "user": "another"}
    refused = force.post("/v1/victims/show", {**asked, "person_id": who})
    assert refused.status_code == 404
    tied = force.post("/v1/victims/show", {**asked, "person_id": people[0]["person_id"]})
    assert suspect not in tied.text
    assert tied.json()["masked_ties"] >= 1
    _, text = open_person(staff("chair", "another"), who)
    assert "restricted" in text
    assert f"<h1>{who}" not in text
    for person in {who, suspect}:
        force.post("/v1/meeting", {**step, "act": "lift", "name": "Closed", "person_id": person})


def test_a_person_is_shown_with_who_hurts_whom_drawn_and_in_a_table(
    force: Service, staff: Staff, people: list[dict]
) -> None:
    """A line of the drawing for each row; everybody named is on record; no address holds an identifier."""
    who = next(one["person_id"] for one in people if one["several"])
    answer = force.post("/v1/victims/show", {**WHY, "person_id": who}).json()
    named = {who, *(tie[side] for tie in answer["ties"] for side in ("suspect", "victim"))}
    assert sum(tie["victim"] == who for tie in answer["ties"]) >= 2
    assert [tie["first"] for tie in answer["ties"]] == sorted(tie["first"] for tie in answer["ties"])
    before = len(entries(force, "victim_shown"))
    address, text = open_person(staff("safeguarding_lead", "reads.one"), who)
    assert sorted(entries(force, "victim_shown")[before:]) == sorted(named)
    assert re.fullmatch(r"/victims/V-[0-9a-f]{32}", address)
    assert text.count('<line class="') == len(answer["ties"]) == text.count('data-l="Line"')
    assert all(person[:24] in text for person in named)
    assert not any(person in link for person in named for link in re.findall(r'(?:href|action)="([^"]*)"', text))
    assert "not opened in this session" in staff("chair", "another.chair").get(address).text


def test_support_is_recorded_by_forms(force: Service, staff: Staff, people: list[dict]) -> None:
    """A worker, a plan with what the person wants, an action with its report; what is missing is said at its field."""
    lead, who = staff("safeguarding_lead", "supports"), people[0]["person_id"]
    address, text = open_person(lead, who)
    name = address.rpartition("/")[2]

    def send(act: str, **fields: str) -> str:
        answer = lead.post("/victims/support", victim=name, act=act, **{"reason": REASON, **fields})
        return words_of(answer)

    assert "Say who supports this person" in text
    said = send("begin", worker="", agency="Victim Services")
    assert "Enter the worker's name" in said
    assert "I. Advocate, Victim Services, since" in send("begin", worker="I. Advocate", agency="Victim Services")
    assert "To stay in her home" in send("plan", wishes="To stay in her home", plan="Weekly calls")
    due = (clock.today() + timedelta(days=7)).isoformat()
    agreed = {"text": "New locks", "agency": "Housing", "agreed_by": "H. Officer"}
    assert "Enter the day by which it is due" in send("agree", **agreed)
    assert "New locks" in send("agree", **agreed, due=due)
    number = re.search(r'name="action" value="(\d+)"', lead.get(address).text)
    assert number is not None
    assert "Say whether it is done" in send("report", action=number[1])
    assert "Done: Fitted this morning." in send("report", action=number[1], done="yes", reason="Fitted this morning.")
    shown = force.post("/v1/victims/show", {**WHY, "person_id": who}).json()
    assert (shown["supported"], shown["worker"], shown["actions"][0]["done"]) == (True, "I. Advocate", True)
    told = force.post("/v1/subject-access", {**WHY, "purpose": "subject_access", "person_id": who}).json()
    assert "I. Advocate of Victim Services began to support the person" in told["text"]
    assert (told["cycle_steps"], told["support_acts"], told["challenge_entries"]) == (0, 4, 0)
    assert "Nobody is recorded as supporting" in send("end", reason="She does not want it any more.")
    with Ledger.open(force.ledger) as ledger:
        kinds = [entry.kind for entry in ledger.entries(subject=who) if entry.kind in SUPPORT_KINDS]
    assert len(kinds) == 5


def test_support_over_http_refuses_what_does_not_follow(force: Service, people: list[dict]) -> None:
    """In words; nobody who is not recorded as a victim gets a record by a typing error."""
    step = {"user": "a.lead", "reason": REASON, "person_id": people[1]["person_id"]}
    for body, status, said in (
        ({**step, "act": "begin", "worker": "A"}, 409, "this act needs it"),
        ({**step, "act": "end"}, 409, "nobody supports this person yet"),
        ({**step, "act": "end", "worker": "A"}, 409, "this act does not take it"),
        ({**step, "act": "begin", "worker": "A", "agency": "B", "person_id": "X"}, 404, "nobody with this identifier"),
    ):
        answer = force.post("/v1/victims/support", body)
        assert answer.status_code == status, answer.text
        assert said in answer.text
