"""The features that a command derives: those of a file, or of the checkout's catalogue."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from matac_ml.errors import UsageError

if TYPE_CHECKING:
    from matac_ml.spec import Feature


def declared_features(path: Path | None) -> "tuple[Feature, ...]":
    """Features of a file, or of the checkout's catalogue.

    Raises
    ------
    UsageError
        When no file is given and this is not a checkout.
    """
    from matac_ml.spec import Feature, features_from_json

    if path is not None:
        return features_from_json(path.read_text(encoding="utf-8"))
    try:
        catalogue = importlib.import_module("features").CATALOGUE
    except (ImportError, AttributeError):
        raise UsageError("Outside a checkout, name a bundle's features.json with --features.") from None
    return tuple(feature for feature in catalogue if isinstance(feature, Feature))
