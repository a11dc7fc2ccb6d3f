"""The folder of a day: scores, lists and explanations, and a manifest of what they were made from and of every file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import pandas as pd

from matac_ml import __version__
from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.casework.entry import digest_of
from matac_ml.casework.listed import DrawnLine
from matac_ml.explain.context import ScoringContext
from matac_ml.infile import read_plain
from matac_ml.manifest import from_json, sha256, to_json

SCORES, LISTS, EXPLAINED, MANIFEST = "scores.parquet", "lists.jsonl", "explained.jsonl", "refresh.json"
_LARGEST_MANIFEST = 1 << 20


@dataclass(frozen=True)
class RefreshBasis:
    """Everything that decides what stands in the folder: with the same basis it is the same, byte for byte.

    Attributes
    ----------
    as_of : date
        Only what was recorded before this day counts.
    today : date
        The day on which it was made: explanations say how old the records are.
    data_sha256, policy_sha256, harm_sha256 : str
    model_sha256 : str or None
        Hash of the bundle; None where the matrix alone was in force.
    code : str
        Version of the program.
    """

    as_of: date
    today: date
    data_sha256: str
    policy_sha256: str
    harm_sha256: str
    model_sha256: str | None
    code: str = __version__

    @classmethod
    def of(cls, context: ScoringContext) -> Self:
        """The basis of scores as of a day."""
        versions = context.versions
        return cls(
            as_of=context.as_of,
            today=context.today,
            data_sha256=versions.data_hash,
            policy_sha256=versions.policy_sha256,
            harm_sha256=digest_of(context.harm.to_yaml()),
            model_sha256=versions.model_hash,
        )

    def payload(self) -> dict[str, Any]:
        """The basis as JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat(), "today": self.today.isoformat()}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The basis from its JSON values."""
        days = {name: date.fromisoformat(kept[name]) for name in ("as_of", "today")}
        return cls(**{**kept, **days})


@dataclass(frozen=True)
class ListOfDay:
    """The list of one area, or of the whole force, by one instrument."""

    area: str | None
    order: str
    lines: tuple[DrawnLine, ...]


def write_day(
    folder: Path,
    basis: RefreshBasis,
    scores: pd.DataFrame,
    lists: Sequence[ListOfDay],
    explained: Sequence[ExplainedScore | NotScored],
) -> None:
    """Write the files of a day, the manifest last."""
    scores.to_parquet(folder / SCORES, index=False)
    with (folder / LISTS).open("w", encoding="utf-8") as file:
        for each in lists:
            head = json.dumps({"area": each.area, "order": each.order}, ensure_ascii=False)
            file.writelines(f'{{"list":{head},"line":{line.text}}}\n' for line in each.lines)
    with (folder / EXPLAINED).open("w", encoding="utf-8") as file:
        file.writelines(f"{person.model_dump_json()}\n" for person in explained)
    held = {name: sha256((folder / name).read_bytes()) for name in (SCORES, LISTS, EXPLAINED)}
    (folder / MANIFEST).write_bytes(to_json({"basis": basis.payload(), "files": held}))


def read_basis(folder: Path) -> tuple[RefreshBasis, dict[str, str]] | None:
    """What the folder of a day says that it was made from, and the SHA-256 of each file; None where it says nothing."""
    try:
        told = from_json(read_plain(folder / MANIFEST, largest=_LARGEST_MANIFEST, follow=False))
        return RefreshBasis.from_payload(told["basis"]), {str(k): str(v) for k, v in told["files"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None
