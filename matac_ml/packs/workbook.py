"""A paper as a workbook: its prose on the first sheet in order, each of its tables on a sheet of its own."""

import io
from collections.abc import Iterator
from typing import Any

from matac_ml.errors import UsageError
from matac_ml.packs.imprint import Imprint
from matac_ml.page import Bullets, Document, Heading, Paragraph, Table, plain
from matac_ml.page.blocks import Block, Box

NEEDED = "A workbook needs XlsxWriter: install the extra 'papers'. The page holds the same."
FIRST = "Read first"
_LONGEST_NAME, _MOST_IN_HEADER = 31, 240


def document_as_workbook(document: Document, imprint: Imprint) -> bytes:
    """Write the workbook.

    Raises
    ------
    UsageError
        XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise UsageError(NEEDED) from None
    out = io.BytesIO()
    # What an agency typed stays text: nothing in it becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": imprint.at.replace(tzinfo=None), "title": document.title})
        forms = {"bold": book.add_format({"bold": True, "text_wrap": True})}
        forms["text"] = book.add_format({"text_wrap": True, "valign": "top"})
        first = _sheet(book, FIRST, imprint)
        first.set_column(0, 0, 110)
        lines = [(imprint.text, "bold"), (document.title, "bold"), *_lines(book, document, imprint, forms)]
        for row, (text, form) in enumerate(lines):
            first.write_string(row, 0, text, forms[form])
    return out.getvalue()


def _sheet(book: Any, name: str, imprint: Imprint) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_header("&C" + imprint.text.replace("&", "&&")[:_MOST_IN_HEADER])
    sheet.set_landscape()
    return sheet


def _lines(book: Any, document: Document, imprint: Imprint, forms: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines of the first sheet; a table is written on its own sheet when it comes."""
    heading, taken = document.title, {FIRST.casefold()}
    for block in _flat(document.blocks):
        if isinstance(block, Heading):
            heading = block.text
            yield heading, "bold"
        elif isinstance(block, Paragraph):
            yield plain(block.text), "text"
        elif isinstance(block, Bullets):
            yield from ((f"- {plain(item)}", "text") for item in block.items)
        elif isinstance(block, Table):
            name = _name(block.caption or heading, taken)
            _table(_sheet(book, name, imprint), block, forms)
            yield f"The table is on the sheet {name}.", "text"


def _flat(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Box):
            yield from _flat(block.blocks)
        else:
            yield block


def _name(heading: str, taken: set[str]) -> str:
    """A name that a spreadsheet takes, and that no other sheet has."""
    plain_name = "".join(c for c in heading if c not in "[]:*?/\\'").strip()[:_LONGEST_NAME] or "Table"
    name, number = plain_name, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain_name[: _LONGEST_NAME - 4]} {number}"
    taken.add(name.casefold())
    return name


def _table(sheet: Any, table: Table, forms: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(table.head) - 1, 26)
    for column, name in enumerate(table.head):
        sheet.write_string(0, column, name, forms["bold"])
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells):
            text = plain(cell)
            if column in table.numbers and text.isascii() and text.isdigit():
                sheet.write_number(row, column, int(text), forms["text"])
            else:
                sheet.write_string(row, column, text, forms["text"])
