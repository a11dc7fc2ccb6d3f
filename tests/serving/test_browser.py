"""The pages in a real browser: by keyboard, without script, to a screen reader; and the picture of the README."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from matac_ml.records import read_extract
from tests.proving import PROVING
from tests.serving.running import ROOT, WHY, Service

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium"),
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


def only_victim(service: Service, made_up: Path) -> str:
    """Somebody who is recorded as a victim alone."""
    asked = (
        "SELECT min(person_id) FROM (SELECT person_id FROM involvements GROUP BY 1 HAVING bool_and(role = 'victim'))"
    )
    extract = read_extract(made_up / "extract")
    found = extract.connect().execute(asked).fetchone()
    assert found is not None
    return str(found[0])


def signed_in(page: Page, service: Service, role: str = "analyst") -> None:
    """From no session to the start: the made-up sign-in, and the purpose where the role looks at people."""
    page.goto(f"{service.url}/")
    page.fill("#user", WHY["user"])
    page.check(f"input[name=role][value={role}]")
    page.click("main button")
    if page.url.endswith("/purpose"):
        page.check("#purpose")
        page.fill("#justification", WHY["justification"])
        page.click("main button")
    page.wait_for_selector("h1")


def open_person(page: Page, service: Service, person: str) -> None:
    """From the start to a person, by the form."""
    page.goto(f"{service.url}/people")
    page.fill("#person_id", person)
    page.click("text=Show the score and its reasons")
    page.wait_for_selector("p.record")


def press_to(page: Page, selector: str) -> None:
    """Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_by_keyboard_and_without_script_from_sign_in_to_a_person_and_back(browser: Browser, service: Service) -> None:
    """With script off and no mouse: sign-in, purpose, list, person, Back, and no form is asked to be sent again."""
    context = browser.new_context(
        java_script_enabled=True
    )  # the test asks what has the focus; the pages have no script
    page = context.new_page()
    page.goto(f"{service.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    press_to(page, "#user")
    page.keyboard.press("Control+A")
    page.keyboard.type(WHY["user"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#justification")
    press_to(page, "input[name=purpose]")
    page.keyboard.press("Space")
    press_to(page, "#justification")
    page.keyboard.type(WHY["justification"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#k")
    press_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.list")
    listed = page.url
    press_to(page, "table.list button.link")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The matrix, line by line")
    assert "/people/N-" in page.url
    page.go_back()
    assert page.url == listed
    assert page.locator("table.list").count() == 1
    assert page.locator("script").count() == 0
    context.close()


def every_page(page: Page, service: Service, made_up: Path) -> Iterator[str]:
    """Every page there is, each opened as somebody who uses it would; its name when it stands in the browser."""
    page.goto(f"{service.url}/sign-in")
    yield "sign-in"
    page.fill("#user", "")
    page.click("main button")
    page.wait_for_selector(".error-summary")
    yield "sign-in with a fault"
    signed_in(page, service)
    yield "start"
    page.goto(f"{service.url}/purpose")
    page.fill("#justification", "short")
    page.click("main button")
    page.wait_for_selector(".error-summary")
    yield "purpose with a fault"
    page.fill("#justification", f"{WHY['justification']} {'x' * 200}")  # it stands beside each list, and must break
    page.click("main button")
    page.wait_for_selector("h1:not(:has-text('What'))")
    page.goto(f"{service.url}/")
    page.fill("#k", "12")
    page.click("text=Open the list")
    page.wait_for_selector("table.list")
    yield "list"
    page.goto(f"{page.url}?show=victim&show=tied")
    yield "list, narrowed"
    page.goto(f"{service.url}/drawn")
    page.fill("#places", "12")
    page.click("text=Draw the list")
    page.wait_for_selector("table.list")
    yield "drawn list"
    page.goto(f"{page.url}?show=serial&sort=last")
    yield "drawn list, narrowed"
    page.goto(f"{service.url}/drawn")
    yield "lists for meetings"
    page.click("text=Show them")
    page.wait_for_selector("p.record")
    yield "many victims"
    open_person(page, service, both_roles(service))
    yield "person"
    page.goto(f"{page.url}?show=victim")
    yield "person, narrowed"
    open_person(page, service, only_victim(service, made_up))
    yield "not scored"
    page.goto(f"{service.url}/people")
    page.fill("#person_id", "nobody")
    page.click("text=Show the score and its reasons")
    page.wait_for_selector(".error-summary")
    yield "people with a fault"
    for path in ("papers", "board", "versions", "nothing-here", f"people/N-{'0' * 32}", f"lists/L-{'0' * 32}"):
        page.goto(f"{service.url}/{path}")
        yield path.rpartition("/")[0] or path
    page.click("text=Sign out")
    yield "signed out"
    signed_in(page, service, "board")
    yield "start of the board"
    page.goto(f"{service.url}/people")
    yield "not allowed"


def test_no_page_has_a_fault_that_axe_finds_nor_needs_to_be_moved_sideways(
    browser: Browser, service: Service, made_up: Path
) -> None:
    """WCAG 2.2 A and AA as far as axe sees them; 320 pixels, and a laptop at 200 %, without sideways scrolling."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    page, faults = context.new_page(), []
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for name in every_page(page, service, made_up):
        for width in (1280, 640, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_load_state()
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [f"{name} is {wide} wide at {width}"] if wide > width else []
            if width == 640 or (width == 320 and not PROVING):
                continue  # the rules of the page at 320, which make prove looks at too
            results = Axe().run(page, options=rules)
            faults += [f"{name} at {width}: {results.generate_report()}"] if results.violations_count else []
        page.set_viewport_size({"width": 1280, "height": 800})
    context.close()
    assert not faults, "\n".join(faults)


def test_the_dual_role_is_the_first_thing_on_the_page(browser: Browser, service: Service) -> None:
    """Above the figures and the scores, in the first screen of a small laptop; so is the matrix's total."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    signed_in(page, service)
    open_person(page, service, both_roles(service))
    caution, figures, total = (
        page.locator(what).first.bounding_box() for what in ("p.dual_role", ".facts", ".card .big")
    )
    assert caution is not None
    assert figures is not None
    assert total is not None
    assert caution["y"] < figures["y"] < total["y"] < 768
    assert page.locator("main section").first.locator("h2").inner_text().endswith("also recorded as a victim")
    page.click("p.dual_role a")
    rows = page.locator("table.incidents tbody tr")
    assert rows.count() >= 1
    assert rows.locator("td:has-text('Victim')").count() == rows.count()
    first = rows.first.locator("ul code").first.inner_text()
    assert first in page.locator("p.dual_role").inner_text()
    context.close()


def test_a_printed_page_says_whose_it_is_and_folds_nothing_away(
    browser: Browser, service: Service, tmp_path: Path
) -> None:
    """The marking, the name, the role and the day at the head; every note and every reason open."""
    context = browser.new_context()
    page = context.new_page()
    signed_in(page, service)
    open_person(page, service, both_roles(service))
    page.emulate_media(media="print")
    page.pdf(path=str(tmp_path / "person.pdf"), format="A4")
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "person.pdf").pages]
    text = " ".join("\n".join(sheets).split())
    assert all("OFFICIAL-SENSITIVE" in sheet for sheet in sheets)
    assert "Made-up sign-in. Printed for an.analyst, analyst, on " in text
    for said in ("Nobody has approved this model", "Contributions are in log-odds", "This view is recorded"):
        assert said in text
    assert "Sign out" not in text
    assert text.count("Harm days") > 1  # the head of a table stands on every sheet
    context.close()


@pytest.mark.skipif("MATAC_WRITE_PICTURES" not in os.environ, reason="MATAC_WRITE_PICTURES is not set")
def test_write_the_pictures_of_the_docs(browser: Browser, service: Service) -> None:
    """The person page, as the README shows it, and the list, as the analysts' guide does."""
    context = browser.new_context(viewport={"width": 1180, "height": 1500}, device_scale_factor=1)
    page = context.new_page()
    signed_in(page, service)
    page.fill("#k", "12")
    page.click("text=Open the list")
    page.wait_for_selector("table.list")
    out = ROOT / "docs" / "img"
    page.screenshot(path=str(out / "list-page.png"))
    open_person(page, service, both_roles(service))
    page.screenshot(path=str(out / "person-page.png"))
    assert all((out / name).stat().st_size < 1_000_000 for name in ("list-page.png", "person-page.png"))
    context.close()
