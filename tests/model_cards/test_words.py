"""The words of papers can be edited: no sentence of the code that writes them is torn over two literals."""

import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.test_habits import ROOT

#: Whatever writes a paper, a report or a page for people outside the service.
WRITERS = [
    *sorted((ROOT / "model_cards").glob("*.py")),
    *sorted((ROOT / "matac_ml" / "page").glob("*.py")),
    *(ROOT / "training" / name for name in ("report.py", "stress_report.py", "pictures.py", "shap_pictures.py")),
    ROOT / "matac_ml" / "rfg" / "report.py",
    ROOT / "matac_ml" / "records" / "document.py",
]
_QUOTES = re.compile(r"^[bfuBFU]*('''|\"\"\"|'|\")|('''|\"\"\"|'|\")$")
#: A literal may end where a sentence or a clause does.
_ENDED = re.compile(r"([.:;?!]|\\n)[”\"')\]]*\s*$")


def torn(source: str) -> Iterator[int]:
    """Lines on which a literal of words ends and the next one goes on in the middle of its sentence."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    read = [token for token in tokens if token.type not in (tokenize.NL, tokenize.COMMENT)]
    for first, second in pairwise(read):
        if first.type == second.type == tokenize.STRING and first.string[0] not in "rR":
            text = _QUOTES.sub("", first.string)
            if " " in text.strip() and not _ENDED.search(text):
                yield first.start[0]


@pytest.mark.parametrize("path", WRITERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_torn(path: Path) -> None:
    """A sentence stands in one literal or in a template, so that its words can be found and edited."""
    assert list(torn(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('a = (\n    "A sentence that "\n    "goes on."\n)', [2]),
        ('a = (\n    f"A sentence of {n}. "\n    "Another."\n)', []),
        ('a = (\n    "one clause of it; "\n    f"another {n}"\n)', []),
        ('a = ("one", "two words",\n "three")', []),
        ('a = (\n    r"(?:one two|"\n    r"three)"\n)', []),
    ],
)
def test_a_torn_sentence_is_found(source: str, lines: list[int]) -> None:
    """Inside a sentence, not between two, nor in a list or a pattern."""
    assert list(torn(source)) == lines
