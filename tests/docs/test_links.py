"""Links of every page lead somewhere: to a file that is there, and to a heading of it."""

import re
from pathlib import Path

import pytest

from tests.test_habits import ROOT, tracked

LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:href|src)=\"([^\"]+)\"")


def anchors(text: str) -> set[str]:
    """What a link can name: headings as GitHub makes anchors of them, and ids written out."""
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} +(.+?)\s*#*$", _prose(text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return {*found, *re.findall(r"<\w+[^>]*\b(?:id|name)=\"([^\"]+)\"", text)}


def _prose(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def _with_parts(page: Path) -> str:
    """The text of a page with the templates that it includes."""
    text = page.read_text(encoding="utf-8")
    parts = (page.parent / name for name in re.findall(r"{% include ['\"]([^'\"]+)['\"]", text))
    return "\n".join([text, *(_with_parts(part) for part in parts if part.is_file())])


def dead_links(page: Path) -> list[str]:
    """Links of a page to a file, or a heading of one, that is not there."""
    dead = []
    for link in (
        "".join(pair) for pair in LINK.findall(re.sub(r"`[^`]*`", "", _prose(page.read_text(encoding="utf-8"))))
    ):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page if not name else (page.parent / name).resolve()
        exists = target.exists()
        if not exists or (anchor and target.suffix == ".md" and anchor not in anchors(_with_parts(target))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    """No dead file and no dead anchor in any tracked page."""
    assert dead_links(page) == []


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("# A heading, with `code`\n[x](#a-heading-with-code)", []),
        ("# One\n# One\n[x](#one-1)", []),
        ("# One\n[x](#two)", ["#two"]),
        ("[x](gone.md)", ["gone.md"]),
        ("[x](other.md#there) [y](other.md#not-there)", ["other.md#not-there"]),
        ('<a id="here"></a>\n[x](#here)', []),
        ("```\n# no heading\n```\n[x](#no-heading)", ["#no-heading"]),
        ("[x](https://example.org/#any) `[y](#code)`", []),
    ],
)
def test_dead_anchors_are_found(text: str, dead: list[str], tmp_path: Path) -> None:
    """As GitHub makes anchors: letters, digits and hyphens, the second of a name numbered."""
    (tmp_path / "other.md").write_text("## There\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert dead_links(page) == dead
