"""What is kept with a registered version, for the tests of the registry."""

from matac_ml.release import Release
from training import registry


def release_of(store: str, version: str) -> Release:
    """Papers and gates of a version, checked against the hash in its tags, as promoting it checks them."""
    found = registry._version(store, version)
    return registry._checked_release(found, registry._checked_bundle(found))
