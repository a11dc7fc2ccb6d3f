"""Words that no score, band or page may say: a place far down the list says nothing about anybody's safety."""

import re

FORBIDDEN_WORDS = ("low risk", "low-risk", "safe")
_FORBIDDEN = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in FORBIDDEN_WORDS), re.IGNORECASE)


def forbidden_word(text: str) -> str | None:
    """The first of the words that a text says; None when it says none. *Safety* and *safeguarding* are other words."""
    # Nearly every text holds none of them even inside other words, and that is seen ten times sooner.
    lowered = text.lower()
    found = _FORBIDDEN.search(text) if any(word in lowered for word in FORBIDDEN_WORDS) else None
    return found.group() if found else None
