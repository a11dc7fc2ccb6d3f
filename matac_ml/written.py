"""Text that a person wrote: how much of it can be seen, and whether it hides characters that cannot."""

import re
import unicodedata
from functools import cache

from matac_ml.practice import REASON_CHARACTERS, REASON_LETTERS

# Characters that take part in text and show nothing, beyond the categories below: Unicode's
# Default_Ignorable_Code_Point (Unicode 15.0, DerivedCoreProperties.txt), which Python does not expose, the blank
# braille pattern, the null notehead and the object replacement character. Hangul fillers and variation selectors count
# as letters or marks, so a category does not find them.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffc\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Marks that only change the character before them: one letter with nine accents is one letter.
_MARKS = frozenset({"Mn", "Me"})
# Control, format, surrogate, unassigned, line and paragraph separators, spaces.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Zs"})


def is_seen(character: str) -> bool:
    """Whether a reader sees this character: it is neither a space nor invisible."""
    return unicodedata.category(character) not in _UNSEEN and not _IGNORABLE.match(character)


def seen_characters(text: str) -> int:
    """Count the characters that a reader can see, spaces excluded; an accent belongs to its letter.

    Examples
    --------
    >>> seen_characters("No reason"), seen_characters("\\u00a0\\u3164 \\u200b"), seen_characters("e\\u0301")
    (8, 0, 1)
    """
    return sum(is_seen(character) and unicodedata.category(character) not in _MARKS for character in text)


def has_hidden(text: str) -> bool:
    """Whether a text holds characters that are neither seen nor an ordinary space.

    Two such texts can look the same and be different, or read in another order than they are stored.
    """
    return any(character != " " and not is_seen(character) for character in text)


@cache
def hidden_class() -> str:
    """Every character that :func:`has_hidden` finds, as the inside of a regular expression's character class.

    For engines other than Python's: ranges are written ``\\x{200b}-\\x{200f}``. Surrogates are left out: no UTF-8 text
    holds one.
    """
    # From U+40000 on Unicode has only ignorable and private characters, and places without one.
    codes = [c for c in range(0x40000) if not 0xD800 <= c < 0xE000 and c != 0x20 and not is_seen(chr(c))]
    starts = [c for c, before in zip(codes, [-2, *codes], strict=False) if c != before + 1]
    ends = [c for c, after in zip(codes, [*codes[1:], -1], strict=True) if after != c + 1]
    ranges = (f"\\x{{{start:x}}}-\\x{{{end:x}}}" for start, end in zip(starts, ends, strict=True))
    return "".join(ranges) + r"\x{40000}-\x{10ffff}"


def is_reason(text: str) -> bool:
    """Whether a text has enough visible characters to explain something, and words among them."""
    return not fault_of_reason(text)


def fault_of_reason(text: str) -> str:
    """Return why a text explains nothing; empty when it can be a reason.

    Examples
    --------
    >>> fault_of_reason("Panel of 3 May"), fault_of_reason("..........")
    ('', 'must explain something in words; what came has fewer than 3 different letters')
    """
    seen = seen_characters(text)
    if seen < REASON_CHARACTERS:
        return f"must have at least {REASON_CHARACTERS} characters, got {seen} that can be seen"
    letters = {character.casefold() for character in text if unicodedata.category(character).startswith("L")}
    if len(letters) < REASON_LETTERS:
        return f"must explain something in words; what came has fewer than {REASON_LETTERS} different letters"
    return ""


def tidied(text: str) -> str:
    """Return a text as it is kept: on one line, without characters that cannot be seen, without blanks around it.

    Whoever pastes from a document brings soft hyphens and blanks of other kinds along: they say nothing, and the text
    without them says the same.

    Examples
    --------
    >>> tidied("\\u200bAgreed\\u00a0at \\n the meet\\u00ading. ")
    'Agreed at the meeting.'
    """
    blanks = "".join(" " if character.isspace() else character for character in text)
    return " ".join("".join(character for character in blanks if character == " " or is_seen(character)).split())


def escaped(text: str) -> str:
    """Return a text that others chose, such as a file's name, as it may be printed: every hidden character is spelled.

    A name can hold what moves a terminal's cursor, turns the direction of writing, or is no Unicode at all.

    Examples
    --------
    >>> escaped("a\\x1b[2J\\udcff.csv")
    'a\\\\x1b[2J\\\\udcff.csv'
    """
    return "".join(
        character if character == " " or is_seen(character) else character.encode("unicode_escape").decode()
        for character in text
    )


def faults_of_name(text: str, what: str) -> list[str]:
    """Return why a text cannot be a name: it has no letter or digit, or it hides characters.

    Two names that look alike and differ would be two people, so hidden characters are refused here and not taken out.

    Parameters
    ----------
    what : str
        What it names, for the message; the text itself is not repeated.
    """
    if not any(is_seen(character) and unicodedata.category(character)[0] in "LN" for character in text):
        return [f"{what} must be given; no letter or digit that can be seen came"]
    return [f"{what} holds characters that cannot be seen; type it again"] if has_hidden(text) else []
