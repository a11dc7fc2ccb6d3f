"""The manifest of a bundle: its format, and every file with its SHA-256 and size. Its own SHA-256 names the model."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

#: Raised by one whenever an older reader could misread a newer bundle. 2: the look-back is in ``model.json``.
FORMAT = 2
MANIFEST = "manifest.json"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def to_json(value: Any) -> bytes:
    """JSON as bundles hold it: sorted keys, one line a value, no NaN; the same value gives the same bytes."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of some files."""
    listed = {name: {"sha256": sha256(content), "bytes": len(content)} for name, content in sorted(files.items())}
    return to_json({"format": FORMAT, "files": listed})
