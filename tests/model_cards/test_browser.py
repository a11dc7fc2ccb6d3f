"""The papers in a real browser: nothing that axe finds, nothing wider than a sheet; and their pictures for docs."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from model_cards import PAPERS

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed: apt-get install chromium"),
]
#: Width between the margins of a sheet of A4, in CSS pixels: 180 mm.
SHEET = 680
#: WCAG 2.2 AA.
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, headless."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_readable_on_screen_and_on_paper(browser: Browser, small_run: Path, name: str) -> None:
    """No violation of WCAG 2.2 AA, with script off no difference, and as printed nothing is cut off at the edge."""
    context = browser.new_context(viewport={"width": SHEET, "height": 1000})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((small_run / "one" / "papers" / f"{name}.html").as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    # A table scrolls on screen; on paper it cannot.
    cut_off = "e => e.getBoundingClientRect().right > innerWidth + 1"
    found = f"[...document.querySelectorAll('table, pre, img')].filter({cut_off}).map(e => e.textContent.slice(0, 60))"
    assert page.evaluate(found) == []
    page.emulate_media(media="screen")
    # The bias report repeats the same table for every attribute; axe is asked about the first of them.
    page.evaluate("[...document.querySelectorAll('main > .scroll')].slice(20).forEach(e => e.remove())")
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    context.close()


def test_the_first_page_holds_verdict_uncertainty_and_change(browser: Browser, small_run: Path) -> None:
    """The box of the model card and of the bias report ends above the fold of a printed first page."""
    context = browser.new_context(viewport={"width": SHEET, "height": 1000})
    page = context.new_page()
    page.emulate_media(media="print")
    for name in ("model-card", "bias-report"):
        page.goto((small_run / "one" / "papers" / f"{name}.html").as_uri())
        box = page.locator(".box").bounding_box()
        assert box is not None
        # 262 mm between the margins.
        assert box["y"] + box["height"] < 262 / 25.4 * 96
        assert "What changed since the version before?" in page.locator(".box").inner_text()
    context.close()


@pytest.mark.skipif("MATAC_WRITE_PICTURES" not in os.environ, reason="MATAC_WRITE_PICTURES is not set")
@pytest.mark.parametrize("name", PAPERS)
def test_write_the_pictures_of_the_papers(browser: Browser, name: str) -> None:
    """The first screen of each paper of the demo's run, as docs/for-boards.md shows it."""
    root = Path(__file__).parents[2]
    context = browser.new_context(viewport={"width": 900, "height": 1180}, device_scale_factor=1)
    page = context.new_page()
    page.goto((root / "build" / "demo" / "papers" / f"{name}.html").as_uri())
    out = root / "docs" / "img" / f"{name}.png"
    out.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(out))
    assert out.stat().st_size < 500_000
    context.close()
