"""Whether a text about nobody holds the identifier of a person in the records: no erasure would ever reach it."""

import re

from serving.deployment.active import ActiveDeployment
from serving.errors import CONFLICT, ServiceError

#: Shorter words, and words without a digit, are not looked for among identifiers: "2026" and "May" are nobody.
_LEAST = 5


def check_nobody(deployment: ActiveDeployment, texts: dict[str, str]) -> None:
    """Refuse texts that name somebody, by field; the identifier is not repeated.

    Raises
    ------
    ServiceError
        ``conflict``, with every field that holds one.
    """
    words = {field: _words(text) for field, text in texts.items()}
    known = deployment.find_all(sorted(set().union(*words.values())))
    message = "the text holds the identifier of a person in the records; say it without"
    if faults := [(field, message) for field, held in words.items() if held & known.keys()]:
        raise ServiceError(CONFLICT, faults=faults)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[\w./:@+-]*\w", text) if len(word) >= _LEAST and re.search(r"\d", word)}
