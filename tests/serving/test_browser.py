"""The pages in a real browser: by keyboard, without script, to a screen reader; and the picture of the README."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving.running import ROOT, WHY, Service

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def both_roles(service: Service) -> str:
    """Somebody high on the list who is also recorded as a victim."""
    people = service.post("/v1/rank", {**WHY, "k": 200}).json()["people"]
    return str(next(one["person_id"] for one in people if one["also_victim"]))


def open_person(page: Page, service: Service, person: str) -> None:
    """From the start to a person, by the form."""
    page.goto(f"{service.url}/")
    page.fill("#person-user", WHY["user"])
    page.fill("#person-justification", WHY["justification"])
    page.fill("#person_id", person)
    page.click("text=Show the score and its reasons")
    page.wait_for_selector("h1")


def test_by_keyboard_and_without_script_from_start_to_person(browser: Browser, service: Service) -> None:
    """With script off and no mouse: the form is filled by Tab and letters, the list opens, and a person from it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/")
    page.focus("#user")
    page.keyboard.type(WHY["user"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(WHY["justification"])
    page.keyboard.press("Enter")
    page.wait_for_selector("table.list")
    page.focus("table.list tbody tr:first-child button")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The matrix, line by line")
    context.close()


def test_no_page_has_a_fault_that_axe_finds(browser: Browser, service: Service) -> None:
    """Start, list, person, and a form with faults: no violation of WCAG 2 that axe can see."""
    context = browser.new_context(bypass_csp=True)
    page, found = context.new_page(), []
    page.goto(f"{service.url}/")
    found.append(Axe().run(page))
    page.fill("#user", WHY["user"])
    page.fill("#justification", WHY["justification"])
    page.click("text=Open the list")
    page.wait_for_selector("table.list")
    found.append(Axe().run(page))
    open_person(page, service, both_roles(service))
    found.append(Axe().run(page))
    context.close()
    for results in found:
        assert results.violations_count == 0, results.generate_report()


def test_the_dual_role_is_the_first_thing_on_the_page(browser: Browser, service: Service) -> None:
    """Above the scores, with whom it was against, in the first screen of a small laptop; so is the matrix's total."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    open_person(page, service, both_roles(service))
    caution = page.locator("li.dual_role").bounding_box()
    total = page.locator(".card.primary .big").bounding_box()
    assert caution is not None
    assert total is not None
    assert caution["y"] < total["y"] < 768
    first = page.locator("li.dual_role table.checked tbody tr").first
    assert first.locator("td").nth(2).inner_text() == "victim"
    assert first.locator("ul.people code").first.inner_text() in page.locator("li.dual_role > p").first.inner_text()
    assert page.locator("section").first.locator("li").first.get_attribute("class") == "dual_role"
    context.close()


@pytest.mark.skipif("MATAC_WRITE_PICTURES" not in os.environ, reason="MATAC_WRITE_PICTURES is not set")
def test_write_the_picture_of_the_readme(browser: Browser, service: Service) -> None:
    """The person page, as the README shows it."""
    context = browser.new_context(viewport={"width": 1180, "height": 1500}, device_scale_factor=1)
    page = context.new_page()
    open_person(page, service, both_roles(service))
    out = ROOT / "docs" / "img" / "person-page.png"
    Path(out.parent).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(out))
    assert out.stat().st_size < 1_000_000
    context.close()
