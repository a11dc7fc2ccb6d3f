"""What an agency has agreed to do: seen and reported on by that agency, which sees nothing else of the people."""

from datetime import timedelta

import pytest

from matac_ml import clock
from matac_ml.casework import Ledger
from matac_ml.roles import ServiceRole
from tests.serving.casework_pages import Staff, first_listed, words_of
from tests.serving.running import WHY, Service

REASON = "She was asked and agrees."
AGREED = {"agreed_by": "H. Officer", "due": (clock.today() + timedelta(days=7)).isoformat()}
STEP = {"user": "a.lead", "reason": REASON}


def support(force: Service, person: str, act: str, **fields: object) -> int:
    """Record an act of support; its entry."""
    answer = force.post("/v1/victims/support", {**STEP, "act": act, "person_id": person, **fields})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["entry"])


def hold(force: Service, act: str, **fields: object) -> int:
    """Record an act of a meeting; its entry."""
    answer = force.post("/v1/meeting", {**STEP, "act": act, "name": "Actions", **fields})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["entry"])


@pytest.fixture(scope="module")
def victim(force: Service) -> str:
    """Somebody on the register who is no suspect, supported by an agency."""
    found = force.post("/v1/victims", {**WHY, "page": 1}).json()["people"]
    person = next(one["person_id"] for one in found if not one["also_suspect"])
    support(force, person, "begin", worker="I. Advocate", agency="Victim Services")
    support(force, person, "plan", plan="A plan of the worker", wishes="To stay in her home")
    return str(person)


@pytest.fixture(scope="module")
def owned(force: Service, victim: str) -> dict[str, int]:
    """Actions of two agencies, of support and of a plan, by what is done."""
    suspect = first_listed(force, 1)[0]
    refer = {**STEP, "step": "refer", "person_id": suspect, "basis": "crime", "share": "plan"}
    assert force.post("/v1/cycle", refer).status_code == 200
    hold(force, "open", day=clock.today().isoformat(), attended=[{"name": "a.chair", "agency": "Police"}])
    return {
        "New locks": support(force, victim, "agree", text="New locks", agency="Housing", **AGREED),
        "Weekly calls": support(force, victim, "agree", text="Weekly calls", agency="Victim Services", **AGREED),
        "A move": hold(force, "agree_action", person_id=suspect, text="A move", agency="housing", **AGREED),
    }


def test_an_agency_sees_its_own_actions_and_nothing_else(
    force: Service, staff: Staff, victim: str, owned: dict[str, int]
) -> None:
    """Of plans and of support; whoever is named is on record once; neither worker, plan nor another's action shows."""
    with Ledger.open(force.ledger) as ledger:
        before = len(list(ledger.entries(kind="case_look", subject=victim)))
    partner = staff("partner", "v.service", agency="Victim Services")
    page = partner.get("/actions")
    said = words_of(page)
    assert "Weekly calls" in said
    assert victim in said
    for kept in ("New locks", "A move", "I. Advocate", "To stay in her home", "A plan of the worker"):
        assert kept not in said
    assert victim not in str(page.url)
    partner.get("/actions")
    with Ledger.open(force.ledger) as ledger:
        assert len(list(ledger.entries(kind="case_look", subject=victim))) == before + 1
    housing = words_of(staff("partner", "h.officer", agency="Housing").get("/actions"))
    assert "2 actions of 2 are not done yet" in housing
    assert "Weekly calls" not in housing
    for path, fields in (("/victims", {}), ("/victims/open", {"person_id": victim})):
        assert partner.post(path, **fields).status_code == 403


def test_an_agency_reports_on_its_own_actions_alone(force: Service, staff: Staff, owned: dict[str, int]) -> None:
    """On a page, with faults at the field; another's action is refused as one that is not there."""
    partner = staff("partner", "v.reports", agency="Victim Services")
    partner.get("/actions")
    mine = str(owned["Weekly calls"])
    assert "Say whether it is done" in words_of(partner.post("/actions/report", action=mine, reason=REASON))
    assert "Say why in at least 10" in words_of(partner.post("/actions/report", action=mine, done="yes", reason="no"))
    for other in ("New locks", "A move"):
        refused = partner.post("/actions/report", action=str(owned[other]), done="yes", reason=REASON)
        assert refused.status_code == 409
        assert "Your agency owns no such action" in words_of(refused)
    assert (
        "your agency owns no such action"
        in words_of(partner.post("/actions/report", action="999999", done="yes", reason=REASON)).lower()
    )
    assert "The report is recorded" in words_of(
        partner.post("/actions/report", action=mine, done="yes", reason="She was called every week.")
    )
    assert "Done: She was called every week." in words_of(partner.get("/actions"))
    housing = staff("partner", "h.reports", agency="Housing")
    housing.get("/actions")
    moved = housing.post("/actions/report", action=str(owned["A move"]), done="no", reason="The flat is not free yet.")
    assert "Not done yet: The flat is not free yet." in words_of(moved)


def test_the_same_over_http(force: Service, victim: str, owned: dict[str, int]) -> None:
    """For one agency; somebody who names none, or the police, is told why nothing is theirs."""
    asked = {**WHY, "agency": "HOUSING"}
    answer = force.post("/v1/actions", asked).json()
    assert {one["text"]: one["part_of"] for one in answer["actions"]} == {"New locks": "support", "A move": "plan"}
    assert len(answer["ledger"]["entries"]) == len({one["person_id"] for one in answer["actions"]})
    said = {**STEP, "agency": "Housing", "action": owned["New locks"], "done": True}
    assert force.post("/v1/actions/report", said).status_code == 200
    shown = force.post("/v1/victims/show", {**WHY, "person_id": victim}).json()
    assert next(one for one in shown["actions"] if one["text"] == "New locks")["done"]
    for agency in ({}, {"agency": "Police"}):
        refused = force.post("/v1/actions", {**WHY, **agency})
        assert refused.status_code == 403
        assert "names no partner agency" in refused.text
    assert force.post("/v1/actions/report", {**said, "agency": "Victim Services"}).status_code == 409


def test_what_is_restricted_or_has_ended_is_no_agencys_to_see(force: Service, staff: Staff, victim: str) -> None:
    """Support that ended asks nothing of anybody any more."""
    agency = "A Refuge"
    partner = staff("partner", "a.refuge", agency=agency)
    support(force, victim, "agree", text="A room", agency=agency, **AGREED)
    assert "A room" in words_of(partner.get("/actions"))
    refer = {**STEP, "step": "refer", "person_id": victim, "source": "Health"}
    assert force.post("/v1/cycle", refer).status_code == 200
    hold(force, "restrict", person_id=victim)
    assert "A room" not in words_of(partner.get("/actions"))
    hold(force, "lift", person_id=victim)
    assert "A room" in words_of(partner.get("/actions"))
    support(force, victim, "end")
    assert "A room" not in words_of(partner.get("/actions"))


@pytest.mark.parametrize("role", list(ServiceRole))
def test_every_role_on_the_page_of_actions(staff: Staff, role: ServiceRole) -> None:
    """Whoever works for another agency has actions of their own; everybody else is told who has."""
    answer = staff(role.value, f"o.{role.value}", agency="Housing").get("/actions")
    assert answer.status_code == (200 if role is ServiceRole.PARTNER else 403)
    assert role is ServiceRole.PARTNER or "This is for the role partner" in words_of(answer)
