"""A document as Markdown (CommonMark with tables), to keep under version control and read as text."""

import re

from matac_ml.page.blocks import Block, Box, Bullets, Document, Figure, Heading, Inline, Link, Paragraph, Table, spans


def as_markdown(document: Document) -> str:
    """The whole text, ending in a newline."""
    return "\n\n".join([f"# {_escaped(document.title)}", *(_block(block) for block in document.blocks)]) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            return (("> " if block.warn else "") + _inline(block.text)).rstrip()
        case Bullets():
            return "\n".join(f"- {_inline(item)}" for item in block.items)
        case Table():
            return _table(block)
        case Figure():
            return f"*Chart, in the HTML and PDF of this paper: {_escaped(block.picture.alt)}*"
        case Box():
            return "\n\n".join(map(_block, block.blocks))
    return f"```\n{block.text.rstrip()}\n```"


def _table(table: Table) -> str:
    head = "| " + " | ".join(_cell(cell) for cell in table.head) + " |"
    rule = "|" + "|".join("---:" if i in table.numbers else "---" for i in range(len(table.head))) + "|"
    rows = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in table.rows]
    caption = f"**{_escaped(table.caption)}**\n\n" if table.caption else ""
    note = f"\n\n{_escaped(table.note)}" if table.note else ""
    return caption + "\n".join([head, rule, *rows]) + note


def _inline(text: Inline) -> str:
    done = ""
    for part in spans(text):
        words = _escaped(part if isinstance(part, str) else part.text)
        if isinstance(part, Link):
            done += f"[{words}]({part.address('.md')})"
        else:
            done += words if isinstance(part, str) else f"**{words}**"
    return done


def _cell(text: Inline) -> str:
    return re.sub(r"\s+", " ", _inline(text)).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is: names in it come from a force's own records."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)
