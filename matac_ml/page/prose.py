"""From a template of prose to a document: Markdown that a person can edit, with Jinja's placeholders for what differs.

The dialect is CommonMark with tables, and these habits:

- the heading of level 1 is the title; what stands between the first two rules (``---``) is the box;
- a paragraph that is all ``**strong**`` just above a table is its caption, one that is all ``*emphasised*`` just below
  it is its note, and a column ruled ``---:`` holds numbers;
- a quoted paragraph (``>``) is a warning;
- ``[words](page.md#anchor)`` links to a heading of another page of the same folder.

What is worked out, drawn or verbatim is placed by calling ``table``, ``bullets``, ``figure`` or ``verbatim`` in a
placeholder of its own paragraph. Whatever else a placeholder gives is text: nothing in it is read as Markdown or HTML.
A misspelt name fails, and so does a value that is None.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import jinja2
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

from matac_ml.page.blocks import (
    Block,
    Box,
    Bullets,
    Document,
    Figure,
    Heading,
    Inline,
    Link,
    Paragraph,
    Span,
    Strong,
    Table,
    Verbatim,
    plain,
)
from matac_ml.page.picture import Picture

#: Stands in the text where a block belongs. Values cannot hold it: their braces are encoded.
_PLACE = re.compile(r"\{block (\d+)\}")
#: How values may be written everywhere.
_FILTERS: dict[str, Callable[..., object]] = {"whole": "{:,.0f}".format, "per_cent": "{:.0%}".format}


def write_prose(
    template: Path, content: Mapping[str, object], filters: Mapping[str, Callable[..., object]] | None = None
) -> Document:
    """Fill a template and read it.

    Parameters
    ----------
    template : Path
        Of our own; it may include and import others of its folder.
    content : mapping
        What its placeholders name.
    filters : mapping, optional
        How values may be written: ``{{ count | about }}``.

    Raises
    ------
    jinja2.UndefinedError
        When a placeholder names what is not there.
    ValueError
        When the template holds what is no part of the dialect.
    """
    placed: list[Block] = []
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(template.parent),
        autoescape=True,
        finalize=_encoded,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {**_FILTERS, **(filters or {})}
    environment.globals |= {**_placing(placed), **content}
    text = environment.get_template(template.name).render()
    return _document(SyntaxTreeNode(_parser().parse(text)), placed)


def _encoded(value: object) -> Markup:
    """A value as Markdown that reads as nothing but its letters."""
    if isinstance(value, Markup):
        return value
    if value is None:
        raise ValueError("A placeholder gave no value; give it one, or leave it out where there is none.")
    text = re.sub(r"[\x00-\x20\x7f]+", " ", str(value))
    # CommonMark never takes a character reference as structure. A space at either end would part marks from words.
    return Markup(re.sub(r"[!-/:-@\[-`{-~]|^ | $", lambda found: f"&#{ord(found[0])};", text))  # noqa: S704 (encoded)


def _placing(placed: list[Block]) -> dict[str, Callable[..., Markup]]:
    """What a template calls to place a block."""

    def place(block: Block) -> Markup:
        placed.append(block)
        return Markup(f"{{block {len(placed) - 1}}}")  # noqa: S704 (a number)

    def table(
        caption: str,
        head: Iterable[str],
        rows: Iterable[Sequence[Inline]],
        *,
        figures: bool = False,
        numbers: Iterable[int] = (),
        marked: Iterable[int] = (),
        note: str = "",
    ) -> Markup:
        """Place a table; ``figures`` says that every column after the first holds numbers."""
        if isinstance(caption, Markup) or isinstance(note, Markup):
            raise ValueError("A caption or note is plain text: write it as a string, or the table in Markdown.")
        names = tuple(head)
        columns = frozenset(range(1, len(names)) if figures else numbers)
        caption, note = (" ".join(text.split()) for text in (caption, note))
        return place(Table(caption, names, tuple(map(tuple, rows)), columns, frozenset(marked), note))

    def figure(picture: Picture, caption: str = "") -> Markup:
        return place(Figure(picture, caption))

    def verbatim(text: str) -> Markup:
        return place(Verbatim(text))

    def bullets(items: Iterable[Inline]) -> Markup:
        return place(Bullets(tuple(items)))

    return {"table": table, "figure": figure, "verbatim": verbatim, "bullets": bullets}


def _parser() -> MarkdownIt:
    # Indented lines are prose, and a rule below a paragraph does not make it a heading.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["code", "lheading"])


def _document(root: SyntaxTreeNode, placed: Sequence[Block]) -> Document:
    title = ""
    blocks: list[Block] = []
    box: list[Block] | None = None
    for block in _blocks(root.children, placed):
        if block is None:
            box, blocks = ([], blocks) if box is None else (None, [*blocks, Box(tuple(box))])
        elif isinstance(block, Heading) and block.level == 1:
            title = block.text
        else:
            (blocks if box is None else box).append(block)
    return Document(title, tuple(blocks))


def _blocks(nodes: Sequence[SyntaxTreeNode], placed: Sequence[Block]) -> Iterator[Block | None]:
    """Every block; None for a rule."""
    for before, node, after in zip((None, *nodes), nodes, (*nodes[1:], None), strict=False):
        if node.type == "table":
            yield _table(node, caption=_wholly("strong", before), note=_wholly("em", after))
        elif not (_is_table(after) and _wholly("strong", node)) and not (_is_table(before) and _wholly("em", node)):
            yield _block(node, placed)


def _block(node: SyntaxTreeNode, placed: Sequence[Block]) -> Block | None:
    match node.type:
        case "hr":
            return None
        case "heading":
            return Heading(plain(_inline(node)), int(node.tag[1:]))
        case "paragraph":
            place = _PLACE.fullmatch(node.children[0].content)
            return placed[int(place[1])] if place else Paragraph(_inline(node))
        case "blockquote":
            (paragraph,) = node.children
            return Paragraph(_inline(paragraph), warn=True)
        case "bullet_list":
            return Bullets(tuple(_inline(paragraph) for item in node.children for paragraph in item.children))
    raise ValueError(f"A template of prose holds a {node.type}, which is no part of a page: line {node.map}.")


def _is_table(node: SyntaxTreeNode | None) -> bool:
    return node is not None and node.type == "table"


def _wholly(kind: str, node: SyntaxTreeNode | None) -> str:
    """The words of a paragraph that is all strong or all emphasised; empty where it is not."""
    if node is None or node.type != "paragraph":
        return ""
    if [part.type for part in node.children[0].children if part.type != "text" or part.content] != [kind]:
        return ""
    return plain(_inline(node))


def _table(node: SyntaxTreeNode, *, caption: str, note: str) -> Table:
    lines = [list(row.children) for part in node.children for row in part.children]
    head = tuple(plain(_inline(cell)) for cell in lines[0])
    numbers = frozenset(i for i, cell in enumerate(lines[0]) if "right" in str(cell.attrs.get("style", "")))
    return Table(caption, head, tuple(tuple(map(_inline, row)) for row in lines[1:]), numbers, note=note)


def _inline(node: SyntaxTreeNode) -> Inline:
    """The text of a block: one string where it holds nothing else."""
    parts: list[Span] = []
    for part in _spans(node.children[0].children if node.children else ()):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    # Placeholders that gave nothing leave spaces behind.
    tidy = [re.sub("  +", " ", part) if isinstance(part, str) else part for part in parts if part]
    if tidy and isinstance(tidy[-1], str):
        tidy[-1] = tidy[-1].rstrip(" ")
    return tidy[0] if len(tidy) == 1 else tuple(tidy) or ""


def _spans(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Span]:
    for node in nodes:
        match node.type:
            case "text" | "code_inline":
                yield node.content
            case "softbreak" | "hardbreak":
                yield " "
            case "strong":
                yield Strong(_words(node))
            case "link":
                yield Link(_words(node), re.sub(r"\.md(?=#|$)", "", str(node.attrs["href"])))
            case _:
                yield _words(node)


def _words(node: SyntaxTreeNode) -> str:
    return plain(tuple(_spans(node.children)))
