"""A document for a terminal."""

import textwrap
from collections.abc import Collection, Iterator

from matac_ml.page.blocks import Block, Box, Bullets, Document, Heading, Paragraph, Table, Verbatim, plain

_WIDTH = 110


def as_text(document: Document, *, without: Collection[str] = ()) -> str:
    """The text; pictures are left out.

    Parameters
    ----------
    without : collection of str
        Heads of columns that are left to the written page.
    """
    blocks = (Heading(document.title, 1), *document.blocks)
    return "\n".join(line for block in blocks for line in _lines(block, without))


def _lines(block: Block, without: Collection[str]) -> Iterator[str]:
    match block:
        case Heading():
            yield from ("", block.text.upper())
        case Paragraph():
            yield from textwrap.wrap(plain(block.text), _WIDTH)
        case Bullets():
            yield from (f"  {plain(item)}" for item in block.items)
        case Table():
            yield from _table(block, without)
        case Verbatim():
            yield from block.text.splitlines()
        case Box():
            for inner in block.blocks:
                yield from _lines(inner, without)


def _table(table: Table, without: Collection[str]) -> Iterator[str]:
    yield from textwrap.wrap(table.caption, _WIDTH)
    columns = [i for i, name in enumerate(table.head) if name not in without]
    rows = [[plain(cell) for cell in row] for row in (table.head, *table.rows)]
    widths = {i: max(len(row[i]) for row in rows) for i in columns}
    for row in rows:
        cells = (row[i].rjust(widths[i]) if i in table.numbers else row[i].ljust(widths[i]) for i in columns)
        yield "  " + "  ".join(cells).rstrip()
    yield from textwrap.wrap(table.note, _WIDTH)
