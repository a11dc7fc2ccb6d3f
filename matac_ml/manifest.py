"""A folder whose files are named by a manifest: every file with its SHA-256 and size, and nothing beside them.

Bundles and papers are kept this way. The SHA-256 of the manifest's own bytes names the folder's content; the manifest
is in one stated form, so that the same files have one hash and a changed file always has another.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matac_ml.errors import BundleError
from matac_ml.infile import read_plain

MANIFEST = "manifest.json"
#: No file is read beyond this, and no folder holds more: 64 MiB a file, 256 MiB and 200 files in all.
LARGEST_FILE, LARGEST_FOLDER, MOST_FILES = 64 * 1024 * 1024, 256 * 1024 * 1024, 200
_LARGEST_MANIFEST = 1024 * 1024

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Checked:
    """A folder that holds what its manifest names, byte for byte.

    Attributes
    ----------
    files : dict of str to bytes
        What was checked; nothing is read a second time.
    format : int
    told : dict
        Every other entry of the manifest.
    sha256 : str
        Of the manifest's bytes.
    """

    files: dict[str, bytes]
    format: int
    told: dict[str, Any]
    sha256: str


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def to_json(value: Any) -> bytes:
    """JSON as bundles hold it: sorted keys, one line a value, no NaN; the same value gives the same bytes."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def from_json(content: bytes) -> Any:
    """Read JSON that a program wrote.

    Raises
    ------
    ValueError
        When it is not UTF-8 or not JSON, names a key twice, holds NaN or Infinity, or is nested too deep.
    """
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("it names a key twice")
    return dict(pairs)


def _no_number(name: str) -> float:
    raise ValueError(f"it holds {name}")


def is_file_name(name: str) -> bool:
    """Whether a manifest may name a file so: lower-case letters, digits, full stops, hyphens and underscores."""
    return _NAME.fullmatch(name) is not None and name != MANIFEST


def manifest_of(files: Mapping[str, bytes], *, version: int, **more: str) -> bytes:
    """Return the manifest of some files; ``more`` are entries that stand beside them."""
    listed = {name: {"sha256": sha256(content), "bytes": len(content)} for name, content in sorted(files.items())}
    return to_json({"format": version, "files": listed, **more})


def read_checked(folder: Path, *, what: str, remedy: str) -> Checked:
    """Read a folder, and check every file of it against the manifest.

    Parameters
    ----------
    what : str
        What the folder is called in messages: "bundle".
    remedy : str
        What to do when it fails, a sentence.

    Raises
    ------
    BundleError
        With everything that is missing, changed, too large, a link or not in the manifest. Names that this program
        does not write are counted and not repeated: a file's name can be a person's.
    """
    try:
        raw = read_plain(folder / MANIFEST, largest=_LARGEST_MANIFEST, follow=False)
        manifest = from_json(raw)
    except FileNotFoundError:
        raise BundleError(f"The {what} must be a folder with {MANIFEST}, and there is none. {remedy}") from None
    except (OSError, ValueError):
        message = f"{MANIFEST} of the {what} must be a plain file of JSON, and it is not. {remedy}"
        raise BundleError(message) from None
    faults = _manifest_faults(manifest)
    if faults:
        raise BundleError(f"{MANIFEST} of the {what} is not one that this program wrote. {remedy}", faults=faults)
    listed, files = manifest["files"], {}
    for name, entry in listed.items():
        content = _read_as_listed(folder / name, entry, faults)
        if content is not None:
            files[name] = content
    extra = sum(path.name not in {*listed, MANIFEST} for path in folder.iterdir())
    if extra:
        faults.append(f"{extra} {'entry' if extra == 1 else 'entries'} in the folder that the manifest does not name")
    told = {name: value for name, value in manifest.items() if name not in ("format", "files")}
    if not faults and raw != manifest_of(files, version=manifest["format"], **told):
        faults.append(f"{MANIFEST}: it is not in the form in which this program writes it")
    if faults:
        raise BundleError(f"The {what} is not what was written. {remedy}", faults=faults)
    return Checked(files, manifest["format"], told, sha256(raw))


def _manifest_faults(manifest: Any) -> list[str]:
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        return ["it must be an object with the entries format and files"]
    listed, faults = manifest["files"], []
    if type(manifest.get("format")) is not int:
        faults.append("format must be a whole number")
    if not 1 <= len(listed) <= MOST_FILES:
        faults.append(f"files must name 1 to {MOST_FILES} files, got {len(listed)}")
    if any(type(value) is not str for name, value in manifest.items() if name not in ("format", "files")):
        faults.append("entries beside format and files must be text")
    for place, (name, entry) in enumerate(listed.items(), start=1):
        if not is_file_name(name):
            faults.append(f"file {place}: a name must be lower-case letters, digits, full stops and hyphens")
        elif not _is_entry(entry):
            faults.append(f"{name}: it must have a SHA-256 and a size of at most {LARGEST_FILE:,} bytes")
    if not faults and sum(entry["bytes"] for entry in listed.values()) > LARGEST_FOLDER:
        faults.append(f"the files together must be at most {LARGEST_FOLDER:,} bytes")
    return faults


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"sha256", "bytes"}
        and isinstance(entry["sha256"], str)
        and _SHA256.fullmatch(entry["sha256"]) is not None
        and type(entry["bytes"]) is int
        and 0 <= entry["bytes"] <= LARGEST_FILE
    )


def _read_as_listed(path: Path, entry: Mapping[str, Any], faults: list[str]) -> bytes | None:
    try:
        content = read_plain(path, largest=entry["bytes"], follow=False)
    except FileNotFoundError:
        faults.append(f"{path.name}: missing")
    except ValueError:
        faults.append(f"{path.name}: larger than when it was written")
    except OSError:
        faults.append(f"{path.name}: a link, a folder or a file that cannot be read; it must be an ordinary file")
    else:
        if sha256(content) == entry["sha256"]:
            return content
        faults.append(f"{path.name}: changed since it was written")
    return None
