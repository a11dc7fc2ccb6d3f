"""What a paper is made of: a few kinds of block. HTML, Markdown and PDF are written from the same blocks.

So that the three cannot say different things, a paper is a list of blocks and never a template of its own.
"""

import re
from dataclasses import dataclass, field

from matac_ml.page import Picture


@dataclass(frozen=True)
class Link:
    """Points to a heading of a paper of the same run.

    Attributes
    ----------
    paper : str
        Its name without suffix; empty for this paper.
    heading : str
        Text of the heading; empty for the first page.
    """

    text: str
    paper: str = ""
    heading: str = ""

    @property
    def anchor(self) -> str:
        """The part after ``#``; empty where there is none."""
        return anchor(self.heading) if self.heading else ""


#: Text, with links in it.
Inline = str | Link | tuple[str | Link, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; papers begin at level 2, below their title."""

    text: str
    level: int = 2

    @property
    def anchor(self) -> str:
        """What links point to."""
        return anchor(self.text)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``lead`` is its first words, in bold."""

    text: Inline
    lead: str = ""
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
    marked : frozenset of int
        Rows that stand out; their first cell must say so in words too.
    figures : bool
        Whether every column after the first holds figures.
    note : str
        Below the table.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Inline, ...], ...]
    marked: frozenset[int] = frozenset()
    figures: bool = False
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture and its caption; the same figures stand in a table beside it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class Verbatim:
    """Text as it is, for example a recipe."""

    text: str


Block = Heading | Paragraph | Bullets | Table | Figure | Verbatim


@dataclass(frozen=True)
class Document:
    """A paper.

    Attributes
    ----------
    short : tuple of Block
        What somebody needs who reads nothing else; stands first, in a box.
    fits_one_page : bool
        Whether it must fit one page of A4.
    versions : bool
        Whether the table of hashes and library versions follows at the end.
    warned : bool
        Whether the run's warnings stand at its head.
    """

    name: str
    title: str
    short: tuple[Block, ...]
    blocks: tuple[Block, ...]
    fits_one_page: bool = False
    versions: bool = True
    warned: bool = True
    data: dict[str, object] | None = field(default=None)


def anchor(heading: str) -> str:
    """What a heading is linked by.

    >>> anchor("What it can't see: limits")
    'what-it-can-t-see-limits'
    """
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def inlines(text: Inline) -> tuple[str | Link, ...]:
    """The parts of a text."""
    return text if isinstance(text, tuple) else (text,)
