"""A template of prose becomes a page; what a value holds stays text, whatever it looks like."""

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matac_ml.page import (
    Box,
    Bullets,
    Document,
    Heading,
    Link,
    Paragraph,
    Strong,
    Table,
    Verbatim,
    as_html,
    as_markdown,
    as_text,
    write_prose,
)

Write = Callable[..., Document]
TEXTS = [
    "**strong** and *not* _this_ `code`",
    "[a](b) ![c](d) <script>alert(1)</script> &amp; &#42; <b>",
    "| a | b |",
    "# heading",
    "1. one",
    "- item",
    "> quoted",
    "---",
    "two    spaces",
    "{block 0} {{ name }} {% if %}",
    "two\n\nparagraphs\n# and more",
    "a\\*b",
    "https://example.org www.example.org",
]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Fill a template that is given as text."""

    def done(text: str, **content: object) -> Document:
        (tmp_path / "page.md").write_text(text, encoding="utf-8")
        return write_prose(tmp_path / "page.md", content)

    return done


def test_every_kind_of_block_is_read(write: Write) -> None:
    """Title, box, warning, strong words, links, lists, and a table with caption, numbers and note."""
    page = write(
        "# Title\n\n---\n\n**First.** See [the\ncard](model-card.md#gates).\n\n---\n\n> Mind\n> this.\n\n"
        "## Part\n\n- one\n- two\n\n**Caption**\n\n| a | b |\n|---|---:|\n| x | 1 |\n\n*Note.*\n"
    )
    assert page.title == "Title"
    assert page.blocks == (
        Box((Paragraph((Strong("First."), " See ", Link("the card", "model-card#gates"), ".")),)),
        Paragraph("Mind this.", warn=True),
        Heading("Part"),
        Bullets(("one", "two")),
        Table("Caption", ("a", "b"), (("x", "1"),), frozenset({1}), note="Note."),
    )


@pytest.mark.parametrize("value", TEXTS)
def test_a_value_is_text_wherever_it_stands(write: Write, value: str) -> None:
    """In a heading, paragraph, list, cell, link and strong words, a value adds no block and loses no letter."""
    template = (
        "## {{ v }}\n\n{{ v }}\n\n- {{ v }}\n\n| a |\n|---|\n| {{ v }} |\n\n**{{ v }}** [{{ v }}](page.md)\n\n> {{ v }}"
    )
    words = " ".join(value.split()) if value.strip() else value
    page = write(template, v=value)
    assert page.blocks == (
        Heading(words),
        Paragraph(words),
        Bullets((words,)),
        Table("", ("a",), ((words,),)),
        Paragraph((Strong(words), " ", Link(words, "page"))),
        Paragraph(words, warn=True),
    )
    assert "<script" not in as_html(page)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40))
def test_any_text_stays_one_paragraph(value: str) -> None:
    """Whatever characters it holds; only runs of white space become one space."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "page.md"
        template.write_text("Before {{ v }} after.", encoding="utf-8")
        page = write_prose(template, {"v": value})
    (block,) = page.blocks
    assert isinstance(block, Paragraph)
    assert isinstance(block.text, str)
    assert "".join(block.text.split()) == "".join(f"Before{value}after.".split())


def test_spaces_at_the_ends_of_a_value_stay(write: Write) -> None:
    """What joins others keeps its space; a value that begins with one can still be strong."""
    page = write('{% for n in [1, 2] %}{{ n }}{{ ", " if not loop.last }}{% endfor %} **{{ v }}**', v=" x")
    assert page.blocks == (Paragraph(("1, 2 ", Strong(" x"))),)


def test_a_placed_table_and_verbatim_text_are_as_they_were_given(write: Write) -> None:
    """What a program worked out is not read as Markdown."""
    page = write(
        '{{ table("A *b*", ["c", "d"], rows, figures=true, note="n") }}\n\n{{ verbatim(kept) }}\n\n'
        "{{ bullets(items) }}",
        rows=[("**x**", "1")],
        kept="a:\n  - *b\n",
        items=["_one_"],
    )
    assert page.blocks == (
        Table("A *b*", ("c", "d"), (("**x**", "1"),), frozenset({1}), note="n"),
        Verbatim("a:\n  - *b\n"),
        Bullets(("_one_",)),
    )


def test_a_misspelt_name_and_a_value_that_is_none_stop_the_writing(write: Write) -> None:
    """No page is written with a hole in it."""
    with pytest.raises(jinja2.UndefinedError, match="polcy"):
        write("{{ polcy }}")
    with pytest.raises(ValueError, match="no value"):
        write("{{ none_here }}", none_here=None)


@pytest.mark.parametrize("text", ["1. one\n2. two", "```\ncode\n```"])
def test_what_no_page_can_show_is_refused(write: Write, text: str) -> None:
    """Numbered lists and fenced code are no part of the dialect."""
    with pytest.raises(ValueError, match="no part of a page"):
        write(text)


def test_a_page_is_accessible_and_asks_for_nothing() -> None:
    """Headings have anchors, tables have heads and a name, nothing may be loaded or run, and links follow the form."""
    table = Table("", ("a", "b"), (("c", "1"),), frozenset({1}))
    blocks = (Heading("One part"), Paragraph(Link("x", "other#part")), table)
    page = as_html(Document("T", blocks), suffix=".pdf")
    assert '<h2 id="one-part">' in page
    assert 'aria-label="One part"' in page
    assert '<th scope="row">c</th><td class="n">1</td>' in page
    assert "default-src 'none'" in page
    assert 'href="other.pdf#part"' in page
    assert "(other.md#part)" in as_markdown(Document("T", blocks))


def test_a_terminal_sets_columns_and_leaves_out_reasons() -> None:
    """Numbers stand to the right; columns that are left to the written page are not there."""
    table = Table("", ("what", "n", "why"), (("a", "10", "x"), ("bbbb", "5", "y")), frozenset({1}))
    assert as_text(Document("T", (table,)), without=("why",)).splitlines() == [
        "",
        "T",
        "  what   n",
        "  a     10",
        "  bbbb   5",
    ]
