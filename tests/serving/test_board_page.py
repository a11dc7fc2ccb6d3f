"""The board's page in a browser, and what it shows of versions, lists and incidents; it names nobody in the records."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from matac_ml.approval.acting import Who, ask
from matac_ml.casework import Ledger
from matac_ml.incident_register import Step
from matac_ml.rfg import load_policy
from matac_ml.watch import CheckFound, CheckStanding, LookFound, keep_look
from tests.approval.decided import ANALYST, CHOICES, approve_release, release_around
from tests.bundle.made_up import linear_model, make_release
from tests.serving.running import WHY, Service, running
from tests.serving.signed_in import Person, choose_role
from tests.serving.test_approved import WAIVED, waived_release

CHROMIUM = shutil.which("chromium")
LONG = "x" * 200
REASON = f"Minute 7 of the November board, where a long word was said: {LONG}."


@pytest.fixture(scope="module")
def approved(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a release that was approved with a waiver after another one, and is asked for again."""
    folder = tmp_path_factory.mktemp("board")
    ledger = f"sqlite:///{folder / 'ledger.db'}"
    other = load_policy("rfh")
    approve_release(
        make_release(folder / "before", replace(linear_model(), policy=other, harm=other.harm_index)), ledger
    )
    bundle = waived_release(made_up, folder)
    approve_release(bundle, ledger)
    with Ledger.open(ledger) as book:
        ask(book, release_around(bundle), who=Who(ANALYST.name, REASON), choices=CHOICES)
    with running(made_up, folder, bundle=bundle) as service:
        yield service


@pytest.fixture
def member(approved: Service) -> Iterator[Person]:
    """Somebody of the board, at the pages."""
    person = choose_role(approved.url, "board", user="A. Member")
    yield person
    person.close()


def test_the_page_says_what_changed_and_since_when(approved: Service, member: Person) -> None:
    """The release before, the gates with what was waived, and nobody's identifier."""
    text = member.get("/board").text
    said = approved.get("/v1/board").json()
    assert said["since"]
    assert said["mode"]["waivers"][0]["gate"] == "no_leak"
    assert [line["what"] for line in said["changes"]] == ["Policy file"]
    for words in ("What changed since the version before", "No leak", "How lists are used", "No incident is recorded"):
        assert words in text
    people = approved.post("/v1/rank", {**WHY, "k": 50}).json()["people"]
    everything = text + json.dumps(said)
    assert [one["person_id"] for one in people if one["person_id"] in everything] == []


def test_an_incident_is_recorded_on_the_page_and_closed_by_the_board(approved: Service, member: Person) -> None:
    """With what was done; an identifier of somebody in the records is refused and not shown to others."""
    person = str(approved.post("/v1/rank", {**WHY, "k": 1}).json()["people"][0]["person_id"])
    scientist = choose_role(approved.url, "data_scientist", user="A. Scientist")
    scientist.get("/model-incidents")
    named = scientist.post("/model-incidents", what=f"The score of {person} was printed.", found_on="2026-11-01")
    assert (named.status_code, "identifier of a person in the records" in named.text) == (409, True)
    assert "No incident is recorded" in scientist.get("/board").text
    scientist.get("/model-incidents")
    wrong = scientist.post("/model-incidents", what="Scores of another area were printed.", found_on="yesterday")
    assert 'href="#found_on"' in wrong.text
    made = scientist.post("/model-incidents", what="Scores of another area were printed.", found_on="2026-11-01")
    assert "Incident 1, open" in made.text
    nothing = scientist.post("/model-incidents/done", number="1", text="They were destroyed at once.")
    assert (nothing.status_code, 'href="#step"' in nothing.text) == (409, True)
    done = scientist.post("/model-incidents/done", number="1", step="correct", text="They were destroyed at once.")
    assert "They were destroyed at once." in done.text
    closing = {"number": "1", "step": "close", "text": "Nobody had taken one away."}
    assert scientist.post("/model-incidents/done", **closing).status_code == 403
    member.get("/model-incidents")
    assert "Incident 1, closed" in member.post("/model-incidents/done", **closing).text
    assert "Incident 1, closed" in member.get("/board").text
    assert approved.get("/v1/board").json()["incidents"][0]["closed_by"] == "A. Member"
    scientist.close()


