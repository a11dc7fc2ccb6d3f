"""Numbers and incidents in plain English, and the check that certain words are never said."""

from collections.abc import Iterable
from datetime import date

from matac_ml.errors import InvariantError
from matac_ml.forbidden import forbidden_word
from matac_ml.spec.wording import shown


def day(value: date) -> str:
    """A day as a reader writes it: 3 March 2026."""
    return f"{value.day} {value:%B %Y}"


def number(value: float | None, unit: str = "") -> str:
    """A value with its unit; ``not on record`` when there is none."""
    return "not on record" if value is None else shown(value, unit)


def count(number: int, noun: str) -> str:
    """1 crime, 2 crimes, 1,234 crimes."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def rank(value: int, *, tied_with: int = 0) -> str:
    """3rd; ``joint 3rd (equal with 2 others)`` when people share it."""
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    if not tied_with:
        return f"{value:,}{ending}"
    return f"joint {value:,}{ending} (equal with {count(tied_with, 'other')})"


def relationship(value: str) -> str:
    """What a victim is to a suspect, in words: ``ex_partner`` is ex-partner, ``other_family`` other family."""
    return value.replace("ex_", "ex-").replace("_", " ")


def joined(items: Iterable[str]) -> str:
    """a, b and c."""
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def refuse_forbidden(text: str) -> str:
    """The text itself.

    Raises
    ------
    InvariantError
        When it says a word that no score may: a place far down the list says nothing about anybody's safety.
    """
    if word := forbidden_word(text):
        raise InvariantError(f"an explanation must never say {word!r}")
    return text
