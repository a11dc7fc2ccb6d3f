"""The Algorithmic Transparency Recording Standard record (version 3.0), filled from facts; as JSON too.

Its fields stand in ``papers/atrs-fields.md``, a table a section: name, answer, and who fills it where no fact does.
"""

import re
from collections.abc import Mapping
from itertools import pairwise

from matac_ml.facts import RunFacts
from matac_ml.page import Heading, Inline, Table, plain
from model_cards.paper import fill_paper
from model_cards.performance import performance, printed
from model_cards.verdicts import benefits

VERSION = "3.0"
_NAME = re.compile(r"(?:([\d.]+) )?(.*)")

#: section -> field, answer (empty where no fact fills it), who fills it then
_Fields = Mapping[str, tuple[tuple[Inline, ...], ...]]


def atrs(facts: RunFacts, previous: RunFacts | None) -> dict[str, object]:
    """The record as a paper."""
    sections = _fields(facts, previous)
    every = [field for fields in sections.values() for field in fields]
    answered = {title: [field[:2] for field in fields if field[1]] for title, fields in sections.items()}
    return {
        "fields": len(every),
        "filled": sum(map(len, answered.values())),
        "sections": answered.items(),
        "open": [(name, who) for name, answer, who in every if not answer],
    }


def _fields(facts: RunFacts, previous: RunFacts | None) -> _Fields:
    chosen = performance(facts[facts.chosen])
    document = fill_paper(
        "atrs-fields",
        facts,
        previous,
        version=VERSION,
        benefits=benefits(facts),
        alternatives=[contender.label for contender in facts.contenders if contender.name != facts.chosen],
        precision=printed(chosen, "precision_at_k"),
        auc=printed(chosen, "auc"),
        brier=printed(chosen, "brier"),
    )
    return {
        heading.text: table.rows
        for heading, table in pairwise(document.blocks)
        if isinstance(heading, Heading) and isinstance(table, Table)
    }


def atrs_data(facts: RunFacts, previous: RunFacts | None) -> dict[str, object]:
    """The record as data: every field, with null where no fact fills it."""
    return {
        "standard": "Algorithmic Transparency Recording Standard",
        "standard_version": VERSION,
        "status": "draft: not filed",
        "sections": [
            {"title": title, "fields": [_field(*map(plain, field)) for field in fields]}
            for title, fields in _fields(facts, previous).items()
        ],
    }


def _field(title: str, answer: str, who: str) -> dict[str, str | None]:
    found = _NAME.fullmatch(title)
    number, name = found.groups() if found else (None, title)
    return {"number": number, "name": name, "value": answer or None, "to_be_filled_by": None if answer else who}
