"""Names as they are compared: without accents, signs and capitals, and with the names that a short form stands for."""

import csv
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

from matac_ml.identifiers import is_no_value, is_placeholder
from matac_ml.written import is_seen

_SHORT_FORMS = Path(__file__).parent / "short_forms.csv"
#: Letters that a spelling without accents writes with others.
_SPELT = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = re.compile(r"['’`ʼ´]")


def folded(text: str | None) -> str | None:
    """A name in one spelling; nothing where no name is.

    Accents are taken off letters that have a plain form. Names in another script stay in it.

    Examples
    --------
    >>> folded(" O’Brien-Łukasz "), folded("Zoë"), folded("n/k"), folded("Ольга")
    ('obrien lukasz', 'zoe', None, 'ольга')
    """
    if text is None or is_no_value(text) or is_placeholder(text):
        return None
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", text).casefold()).translate(_SPELT)
    letters = "".join(
        character if unicodedata.category(character)[0] in "LN" else " "
        for character in plain
        if unicodedata.category(character) != "Mn" and (character == " " or is_seen(character))
    )
    return unicodedata.normalize("NFC", " ".join(letters.split())) or None


def halves(full_name: str | None) -> tuple[str | None, str | None]:
    """Surname and first name of a full name: with a comma, or else the last word and the first.

    Examples
    --------
    >>> halves("Thornton, Kate Jane"), halves("Kate Jane Thornton"), halves("Thornton")
    (('Thornton', 'Kate Jane'), ('Thornton', 'Kate'), ('Thornton', None))
    """
    if not full_name:
        return None, None
    last, comma, first = full_name.partition(",")
    if comma:
        return last.strip() or None, first.strip() or None
    words = full_name.split()
    return (words[-1], words[0]) if len(words) > 1 else (full_name, None)


@cache
def _formal() -> dict[str, frozenset[str]]:
    with _SHORT_FORMS.open(encoding="utf-8", newline="") as file:
        found: dict[str, set[str]] = defaultdict(set)
        for row in csv.DictReader(file):
            found[row["short"]].add(row["name"])
    return {short: frozenset(names) for short, names in found.items()}


def known_as(forename: str | None) -> list[str] | None:
    """Every name that a folded first name may stand for, itself among them, in alphabetical order.

    Examples
    --------
    >>> known_as("zosia"), known_as("olga")
    (['zofia', 'zosia'], ['olga'])
    """
    if forename is None:
        return None
    first = forename.split()[0]
    return sorted(_formal().get(first, frozenset()) | {first})
