"""One renderer for every page and paper that we write.

A page is a :class:`Document` of a few kinds of block. :func:`write_prose` makes one from a template, which is Markdown
with Jinja's placeholders; a program may also put one together itself. :func:`as_html`, :func:`as_markdown` and
:func:`as_text` write it. An HTML page is one file: no script, and no font, style or picture from elsewhere.
"""

from matac_ml.page.blocks import (
    Box,
    Bullets,
    Document,
    Heading,
    Inline,
    Link,
    Paragraph,
    Strong,
    Table,
    Verbatim,
    plain,
)
from matac_ml.page.html import STYLE, as_html
from matac_ml.page.markdown import as_markdown
from matac_ml.page.picture import COLOURS, MARKERS, Picture
from matac_ml.page.prose import write_prose
from matac_ml.page.text import as_text

__all__ = [
    "COLOURS",
    "MARKERS",
    "STYLE",
    "Box",
    "Bullets",
    "Document",
    "Heading",
    "Inline",
    "Link",
    "Paragraph",
    "Picture",
    "Strong",
    "Table",
    "Verbatim",
    "as_html",
    "as_markdown",
    "as_text",
    "plain",
    "write_prose",
]
