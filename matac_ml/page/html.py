"""A document as one HTML page: accessible, printable, with nothing from elsewhere; what comes from data is escaped."""

from datetime import date
from pathlib import Path

import jinja2
from markupsafe import Markup

from matac_ml.page.blocks import Document, spans

_FOLDER = Path(__file__).parent
#: The one style sheet, for screen and print.
STYLE = Markup((_FOLDER / "style.css").read_text(encoding="utf-8"))  # noqa: S704 (our own file)


def as_html(
    document: Document,
    *,
    suffix: str = ".html",
    tab: str = "",
    description: str = "",
    written: date | None = None,
    one_page: bool = False,
    imprint: str = "",
) -> str:
    """Write the page.

    Parameters
    ----------
    suffix : str
        Of the pages it links to.
    tab : str
        Title of the window; that of the document when empty.
    description : str
        One sentence for whoever lists the page.
    written : date, optional
        Its date, for example that of the records. No clock is asked.
    one_page : bool
        Whether it is set so tightly in print that a page of prose fits one sheet of A4.
    imprint : str
        What stands at the head of the page and of every printed sheet, such as a marking, and who printed it when.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    text = environment.get_template("page.html").render(
        document=document,
        suffix=suffix,
        tab=tab or document.title,
        description=description,
        written=written,
        one_page=one_page,
        imprint=imprint,
        css_text=_css_text,
        spans=spans,
        unbroken=_unbroken,
        style=STYLE,
    )
    return text + "\n"


def _css_text(text: str) -> Markup:
    """A text inside the quotation marks of a style sheet: whatever could end or change it is written as its number."""
    kept = (c if c.isalnum() or c in " .,:;-" else f"\\{ord(c):x} " for c in text)
    return Markup("".join(kept))  # noqa: S704 (letters, blanks and numbers)


def _unbroken(text: str) -> str:
    """A figure whose interval is not broken over two lines."""
    value, bracket, interval = text.partition(" (")
    return f"{value} ({interval.replace(' ', chr(160))}" if bracket else text
