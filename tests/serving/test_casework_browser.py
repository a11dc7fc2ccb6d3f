"""One cycle in a real browser, as several roles, without script: from a referral to minutes; axe finds nothing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pypdf import PdfReader

from matac_ml import clock
from tests.proving import PROVING
from tests.serving.casework_pages import REASON as SHORT_REASON
from tests.serving.casework_pages import first_listed
from tests.serving.running import Service, running
from tests.serving.signed_in import WORK

PICTURED = "MATAC_WRITE_PICTURES" in os.environ
# Whoever types a long word without a space must not widen a page for everybody else.
REASON = SHORT_REASON if PICTURED else f"{SHORT_REASON} {'x' * 200}"
OFFICER, *SPECIALISTS = ("h.officer", "b.specialist", "c.specialist") if PICTURED else (
    f"h.{'o' * 60}", f"b.{'o' * 60}", f"c.{'w' * 60}"
)  # fmt: skip
#: Pages that the docs show, and their pictures.
PICTURES = {"agenda": "meeting-page", "minutes": "minutes-page", "programme": "programme-page"}
ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def force(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a force of its own."""
    with running(made_up, tmp_path_factory.mktemp("force"), MATAC_TOOLKIT="") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Roles:
    """A page of each person, signed in when first asked for; script is off, as the pages need none."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self._browser, self._service = browser, service
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def __call__(self, role: str, user: str = "", agency: str = "Police") -> Page:
        """The page of somebody."""
        name = user or f"a.{role}"
        if name not in self._pages:
            context = self._browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
            self._contexts.append(context)
            page = self._pages[name] = context.new_page()
            page.goto(f"{self._service.url}/")
            page.fill("#user", name)
            page.fill("#agency", agency)
            page.check(f"input[name=role][value={role}]")
            page.click("main button")
            page.check(f"input[name=purpose][value={WORK['purpose']}]")
            page.fill("#justification", WORK["justification"])
            page.click("main button")
        return self._pages[name]

    def go(self, page: Page, path: str) -> None:
        """Open an address, and look at it as axe does."""
        page.goto(f"{self._service.url}{path}")
        self.look(page, path)

    def look(self, page: Page, name: str) -> None:
        """WCAG 2.2 A and AA as far as axe sees them, on a laptop and at 320 pixels; no scrolling sideways."""
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_load_state()
            wide = page.evaluate("document.documentElement.scrollWidth")
            self.faults += [f"{name} is {wide} wide at {width}"] if wide > width else []
            if width == 320 and not PROVING:
                continue  # what axe finds there alone, make prove looks for
            results = Axe().run(page, options=rules)
            self.faults += [f"{name} at {width}: {results.generate_report()}"] if results.violations_count else []
        if PICTURED and name in PICTURES:
            page.set_viewport_size({"width": 1180, "height": 1300})
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=str(ROOT / "docs" / "img" / f"{PICTURES[name]}.png"))
        page.set_viewport_size({"width": 1280, "height": 800})

    def close(self) -> None:
        """End every browser."""
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="module")
def roles(browser: Browser, force: Service) -> Iterator[Roles]:
    """Everybody."""
    everybody = Roles(browser, force)
    yield everybody
    everybody.close()


def refer(roles: Roles, page: Page, who: str) -> None:
    """Fill in the form of a referral."""
    roles.go(page, "/refer")
    if page.locator("#by").count():
        page.check("#by")
    page.fill("#person_id", who)
    page.check("input[name=basis][value=crime]")
    page.check("input[name=share][value=plan]")
    page.fill("#reason", REASON)
    page.click("main button:has-text('Refer this person')")
    page.wait_for_selector("text=The referral is recorded")


def decide(page: Page, outcome: str) -> None:
    """Judge or settle everybody on the page in the same way."""
    for i in range(page.locator("input[name^='who-']").count()):
        page.check(f"#outcome-{i}-{outcome}")
        page.fill(f"#why-{i}", REASON)
    page.click("main button:has-text('Record what I decided')")
    page.wait_for_selector("text=Recorded")


def hold_the_meeting(roles: Roles, chair: Page) -> None:
    """Open it, take everybody into the cohort, agree a plan for each, and close it."""
    roles.go(chair, "/meetings")
    chair.fill("#name", "2026-12")
    chair.click("main button:has-text('Open the meeting')")
    chair.wait_for_selector("text=5. The cohort")
    roles.look(chair, "agenda")
    for place in chair.locator("input[name^='cohort-place-'][value=yes]").all():
        place.check()
    chair.fill("#cohort-reason", REASON)
    chair.click("main button:has-text('Take the cohort')")
    chair.wait_for_selector("text=This meeting has taken its cohort")
    today = clock.today().isoformat()
    for i in range(2):
        chair.check(f"#plan-do-key_worker-{i}")
        for name, value in (("agency", "Housing"), ("agreed", "H. Officer"), ("due", today), ("why", REASON)):
            chair.fill(f"#plan-{name}-{i}", value)
    roles.look(chair, "agenda with plans")
    chair.click("main button:has-text('Record the plans')")
    chair.wait_for_selector("text=Nobody waits for a plan")
    chair.click("main button:has-text('Close the meeting')")
    chair.wait_for_selector("text=Closed: no more decisions")


def print_minutes(roles: Roles, chair: Page, file: Path, *people: str) -> None:
    """Every sheet is marked, and the minutes hold what was decided."""
    chair.click("main a:has-text('Minutes')")
    chair.wait_for_selector("text=Written from the ledger")
    roles.look(chair, "minutes")
    chair.emulate_media(media="print")
    chair.pdf(path=str(file), format="A4")
    sheets = [sheet.extract_text() for sheet in PdfReader(file).pages]
    assert all("OFFICIAL-SENSITIVE" in sheet for sheet in sheets)
    text = " ".join("\n".join(sheets).split())
    unbroken = "".join(text.split())  # a long word may push a line over the end of another
    assert "Printed for a.chair, chair, on " in text
    for said in (*people, "Taken into the cohort 2026-12", "Housing agreed to this by"):
        assert said.replace(" ", "") in unbroken


def test_a_cycle_as_six_roles(roles: Roles, force: Service, tmp_path: Path) -> None:
    """Referred by analyst and partner, judged blind, settled, a meeting with its cohort, plans, minutes, a week."""
    first, second = first_listed(force, 2)
    refer(roles, roles("analyst"), first)
    refer(roles, roles("partner", OFFICER, "Housing"), second)
    roles.go(roles("partner", OFFICER), "/cases")
    for judge in SPECIALISTS:
        page = roles("specialist", judge)
        roles.go(page, "/judging")
        assert "points" not in page.locator("main").inner_text()
        decide(page, "accept")
    roles.look(page, "judgements to settle")
    decide(page, "accept")
    roles.go(page, "/agreement")
    chair = roles("chair")
    roles.go(chair, "/cases")
    chair.click(f"table button:has-text('{first}')")
    chair.wait_for_selector("text=Steps so far")
    roles.look(chair, "case")
    hold_the_meeting(roles, chair)
    print_minutes(roles, chair, tmp_path / "minutes.pdf", first, second)
    worker = roles("programme_staff")
    roles.go(worker, "/programme")
    worker.fill("#note", REASON)
    for i in range(2):
        worker.check(f"#engaged-{i}-yes")
    worker.click("main button:has-text('Record this week')")
    worker.wait_for_selector("text=2 weeks.")
    roles.look(worker, "programme")
    partner = roles("partner", OFFICER)
    roles.go(partner, "/cases")
    partner.click(f"table button:has-text('{first}')")
    partner.wait_for_selector("text=What agencies have agreed to do")
    assert "points" not in partner.locator("main").inner_text()
    roles.look(partner, "case of a partner")
    assert not roles.faults, "\n".join(roles.faults)
