"""Features kept from date to date: a date's file is used again while nothing that it saw was corrected.

A folder holds one Parquet file for each date, and together they are one table. ``index.json`` says of each by which
records it was derived (:mod:`matac_ml.asof.known_before`), so that the folder is what a derivation from nothing gives,
byte for byte: whatever no longer agrees is derived again.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from matac_ml import __version__
from matac_ml.asof.known_before import known_before
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.asof.whole_force import writer_of_dates
from matac_ml.errors import UsageError
from matac_ml.manifest import sha256
from matac_ml.outfile import private_folder, write_text, write_whole
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract
from matac_ml.spec import Feature, features_to_json

INDEX = "index.json"


@dataclass(frozen=True)
class StoredFeatures:
    """The files of some dates, as they stand after a call of :func:`store_features`.

    Attributes
    ----------
    files : dict of date to Path
        One Parquet file a date, in order.
    derived : tuple of date
        Dates that this call derived: they were not there, or records that they saw were corrected since.
    """

    files: dict[date, Path]
    derived: tuple[date, ...]


def store_features(
    extract: Extract,
    features: Sequence[Feature],
    dates: Sequence[date],
    folder: Path,
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> StoredFeatures:
    """Derive the dates that the folder does not hold yet, and leave the others as they are.

    Parameters
    ----------
    folder : Path
        Made when it is not there. Dates that it holds beyond those asked for stay in it.

    Raises
    ------
    UsageError
        No date is asked for, or the folder cannot be written to.
    """
    if not dates:
        raise UsageError("At least one as-of date is needed, got none.")
    private_folder(folder)
    wanted = sorted(set(dates))
    declared = _declared(features, harm, lookback_days)
    known = known_before(extract, wanted)
    index = _read(folder / INDEX, declared)
    files = {day: folder / f"{day.isoformat()}.parquet" for day in wanted}
    missing = [day for day in wanted if not _holds(index, day, known[day], files[day])]
    if missing:
        with writer_of_dates(extract, features, missing, harm=harm, lookback_days=lookback_days) as write:
            for day in missing:
                with write_whole(files[day]) as path:
                    write(day, path)
                index[day.isoformat()] = {"known_before": known[day], "sha256": sha256(files[day].read_bytes())}
                told = {"declared": declared, "dates": dict(sorted(index.items()))}
                write_text(folder / INDEX, json.dumps(told, indent=1) + "\n")
    return StoredFeatures(files, tuple(missing))


def _declared(features: Sequence[Feature], harm: HarmWeights, lookback_days: int) -> str:
    """What decides a value beside the records."""
    table = HarmTable(harm)
    told = [
        features_to_json(features),
        sorted((code, days) for code, days in table.by_code.items()),
        [table.non_crime, table.unmapped, table.count_proactive, lookback_days],
        [__version__, duckdb.__version__, pa.__version__],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _read(path: Path, declared: str) -> dict[str, dict[str, str]]:
    """The index, or nothing where it is of other declarations, of another version, or no index."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        dates: dict[str, dict[str, str]] = told["dates"] if told["declared"] == declared else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dates


def _holds(index: dict[str, dict[str, str]], day: date, known: str, file: Path) -> bool:
    held = index.get(day.isoformat(), {})
    return held.get("known_before") == known and file.is_file() and held.get("sha256") == sha256(file.read_bytes())
