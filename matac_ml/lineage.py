"""What was made from what, as OpenLineage events: lines of JSON in a file that a catalogue of data can read.

Nothing is sent anywhere. A data set is named by its hash: the extract that an import wrote is the one that a run read.
No path, no row and nobody's name enters an event.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from matac_ml import __version__
from matac_ml.outfile import write_text

NAMESPACE = "matac-ml"
#: What a run or an import writes beside what it made.
FILE = "lineage.jsonl"
_PRODUCER = f"urn:matac-ml:{__version__}"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_VERSION = f"{_SPEC}/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet"
_STATISTICS = f"{_SPEC}/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
#: Runs are told apart by what they read, what they are and when they began.
_RUNS = uuid.UUID("8d6f7a52-0c3f-4c27-9f0e-5d1a8f1c2b44")


@dataclass(frozen=True)
class LineageDataset:
    """Something read or made.

    Attributes
    ----------
    kind : str
        Such as ``extract``, ``mapping`` or ``bundle``.
    sha256 : str
        Of its content; empty where it was not worked out.
    name : str
        Where there is no hash: what the mapping calls it.
    rows : int or None
    """

    kind: str
    sha256: str = ""
    name: str = ""
    rows: int | None = None

    def _entry(self, *, made: bool) -> dict[str, Any]:
        entry: dict[str, Any] = {"namespace": NAMESPACE, "name": f"{self.kind}/{self.sha256[:16] or self.name}"}
        if self.sha256:
            entry["facets"] = {"version": _facet(_VERSION, datasetVersion=self.sha256)}
        if made and self.rows is not None:
            entry["outputFacets"] = {"outputStatistics": _facet(_STATISTICS, rowCount=self.rows)}
        return entry


@dataclass(frozen=True)
class LineageRun:
    """One import or training run that came to its end.

    Attributes
    ----------
    job : str
        ``import`` or ``train``.
    began, ended : datetime.datetime
        Aware.
    """

    job: str
    began: datetime
    ended: datetime
    read: tuple[LineageDataset, ...] = ()
    made: tuple[LineageDataset, ...] = field(default=())

    def events(self) -> list[dict[str, Any]]:
        """Its start and its end."""
        read = [one._entry(made=False) for one in self.read]
        key = json.dumps([self.job, self.began.isoformat(), read], sort_keys=True)
        run = {"runId": str(uuid.uuid5(_RUNS, key))}
        start = self._event("START", self.began, run, read, [])
        return [start, self._event("COMPLETE", self.ended, run, read, [one._entry(made=True) for one in self.made])]

    def _event(
        self,
        kind: str,
        at: datetime,
        run: Mapping[str, Any],
        read: list[dict[str, Any]],
        made: list[dict[str, Any]],
    ) -> dict[str, Any]:
        return {
            "eventType": kind,
            "eventTime": at.isoformat(),
            "run": run,
            "job": {"namespace": NAMESPACE, "name": self.job},
            "inputs": read,
            "outputs": made,
            "producer": _PRODUCER,
            "schemaURL": _EVENT,
        }


def write_lineage(path: Path, runs: Iterable[LineageRun]) -> None:
    """Add the events of runs to a file, after those that it holds."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    events = [event for run in runs for event in run.events()]
    write_text(path, before + "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events))


def _facet(schema: str, **content: Any) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": schema, **content}
