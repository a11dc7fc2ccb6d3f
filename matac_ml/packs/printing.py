"""A paper as a file: a page, a PDF, text or a workbook, all from the same document and with the same imprint."""

from collections.abc import Callable
from dataclasses import dataclass

from matac_ml.packs.imprint import Imprint
from matac_ml.packs.workbook import document_as_workbook
from matac_ml.page import Document, as_html, as_markdown
from matac_ml.page.pdf import pdf_bytes


@dataclass(frozen=True)
class Printed:
    """A paper as bytes, with its media type and the ending of its file's name."""

    content: bytes
    media: str
    ending: str


def _html(document: Document, imprint: Imprint, *, tight: bool) -> str:
    return as_html(document, written=imprint.at.date(), imprint=imprint.text, one_page=tight)


#: Form -> media type, and how it is written from document, imprint and whether it is set tightly.
FORMS: dict[str, tuple[str, Callable[[Document, Imprint, bool], bytes]]] = {
    "html": ("text/html", lambda paper, imprint, tight: _html(paper, imprint, tight=tight).encode()),
    "pdf": (
        "application/pdf",
        lambda paper, imprint, tight: pdf_bytes(_html(paper, imprint, tight=tight), "paper.pdf"),
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda paper, imprint, tight: document_as_workbook(paper, imprint),
    ),
    "md": ("text/markdown", lambda paper, imprint, tight: f"{as_markdown(paper)}\n{imprint.text}\n".encode()),
}


def print_paper(document: Document, imprint: Imprint, form: str, *, tight: bool = False) -> Printed:
    """Write a paper in one of :data:`FORMS`.

    Parameters
    ----------
    tight : bool
        Whether it is set so tightly that a profile fits two sheets.

    Raises
    ------
    UsageError
        A PDF or a workbook is asked for, and what writes it is not installed.
    """
    media, write = FORMS[form]
    return Printed(write(document, imprint, tight), media, form)
