"""What every page is made of: a few kinds of block.

HTML, Markdown, PDF and the text of a terminal are written from the same blocks, so they cannot say different things.
"""

import re
from dataclasses import dataclass

from matac_ml.page.picture import Picture


@dataclass(frozen=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True)
class Link:
    """A link to a page of the same folder, to a heading of it, or to both.

    Attributes
    ----------
    target : str
        The page's name without suffix, and ``#`` with the anchor of a heading: ``bias-report#what-was-found``.
    """

    text: str
    target: str

    def address(self, suffix: str) -> str:
        """Where the link leads when pages have this suffix."""
        page, mark, heading = self.target.partition("#")
        return f"{page}{suffix if page else ''}{mark}{heading}"


Span = str | Strong | Link
#: Text, with strong words and links in it.
Inline = Span | tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; pages begin at level 2, below their title."""

    text: str
    level: int = 2

    @property
    def anchor(self) -> str:
        """What links point to.

        >>> Heading("What it can't see: limits").anchor
        'what-it-can-t-see-limits'
        """
        return re.sub(r"[^a-z0-9]+", "-", self.text.lower()).strip("-")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``warn`` sets it apart as a warning."""

    text: Inline
    warn: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list in no order."""

    items: tuple[Inline, ...]


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows.

    Attributes
    ----------
    caption : str
        May be empty where the heading above says it.
    numbers : frozenset of int
        Columns that are set to the right.
    marked : frozenset of int
        Rows that stand out; their first cell must say so in words too.
    note : str
        Below the table.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    numbers: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture and its caption; the same figures stand in a table beside it."""

    picture: Picture
    caption: str = ""


@dataclass(frozen=True)
class Verbatim:
    """Text as it is, for example a recipe."""

    text: str


@dataclass(frozen=True)
class Box:
    """What somebody needs who reads nothing else; stands first."""

    blocks: tuple["Block", ...]


Block = Heading | Paragraph | Bullets | Table | Figure | Verbatim | Box


@dataclass(frozen=True)
class Document:
    """A page or paper; its title is the only heading of level 1."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def box(self) -> "Document":
        """The box alone; without blocks where there is none."""
        found = next((block.blocks for block in self.blocks if isinstance(block, Box)), ())
        return Document(self.title, found)


def spans(text: Inline) -> tuple[Span, ...]:
    """The parts of a text."""
    return text if isinstance(text, tuple) else (text,)


def plain(text: Inline) -> str:
    """The words alone.

    >>> plain((Strong("First."), " See the ", Link("card", "model-card"), "."))
    'First. See the card.'
    """
    return "".join(part if isinstance(part, str) else part.text for part in spans(text))
