"""What a drawn list is made of: the basis that decides it, and one line a person, with one spelling for one meaning."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from matac_ml.casework.entry import digest_of


class Standing(StrEnum):
    """How somebody stands on a drawn list."""

    ON = "on the list"
    TIED = "tied"
    BELOW = "below the line"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class ListBasis:
    """Everything that decides a list: with the same basis it is the same, byte for byte.

    Attributes
    ----------
    as_of : date
        Only what was recorded before this day counts.
    area : str or None
        The area of a person's latest incident; None for the whole force.
    places : int
        How many people the meeting can take.
    quotas : mapping of str to int
        Places of each area where every area has its own; they add up to ``places``. Empty otherwise.
    lot : mapping or None
        Seed and commitment by which equal people were put in order; see :class:`~matac_ml.casework.lots.Lot`.
    policy, policy_sha256, harm_index, harm_sha256 : str
        Name and version of each, and the SHA-256 of what it says.
    model_sha256 : str or None
        Hash of the bundle; None where the matrix alone was in force.
    data_sha256 : str
        Hash of the extract's files.
    code : str
        Version of the program.
    """

    as_of: date
    area: str | None
    order: Literal["matrix", "model"]
    places: int
    policy: str
    policy_sha256: str
    harm_index: str
    harm_sha256: str
    model_sha256: str | None
    data_sha256: str
    code: str
    quotas: Mapping[str, int] = field(default_factory=dict)
    lot: Mapping[str, Any] | None = None

    @property
    def scope(self) -> tuple[object, ...]:
        """What two lists share that can be compared: area, order and quotas."""
        return self.area, self.order, tuple(sorted(self.quotas))

    def payload(self) -> dict[str, Any]:
        """The basis as JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat(), "quotas": dict(self.quotas)}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The basis from its JSON values."""
        return cls(**{**kept, "as_of": date.fromisoformat(kept["as_of"])})


@dataclass(frozen=True)
class DrawnLine:
    """One person on a drawn list, as the records of its day say.

    Attributes
    ----------
    rank : int
        The rank on this list; where areas have quotas, the rank within the area. Equal people share the best rank.
        For somebody left out, the rank that the person would have.
    tied_with : int
        How many others share the rank.
    points : mapping of str to int
        By component of the matrix.
    probability : float or None
        Of the model, to six decimal places.
    last_incident : date or None
        When the latest incident as suspect happened.
    records : mapping of str to str
        Every incident counted, with a fingerprint of what was known of it: what is corrected later is found by it.
    not_eligible : tuple of str
        Why the meeting may be unable to take the person, as the records say.
    could_matter : tuple of str
        Records that are missing or pending and could move the person across the line.
    lot : str or None
        Of whoever ties at the last place, where the policy says so; ``lot_place`` is the place in their order, from 1.
    drawn_by_lot : bool or None
        Whether the lot puts the person among the places; None where no lot was drawn. It is an order, no decision.
    """

    person_id: str
    standing: Standing
    rank: int
    tied_with: int
    points: Mapping[str, int]
    total: int
    band: str
    probability: float | None
    also_victim: bool
    serial_perpetrator: bool
    serial_victim: bool
    area: str | None
    last_incident: date | None
    records: Mapping[str, str] = field(default_factory=dict)
    not_eligible: tuple[str, ...] = ()
    could_matter: tuple[str, ...] = ()
    lot: str | None = None
    lot_place: int | None = None
    drawn_by_lot: bool | None = None

    @property
    def is_listed(self) -> bool:
        """Whether the person holds a place or ties for one."""
        return self.standing in (Standing.ON, Standing.TIED)

    @property
    def text(self) -> str:
        """The line as the bytes that are kept, hashed and rebuilt: one spelling for one meaning."""
        values = asdict(self)
        values["last_incident"] = self.last_incident.isoformat() if self.last_incident else None
        return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The line from its bytes."""
        values = json.loads(text)
        last = values["last_incident"]
        more = {
            "standing": Standing(values["standing"]),
            "last_incident": date.fromisoformat(last) if last else None,
            "not_eligible": tuple(values["not_eligible"]),
            "could_matter": tuple(values["could_matter"]),
        }
        return cls(**{**values, **more})


def line_hash(salt: str, text: str) -> str:
    """The hash of a line: SHA-256 of the salt, a line feed and the line's bytes."""
    return digest_of(f"{salt}\n{text}")
