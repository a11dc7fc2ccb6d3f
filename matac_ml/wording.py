"""How values, days and ranks read in a sentence, and the words that no score, band or page may say."""

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from matac_ml.errors import InvariantError

#: A sentence that begins with a number of rows, so that one is not many.
_ONE = re.compile(r"^\{value\} (domestic abuse (?:incident|allegation))s\b")
_SINGULAR = {
    "days": "day",
    "victims": "victim",
    "people": "person",
    "incidents a year": "incident a year",
    "standard deviations": "standard deviation",
}
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LENGTHS = {28: "four weeks", 90: "three months", 91: "three months", 182: "six months", 183: "six months"}
#: A place far down the list says nothing about anybody's safety.
FORBIDDEN_WORDS = ("low risk", "low-risk", "safe")
_FORBIDDEN = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in FORBIDDEN_WORDS), re.IGNORECASE)

#: A contribution is called strong where it makes the odds half as high again, and slight below a tenth.
STRONG, SOME = math.log(1.5), math.log(1.1)


def strength(contribution: float) -> Literal["strongly", "somewhat", "slightly"]:
    """How far a contribution in log-odds moves the score, in a word.

    Examples
    --------
    >>> strength(-0.5), strength(0.2), strength(0.02)
    ('strongly', 'somewhat', 'slightly')
    """
    size = abs(contribution)
    return "strongly" if size >= STRONG else "somewhat" if size >= SOME else "slightly"


def shown(value: float, unit: str) -> str:
    """A value with its unit, as a reader expects it: 3 incidents, 42 %, 1.5."""
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit == "share":
        return f"{value:.0%}"
    figure = f"{round(value, 2) + 0:,.2f}".rstrip("0").rstrip(".")  # no sign before nothing
    if unit in (*_SINGULAR, "log points a year"):
        return f"{figure} {_SINGULAR.get(unit, unit) if value == 1 else unit}"
    return figure


def number(value: float | None, unit: str = "") -> str:
    """A value with its unit; ``not on record`` when there is none."""
    return "not on record" if value is None else shown(value, unit)


def sentence_with(sentence: str, value: float, unit: str) -> str:
    """A sentence with a value in place of ``{value}``."""
    if value == 1:
        sentence = _ONE.sub(r"{value} \1", sentence)
    return sentence.replace("{value}", shown(value, unit))


def count(number: int, noun: str) -> str:
    """1 crime, 2 crimes, 1,234 crimes."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def rank(value: int, *, tied_with: int = 0) -> str:
    """3rd; ``joint 3rd (equal with 2 others)`` when people share it."""
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    if not tied_with:
        return f"{value:,}{ending}"
    return f"joint {value:,}{ending} (equal with {count(tied_with, 'other')})"


def day(value: date) -> str:
    """A day as a reader writes it: 3 March 2026."""
    return f"{value.day} {value:%B %Y}"


def span(days: int) -> str:
    """A length of time as people say it, for sentences; tables and declarations hold the days.

    Examples
    --------
    >>> span(1095), span(365), span(182), span(45), span(1)
    ('three years', 'one year', 'six months', '45 days', '1 day')
    """
    if days in _LENGTHS:
        return _LENGTHS[days]
    years, left = divmod(days, 365)
    if left or not years:
        return count(days, "day")
    return f"{_SMALL[years - 1] if years <= len(_SMALL) else years} year{'' if years == 1 else 's'}"


def window(days: int) -> str:
    """A window that ends today, at the end of a clause.

    Examples
    --------
    >>> window(1095), window(365), window(45)
    ('in the last three years', 'in the last year', 'in the last 45 days')
    """
    return f"in the last {span(days).removeprefix('one ').removeprefix('1 ')}"


def relationship(value: str) -> str:
    """What a victim is to a suspect, in words: ``ex_partner`` is ex-partner, ``other_family`` other family."""
    return value.replace("ex_", "ex-").replace("_", " ")


def joined(items: Iterable[str]) -> str:
    """a, b and c."""
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def forbidden_word(text: str) -> str | None:
    """The first of the words that a text says; None when it says none. *Safety* and *safeguarding* are other words."""
    # Nearly every text holds none of them even inside other words, and that is seen ten times sooner.
    lowered = text.lower()
    found = _FORBIDDEN.search(text) if any(word in lowered for word in FORBIDDEN_WORDS) else None
    return found.group() if found else None


def refuse_forbidden(text: str) -> str:
    """The text itself.

    Raises
    ------
    InvariantError
        When it says a word that no score may.
    """
    if word := forbidden_word(text):
        raise InvariantError(f"an explanation must never say {word!r}")
    return text
