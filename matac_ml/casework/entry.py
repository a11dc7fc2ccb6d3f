"""An entry of the ledger, and the arithmetic of its chain.

The chain holds who, when, what kind of act and for what purpose, and a salted digest of the personal part: whom it is
about, the justification, and what was said. The personal part stands beside the chain, so that erasing it leaves the
chain as it was, and nothing in the chain can be guessed back.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

#: What the first entry names as the one before it.
GENESIS = hashlib.sha256(b"matac-ml ledger, format 1").hexdigest()


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to be recorded.

    Attributes
    ----------
    kind : str
        Lower case with underscores, such as ``consultation``.
    actor : str
        Who did it: a member of staff or a system. Stays in the chain when the personal part is erased.
    purpose : str
        From a short list; stays too.
    subject : str
        Identifier of the person it is about; empty for acts about nobody.
    reference : str
        A name it can be found by, such as a nomination id.
    payload : mapping
        JSON values. Erased with the subject alone, so it should tell of nobody else; an explanation may name who is
        suspected against the subject, and :meth:`Ledger.naming` finds these.
    """

    kind: str
    actor: str
    purpose: str = ""
    justification: str = ""
    subject: str = ""
    reference: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)

    def personal_text(self, salt: str) -> str:
        """The personal part as the text that is kept and digested: one spelling for one meaning."""
        parts = {
            "justification": self.justification,
            "payload": _ordered(self.payload),
            "reference": self.reference,
            "salt": salt,
            "subject": self.subject,
        }
        # An explanation is 20 KiB of quoted text: json.dumps takes twice as long over it.
        return to_json(parts).decode()


def _ordered(value: Any) -> Any:
    """A JSON value with its keys in order; TypeError or ValueError for what is none."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a payload must hold JSON values: a number is not finite")
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a payload must hold JSON values, got {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Personal:
    """The part of an entry that can be erased."""

    subject: str
    reference: str
    justification: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands.

    Attributes
    ----------
    number : int
        From 1, without gaps.
    recorded_at : datetime
        UTC, as the clock said. It is before the entry before it where the clock was put back in between.
    digest : str
        SHA-256 of the salted personal part.
    previous, hash : str
        The hash of the entry before, and this one's: the head of the chain when it is the last.
    personal : Personal or None
        None once it was erased.
    """

    number: int
    recorded_at: datetime
    kind: str
    actor: str
    purpose: str
    digest: str
    previous: str
    hash: str
    personal: Personal | None


def digest_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(number: int, recorded_at: str, kind: str, actor: str, purpose: str, digest: str, previous: str) -> str:
    """The hash of an entry: of all it holds in the chain, and of the hash before it."""
    parts = [number, recorded_at, kind, actor, purpose, digest, previous]
    return digest_of(json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


def time_text(moment: datetime) -> str:
    """A moment as the chain spells it: UTC, microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def personal_from(text: str) -> Personal:
    """Return the personal part from its text; ValueError when it is none."""
    raw = json.loads(text)
    if not isinstance(raw, dict) or not isinstance(raw["payload"], dict):
        raise ValueError("a personal part must hold a payload")
    found = Personal(raw["subject"], raw["reference"], raw["justification"], raw["payload"])
    if not all(isinstance(part, str) for part in (found.subject, found.reference, found.justification)):
        raise ValueError("the subject, reference and justification of a personal part must be texts")
    return found
