"""Events of imports and training runs are those that OpenLineage's own client makes, and one hash joins them."""

import json
from pathlib import Path
from typing import Any

from openlineage.client import event_v2, facet_v2
from openlineage.client.serde import Serde

from matac_ml.lineage import FILE
from matac_ml.manifest import sha256
from matac_ml.records import check_extract
from tests.records.importing.sources import imported


def _events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _facets(entry: dict[str, Any], made: bool) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if version := entry.get("facets", {}).get("version"):
        told["facets"] = {
            "version": facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet(
                datasetVersion=version["datasetVersion"], producer=version["_producer"]
            )
        }
    if statistics := entry.get("outputFacets", {}).get("outputStatistics"):
        told["outputFacets"] = {
            "outputStatistics": facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                rowCount=statistics["rowCount"], producer=statistics["_producer"]
            )
        }
    kind = event_v2.OutputDataset if made else event_v2.InputDataset
    return kind(namespace=entry["namespace"], name=entry["name"], **told)


def _by_the_client(event: dict[str, Any]) -> dict[str, Any]:
    """The same event made by the client, which checks times, identifiers and addresses."""
    made = event_v2.RunEvent(
        eventType=event_v2.RunState[event["eventType"]],
        eventTime=event["eventTime"],
        run=event_v2.Run(runId=event["run"]["runId"]),
        job=event_v2.Job(**event["job"]),
        inputs=[_facets(entry, made=False) for entry in event["inputs"]],
        outputs=[_facets(entry, made=True) for entry in event["outputs"]],
        producer=event["producer"],
    )
    return _full(json.loads(Serde.to_json(made)))


def _full(value: Any) -> Any:
    """Without what the client writes for nothing."""
    if isinstance(value, dict):
        return {key: _full(one) for key, one in value.items() if one not in ({}, None)}
    return [_full(one) for one in value] if isinstance(value, list) else value


def test_an_import_says_what_it_read_and_made(tmp_path: Path) -> None:
    """A start and an end of one run; the extract is named by its hash, and counts its rows."""
    imported(tmp_path)
    events = _events(tmp_path / "out" / "import" / FILE)
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    assert len({event["run"]["runId"] for event in events}) == 1
    assert [_by_the_client(event) for event in events] == [_full(event) for event in events]
    [made] = events[1]["outputs"]
    assert made["facets"]["version"]["datasetVersion"] == check_extract(tmp_path / "out").data_hash
    assert made["outputFacets"]["outputStatistics"]["rowCount"] == 7
    assert [entry["name"].split("/")[0] for entry in events[1]["inputs"]] == ["mapping", "source", "source", "source"]
    assert str(tmp_path) not in json.dumps(events)


def test_a_training_run_read_the_extract_that_an_import_would_name(small_run: Path) -> None:
    """By the hash of its files; what it made is the bundle that an approval names."""
    events = _events(small_run / "one" / FILE)
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    assert [_by_the_client(event) for event in events] == [_full(event) for event in events]
    read = {entry["name"].split("/")[0]: entry["facets"]["version"]["datasetVersion"] for entry in events[0]["inputs"]}
    assert read["extract"] == check_extract(small_run / "extract").data_hash
    assert set(read) == {"extract", "recipe", "policy"}
    [made] = events[1]["outputs"]
    manifest = (small_run / "one" / "bundle" / "manifest.json").read_bytes()
    assert made["facets"]["version"]["datasetVersion"] == sha256(manifest), "the name under which a release is approved"
