"""Features to JSON and back, byte for byte the same from the same declarations."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from matac_ml.errors import DeclarationError
from matac_ml.infile import read_plain
from matac_ml.spec.feature import Feature

#: A thousand features have about a megabyte.
MOST_BYTES = 4 << 20


def features_to_json(features: Iterable[Feature]) -> str:
    """Features as JSON text, in their order, keys sorted, ending with a newline."""
    return json.dumps([f.to_dict() for f in features], sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def features_from_json(text: str) -> tuple[Feature, ...]:
    """Features from JSON text.

    Raises
    ------
    DeclarationError
        When the text is not JSON, is no list, or a feature is not valid.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DeclarationError(f"Features must be JSON: {error}") from None
    if not isinstance(raw, list) or not all(isinstance(declared, dict) for declared in raw):
        raise DeclarationError(f"Features must be a JSON list of objects, got {type(raw).__name__}")
    return checked(Feature.from_dict(declared) for declared in raw)


def read_features(path: Path) -> tuple[Feature, ...]:
    """Features from a file of JSON, of at most :data:`MOST_BYTES`.

    Raises
    ------
    DeclarationError
        As :func:`features_from_json`, or when the file is not ordinary, cannot be read or is too large.
    """
    try:
        return features_from_json(read_plain(path, largest=MOST_BYTES).decode())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise DeclarationError(f"{path.name} must be a file of features in UTF-8: {why}") from None


def checked(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """The features as a tuple, after making sure that no two have one name.

    Raises
    ------
    DeclarationError
        With every name used twice.
    """
    listed = tuple(features)
    twice = sorted(name for name, n in Counter(f.name for f in listed).items() if n > 1)
    if twice:
        raise DeclarationError("Every feature needs a name of its own.", faults=[f"{n} is used twice" for n in twice])
    return listed
