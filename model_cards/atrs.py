"""The Algorithmic Transparency Recording Standard record (version 3.0), filled from facts; as JSON too."""

from matac_ml.facts import RunFacts
from model_cards.atrs_fields import VERSION, Field, sections
from model_cards.document import Block, Document, Heading, Inline, Link, Paragraph, Table, inlines
from model_cards.unfilled import Unfilled, unfilled_blocks

#: Headings whose numbers were read in the published standard.
_CONFIRMED = (
    "The numbers of Tier 1 and of section 2.1 are those of the published standard. Sections 2.2 to 2.5 are headed as "
    "the standard's sections are, without field numbers: set each answer beside the field of the current template on "
    "GOV.UK before filing."
)


def atrs(facts: RunFacts, previous: RunFacts | None) -> Document:
    """Write the record."""
    parts = sections(facts)
    fields = [field for _, some in parts for field in some]
    filled = sum(field.answer is not None for field in fields)
    short: tuple[Block, ...] = (
        Paragraph(f"{filled} of {len(fields)} fields are filled from the facts of the run.", "Draft record."),
        Paragraph(
            f"The other {len(fields) - filled} are listed at the end, with who has to fill them. Nothing is invented."
        ),
        Paragraph(_CONFIRMED),
    )
    blocks: list[Block] = []
    for title, some in parts:
        rows = tuple((f"{f.number} {f.name}".strip(), f.answer) for f in some if f.answer is not None)
        blocks.append(Heading(title))
        blocks.append(
            Table(f"{title}: fields that facts fill", ("Field", "Answer"), rows)
            if rows
            else Paragraph("No fact fills this section.")
        )
    blocks += unfilled_blocks([Unfilled(f"{f.number} {f.name}".strip(), f.who) for f in fields if f.answer is None])
    return Document("atrs", "Algorithmic transparency record", short, tuple(blocks), data=as_json(parts))


def as_json(parts: list[tuple[str, list[Field]]]) -> dict[str, object]:
    """The record as data: every field, with null where no fact fills it."""
    return {
        "standard": "Algorithmic Transparency Recording Standard",
        "standard_version": VERSION,
        "status": "draft: not filed",
        "sections": [
            {
                "title": title,
                "fields": [
                    {
                        "number": f.number or None,
                        "name": f.name,
                        "value": _plain(f.answer),
                        "to_be_filled_by": None if f.answer is not None else f.who,
                    }
                    for f in some
                ],
            }
            for title, some in parts
        ],
    }


def _plain(answer: Inline | None) -> str | None:
    if answer is None:
        return None
    return "".join(part.text if isinstance(part, Link) else part for part in inlines(answer))
