"""The forms of an agency's actions and of the register of victims, by keyboard alone and with script off."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from matac_ml import clock
from tests.serving.running import WHY, Service
from tests.serving.signed_in import WORK

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium"),
]
REASON = "She was asked and agrees."
STEP = {"user": "a.lead", "reason": REASON}
#: More presses of Tab than any page here has places to stop at.
MOST = 150


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def reach(page: Page, what: str) -> None:
    """Press Tab until the focus stands on something; AssertionError where no key leads there, or nothing shows it."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.locator(f"{what}:focus").count():
            outline = page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle")
            shadow = page.locator(":focus").evaluate("e => getComputedStyle(e).boxShadow")
            assert outline != "none" or shadow != "none", f"nothing shows where the focus is: {what}"
            return
    raise AssertionError(f"no key leads to {what}")


def typed(page: Page, what: str, text: str) -> None:
    """Go to a field by keyboard, and type."""
    reach(page, what)
    page.keyboard.type(text)


def press(page: Page, what: str, key: str = "Enter", *, goes: bool = True) -> None:
    """Go to something by keyboard, and press a key; most lead to another page."""
    reach(page, what)
    if not goes:
        page.keyboard.press(key)
        return
    with page.expect_navigation():
        page.keyboard.press(key)


def signed_in(browser: Browser, force: Service, role: str, user: str, agency: str) -> Page:
    """Somebody who has signed in without a mouse; the browser runs no script."""
    page = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{force.url}/sign-in")
    typed(page, "#user", user)
    page.locator(f"input[name=role][value={role}]").focus()  # one of a group: arrow keys lead to it
    page.keyboard.press("Space")
    typed(page, "#agency", agency)
    press(page, "main button")
    page.locator(f"input[name=purpose][value={WORK['purpose']}]").focus()
    page.keyboard.press("Space")
    typed(page, "#justification", WORK["justification"])
    press(page, "main button")
    return page


def test_a_lead_and_an_agency_without_mouse_and_without_script(browser: Browser, force: Service) -> None:
    """The register is narrowed and turned, a victim opened and supported, and the agency reports on what it owns."""
    lead = signed_in(browser, force, "safeguarding_lead", "k.lead", "Police")
    lead.goto(f"{force.url}/victims")
    press(lead, "main button")
    first = lead.locator("table button.link").first.inner_text()
    press(lead, "main nav button")
    assert "page 2 of" in lead.locator("caption").inner_text()
    assert lead.locator("table button.link").first.inner_text() > first
    reach(lead, "#why")
    lead.keyboard.press("ArrowDown")
    press(lead, "form.filters button")
    assert "why=several" in lead.url
    press(lead, "table button.link")
    who = lead.locator("h1").inner_text().split()[0]
    typed(lead, "#begin-worker", "I. Advocate")
    typed(lead, "#begin-agency", "Victim Services")
    typed(lead, "#begin-reason", REASON)
    press(lead, "button:has-text('Record the worker')")
    assert "I. Advocate, Victim Services" in lead.locator("main").inner_text()
    agreed = {"text": "Weekly calls", "agency": "Victim Services", "agreed_by": "H. Officer"}
    due = (clock.today() + timedelta(days=7)).isoformat()
    step = {**STEP, "act": "agree", "person_id": who, **agreed, "due": due}
    assert force.post("/v1/victims/support", step).status_code == 200

    service = signed_in(browser, force, "partner", "k.service", "Victim Services")
    press(service, "nav a[href='/actions']")
    press(service, "main summary", goes=False)
    press(service, "main button:has-text('Record the report')")
    assert "Say whether it is done" in service.locator(".error-summary").inner_text()
    press(service, ".error-summary a", goes=False)
    press(service, "main input[name=done]", "Space", goes=False)
    typed(service, "main input[name=reason]", "She was called every week.")
    press(service, "main button:has-text('Record the report')")
    assert "The report is recorded" in service.locator("main").inner_text()
    shown = force.post("/v1/victims/show", {**WHY, "person_id": who}).json()
    assert [(one["text"], one["done"]) for one in shown["actions"]] == [("Weekly calls", True)]
    for page in (lead, service):
        page.context.close()
