"""A paper as Markdown (CommonMark with tables), to keep under version control and read as text."""

import re

from model_cards.document import Block, Bullets, Document, Figure, Heading, Inline, Link, Paragraph, Table, inlines


def as_markdown(document: Document, blocks: tuple[Block, ...]) -> str:
    """The whole text, ending in a newline.

    Parameters
    ----------
    blocks : tuple of Block
        All blocks in order, the short ones and those every paper shares included.
    """
    return "\n\n".join([f"# {_escaped(document.title)}", *(_block(block) for block in blocks)]) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            lead = f"**{_escaped(block.lead)}** " if block.lead else ""
            return (("> " if block.warn else "") + lead + _inline(block.text)).rstrip()
        case Bullets():
            return "\n".join(f"- {_inline(item)}" for item in block.items)
        case Table():
            return _table(block)
        case Figure():
            return f"*Chart, in the HTML and PDF of this paper: {_escaped(block.picture.alt)}*"
    return f"```\n{block.text.rstrip()}\n```"


def _table(table: Table) -> str:
    head = "| " + " | ".join(_cell(cell) for cell in table.head) + " |"
    rule = "|---" + ("|---:" if table.figures else "|---") * (len(table.head) - 1) + "|"
    rows = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table.rows]
    note = f"\n\n{_escaped(table.note)}" if table.note else ""
    return f"**{_escaped(table.caption)}**\n\n" + "\n".join([head, rule, *rows]) + note


def _inline(text: Inline) -> str:
    return "".join(_link(part) if isinstance(part, Link) else _escaped(part) for part in inlines(text))


def _cell(text: Inline) -> str:
    return re.sub(r"\s+", " ", _inline(text)).replace("|", "\\|")


def _link(link: Link) -> str:
    target = (f"{link.paper}.md" if link.paper else "") + (f"#{link.anchor}" if link.anchor else "")
    return f"[{_escaped(link.text)}]({target})"


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is: names in it come from a force's own records."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)
