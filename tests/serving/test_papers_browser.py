"""Papers of a meeting and victims in a real browser without script: axe finds nothing, nothing scrolls sideways."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from matac_ml import clock
from tests.serving.casework_pages import REASON, first_listed
from tests.serving.running import WHY, Service, running
from tests.serving.test_casework_browser import Roles, browser, pytestmark, refer

__all__ = ["browser", "pytestmark"]
LONG = f"{REASON} {'x' * 200}"


@pytest.fixture(scope="module")
def force(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a force of its own."""
    with running(made_up, tmp_path_factory.mktemp("papers"), MATAC_TOOLKIT="") as started:
        yield started


@pytest.fixture(scope="module")
def roles(browser: Browser, force: Service) -> Iterator[Roles]:
    """Everybody."""
    everybody = Roles(browser, force)
    yield everybody
    everybody.close()


def send(page: Page, button: str) -> None:
    """Send a form of the page."""
    page.click(f"main button:has-text('{button}')")


def test_papers_of_a_meeting(roles: Roles, force: Service) -> None:
    """Pack, profile and a partner's paper, after what their forms say is wrong."""
    (person,) = first_listed(force, 1)
    refer(roles, roles("partner", "h.officer", "Housing"), person)
    chair = roles("chair")
    roles.go(chair, "/meetings")
    chair.fill("#name", f"June {'y' * 70}")
    chair.fill("#attended", "H. Officer, Housing")
    send(chair, "Open the meeting")
    roles.go(chair, "/packs")
    send(chair, "Record the disclosure")
    chair.wait_for_selector("text=There is a problem")
    roles.look(chair, "a disclosure that names nobody")
    chair.fill("#agency", "Housing")
    chair.fill("#recipient", "z" * 80)
    send(chair, "Record the disclosure")
    chair.wait_for_selector("text=For Housing")
    roles.look(chair, "a partner's paper")
    roles.go(chair, "/packs")
    chair.click("main table a:has-text('Page')")
    chair.wait_for_selector("text=Pack of meeting")
    roles.look(chair, "pack")
    analyst = roles("analyst")
    roles.go(analyst, "/people")
    analyst.fill("#person_id", person)
    send(analyst, "Show")
    analyst.click("main a:has-text('Two-page profile')")
    analyst.wait_for_selector("text=Subject profile")
    roles.look(analyst, "profile")
    assert not roles.faults, "\n".join(roles.faults)


def test_victims_and_their_support(roles: Roles, force: Service) -> None:
    """The register, one person with the drawing, and each form of support."""
    lead = roles("safeguarding_lead")
    roles.go(lead, "/victims")
    send(lead, "Show people recorded as victims")
    lead.wait_for_selector("text=in order of identifier, as of")
    roles.look(lead, "register of victims")
    people = force.post("/v1/victims", WHY).json()["people"]
    who = max(people, key=lambda one: int(one["suspects"]))["person_id"]
    lead.click(f"main table button:has-text('{who}')")
    lead.wait_for_selector("text=Who hurts whom")
    roles.look(lead, "a victim")
    lead.fill("#begin-worker", "w" * 80)
    lead.fill("#begin-agency", "Victim Services")
    lead.fill("#begin-reason", LONG)
    send(lead, "Record the worker")
    lead.fill("#plan-wishes", LONG)
    lead.fill("#plan-plan", LONG)
    lead.fill("#plan-reason", LONG)
    send(lead, "Record the plan")
    lead.click("summary:has-text('Add an action')")
    send(lead, "Add the action")
    lead.wait_for_selector("text=There is a problem")
    roles.look(lead, "an action that says nothing")
    for field, text in {"text": LONG, "agency": "Housing", "due": clock.today().isoformat(), "agreed_by": "H."}.items():
        lead.fill(f"#agree-{field}", text)
    lead.fill("#agree-reason", LONG)
    send(lead, "Add the action")
    lead.click("summary:has-text('Report')")
    lead.wait_for_selector("text=Is it done?", state="attached")
    roles.look(lead, "a supported victim")
    assert re.search(r"/victims/V-[0-9a-f]{32}$", lead.url)
    assert not roles.faults, "\n".join(roles.faults)


def test_challenges(roles: Roles, force: Service) -> None:
    """Recorded, answered, and shown with the difference; each form with what is wrong."""
    (person,) = first_listed(force, 1)
    asked = {**WHY, "user": "a.program", "person_id": person}
    lines = force.post("/v1/incidents", asked).json()["incidents"]
    incident = next(line["incident_id"] for line in lines if line["role"] != "victim")
    lead = roles("safeguarding_lead")
    roles.go(lead, "/challenges")
    send(lead, "Record the challenge")
    lead.wait_for_selector("text=There is a problem")
    roles.look(lead, "a challenge that says nothing")
    for field, text in {"person_id": person, "incident_ids": incident, "said": LONG, "reason": LONG}.items():
        lead.fill(f"#raise-{field}", text)
    lead.check("#raise-about")
    lead.check("#raise-by")
    send(lead, "Record the challenge")
    lead.click("summary:has-text('Answer it')")
    send(lead, "Record the answer")
    lead.wait_for_selector("text=There is a problem")
    roles.look(lead, "an answer that says nothing")
    lead.check("input[name=outcome][value=upheld]")
    lead.select_option("select[name=change-0]", "not-suspect")
    lead.fill("main input[name=reason]", LONG)
    send(lead, "Record the answer")
    lead.wait_for_selector("text=What the correction changes")
    roles.look(lead, "challenges")
    roles.go(lead, "/people")
    lead.fill("#person_id", person)
    send(lead, "Show")
    lead.wait_for_selector("text=Contested")
    roles.look(lead, "a person with a correction")
    assert not roles.faults, "\n".join(roles.faults)


def test_the_five_objectives(roles: Roles) -> None:
    """The page and the paper, as a specialist reads them."""
    reader = roles("specialist")
    roles.go(reader, "/objectives")
    reader.click("main p a:has-text('page')")
    reader.wait_for_selector("text=Where an estimate of the effect will stand")
    roles.look(reader, "paper of the objectives")
    assert not roles.faults, "\n".join(roles.faults)
