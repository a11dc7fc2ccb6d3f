"""Generated pages say what the code says."""

import pytest

from tests.docs.generate import PAGES, ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_not_stale(name: str) -> None:
    """The page in docs/ is what ``make docs`` would write now."""
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), "run make docs"
