"""What no fact fills is listed, with who has to fill it. Nothing is invented."""

from collections.abc import Sequence
from dataclasses import dataclass

from model_cards.document import Block, Heading, Paragraph, Table


@dataclass(frozen=True)
class Unfilled:
    """A field without a fact.

    Attributes
    ----------
    field : str
    who : str
        Who fills it, or what it needs.
    """

    field: str
    who: str


HEADING = "What no fact fills"


def unfilled_blocks(fields: Sequence[Unfilled]) -> list[Block]:
    """The list, or that there is none."""
    if not fields:
        return [Heading(HEADING), Paragraph("Every field is filled.")]
    rows = tuple((one.field, one.who) for one in fields)
    return [
        Heading(HEADING),
        Table(f"{len(fields)} fields left open", ("Field", "Who fills it, or what it needs"), rows),
    ]