def test_one_file_holds_all_of_it(approved: Service, member: Person) -> None:
    """The page as JSON, the inventory and the register as tables, and the papers in force, byte for byte."""
    taken = member.get("/board/download")
    assert taken.headers["content-type"] == "application/zip"
    with ZipFile(BytesIO(taken.content)) as packed:
        names = packed.namelist()
        assert names[:3] == ["board.json", "inventory.csv", "incidents.csv"]
        assert packed.read("papers/model-card.html") == b"<!doctype html><p>A model card.</p>"
        assert json.loads(packed.read("board.json"))["approvals"]["requests"][0]["reason"] == REASON
        assert packed.read("inventory.csv").decode().count("\n") == 3
        assert {file.date_time for file in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_page_has_its_waiver_and_none_has_a_script(approved: Service, member: Person) -> None:
    """Each page of the board's part, as it is sent."""
    for path in ("/board", "/inventory", "/model-incidents"):
        text = member.get(path).text
        assert f"waived: {WAIVED.reason.rstrip('.')}" in text
        assert not re.search(r"<script|\son[a-z]+=|javascript:", text)


def _look() -> LookFound:
    def check(name: str, *evidence: float, alarmed_in: int | None) -> CheckFound:
        standing = CheckStanding.QUIET if alarmed_in is None else CheckStanding.ALARM
        return CheckFound(
            check=name, title=f"records that are {name}", part="records", standing=standing, action=Step.REVIEW,
            direction="more", evidence=evidence, alarmed_in=alarmed_in, seen="about 900", expected="about 500",
            would_find=(0.3, None),
        )  # fmt: skip

    checks = (check("crimes", -3.0, -1.5, 2.0, alarmed_in=2), check("late", -4.0, -4.1, -4.2, alarmed_in=None))
    return LookFound(
        begun=date(2026, 6, 1), until=date(2026, 8, 23), data_hash="d" * 64, model_hash="", settings="s" * 64,
        settings_name="default 1", budget=0.05, restarted={}, checks=checks,
    )  # fmt: skip


def test_the_watch_is_drawn_by_cycle_and_measured_by_part(approved: Service, member: Person) -> None:
    """Before anybody looked the page says how; then it shows the alarm with its incident, and metrics count it."""
    assert "Nobody has looked yet" in member.get("/watch").text
    assert "matac_watch" not in approved.get("/metrics").text
    with Ledger.open(approved.ledger) as book:
        number = keep_look(book, _look(), by="A. Analyst").opened["crimes"]
    text = member.get("/watch").text
    assert "1 check raises an alarm" in text
    assert "more than expected, from 27 July 2026. Proposed: look into it." in re.sub("<[^>]+>", "", text)
    assert f">Incident {number}</a>" in text
    assert [text.count(f'<rect class="{kind}"') for kind in ("alarm", "near", "calm")] == [1, 1, 4]
    assert not re.search(r"<script|\son[a-z]+=|javascript:|style=", text)
    measured = approved.get("/metrics").text
    assert 'matac_watch_alarms{part="records"} 1.0' in measured
    assert 'matac_watch_evidence{part="records"} 2.0' in measured
    assert "crimes" not in measured


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium")
def test_axe_finds_nothing_on_the_boards_pages(approved: Service) -> None:
    """At 1280 and at 320 pixels, with forms open, faults shown and long words; nothing is wider than the page."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
        page, faults = context.new_page(), []
        for name in _pages(page, approved):
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 800})
                wide = page.evaluate("document.documentElement.scrollWidth")
                faults += [f"{name} is {wide} wide at {width}"] if wide > width else []
                found = Axe().run(page, options=rules)
                faults += [f"{name} at {width}: {found.generate_report()}"] if found.violations_count else []
        browser.close()
    assert not faults, "\n".join(faults)


def _pages(page: Page, service: Service) -> Iterator[str]:
    page.goto(f"{service.url}/")
    page.fill("#user", "B. Member")
    page.check("input[name=role][value=board]")
    page.click("main button")
    page.goto(f"{service.url}/board")
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    yield "board"
    page.click("text=Record the decision")
    page.wait_for_selector(".error-summary")
    yield "board with a fault"
    page.goto(f"{service.url}/inventory")
    yield "inventory"
    page.goto(f"{service.url}/watch")
    yield "watch"
    page.goto(f"{service.url}/model-incidents")
    page.fill("#what", f"Scores of another area were printed, said somebody of {LONG}.")
    page.click("main button:has-text('Record the incident')")
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    yield "register"
    page.click("main details button >> nth=0")
    page.wait_for_selector(".error-summary")
    yield "register with a fault"
