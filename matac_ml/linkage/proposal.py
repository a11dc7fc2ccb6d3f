"""A proposal: the folder with the pairs that may be one person, and the names that a reviewer needs to tell."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from matac_ml.errors import UsageError
from matac_ml.linkage.decisions import decisions_file, read_decisions
from matac_ml.linkage.evidence import TRAITS
from matac_ml.manifest import from_json, sha256, to_json
from matac_ml.outfile import private_folder, write_whole

FORMAT = 1
PROPOSAL, PAIRS, NAMES = "proposal.json", "pairs.parquet", "particulars.parquet"
#: Pairs at least so likely are put before a reviewer. The curve behind it is in benchmarks/results/linkage.md.
THRESHOLD = 0.9
#: The thresholds of the curve that every proposal keeps.
CURVE = (0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
_LARGEST = 1 << 30


@dataclass(frozen=True)
class Proposal:
    """What was proposed for an extract.

    Attributes
    ----------
    told : mapping
        ``extract`` (its data hash), ``mapping``, ``threshold``, ``seed``, ``identities`` compared, the numbers of those
        who could not be, ``curve`` (threshold and pairs at it), ``strangers``.
    pairs : tuple of dict
        ``number``, ``first``, ``second``, ``probability``, ``weight``, the level of each trait, ``together`` (incidents
        in which both stand) and the incidents of each side. The most likely first.
    names : mapping of str to dict
        Particulars of everybody in a pair, as they came.
    sha256 : str
        Names the proposal; a review sheet carries it.
    """

    told: Mapping[str, Any]
    pairs: tuple[dict[str, Any], ...]
    names: Mapping[str, dict[str, Any]]
    sha256: str

    def at(self, threshold: float) -> list[dict[str, Any]]:
        """The pairs that are at least so likely."""
        return [pair for pair in self.pairs if pair["probability"] >= threshold]


_COLUMNS = {
    "number": pa.int32(), "first": pa.string(), "second": pa.string(), "probability": pa.float64(),
    "weight": pa.float64(), **{one.name: pa.int8() for one in TRAITS}, "together": pa.int32(),
    "first_incidents": pa.int32(), "second_incidents": pa.int32(),
}  # fmt: skip


def write_proposal(
    folder: Path, told: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]], names: pa.Table
) -> Proposal:
    """Write a proposal into a new folder, or in place of the one that is there; decisions that are there stay.

    Only the owner can enter the folder or read a file of it.

    Raises
    ------
    UsageError
        When the folder holds something else.
    """
    require_place(folder)
    private_folder(folder)
    folder.chmod(0o700)
    files = {PAIRS: pa.Table.from_pylist(list(pairs), schema=pa.schema(_COLUMNS)), NAMES: names}
    hashes = {}
    for name, table in files.items():
        with write_whole(folder / name) as partial:
            pq.write_table(table, partial, compression="zstd")
            hashes[name] = sha256(partial.read_bytes())
    # Written last: until it is there, the files beside it do not belong to a proposal.
    content = to_json({**told, "format": FORMAT, "files": hashes})
    with write_whole(folder / PROPOSAL) as partial:
        partial.write_bytes(content)
    return read_proposal(folder)


def require_place(folder: Path) -> None:
    """Refuse a folder that holds anything but a proposal and its decisions."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} must be a folder for the pairs; it is something else.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / PROPOSAL).is_file():
        raise UsageError(f"{folder} must be a new or empty folder, or one that holds a proposal already.")
    if decisions_file(folder).exists():
        read_decisions(folder)


def read_proposal(folder: Path) -> Proposal:
    """Read the proposal of a folder.

    Raises
    ------
    UsageError
        When there is none, or its files are not those that it names.
    """
    again = "Make it again: matac-ml identities propose."
    try:
        content = (folder / PROPOSAL).read_bytes()
        told = from_json(content)
        held = {name: (folder / name).read_bytes() for name in (PAIRS, NAMES)}
        if told["format"] != FORMAT or {name: sha256(bytes_) for name, bytes_ in held.items()} != told["files"]:
            raise UsageError(f"The files of {folder} do not belong together. {again}")
        tables = {name: pq.read_table(pa.BufferReader(bytes_)).to_pylist() for name, bytes_ in held.items()}
    except OSError as error:
        raise UsageError(f"{folder} must hold a proposal; {os.strerror(error.errno or 0)}. {again}") from error
    except (ValueError, KeyError, TypeError, json.JSONDecodeError, pa.ArrowException) as error:
        raise UsageError(f"{folder} must hold a proposal as it was written. {again}") from error
    names = {row["person_id"]: row for row in tables[NAMES]}
    return Proposal(told, tuple(tables[PAIRS]), names, sha256(content))
