"""A force's own system over months: what it holds on a day of a history that is known, written as files of that day."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from matac_ml.outfile import write_text
from matac_ml.records.importing import ImportResult, import_records
from matac_ml.vocabulary import TABLES, Latest
from matac_ml.yamltext import yaml_text

Tables = Mapping[str, pd.DataFrame]
_LATER = {"involvements": "withdrawn_on", "merges": "withdrawn_on"}
#: Tables that a system of today's state does not keep.
_NOT_KEPT = ("reclassifications",)


def on_day(truth: Tables, day: date) -> dict[str, pd.DataFrame]:
    """What a system that keeps today's state holds on a day: no history, no withdrawn link, the last classification."""
    t = pd.Timestamp(day)
    held = {name: frame.copy() for name, frame in truth.items() if name not in _NOT_KEPT}
    for table in TABLES:
        if table.name in held and table.known_on:
            held[table.name] = held[table.name][~(pd.to_datetime(held[table.name][table.known_on]) > t)]
        for column in table.columns if table.name in held else ():
            if column.latest is Latest.CUT_OFF and column.name in held[table.name]:
                days = pd.to_datetime(held[table.name][column.name])
                held[table.name] = held[table.name].assign(**{column.name: days.mask(days > t)})
                if column.required:
                    held[table.name] = held[table.name][~(days > t)]
    if "partner_incidents" in held:
        known = held["partner_incidents"]["referral_id"].isin(held["referrals"]["referral_id"])
        held["partner_incidents"] = held["partner_incidents"][known]
    incidents = held["incidents"].set_index("incident_id")
    undecided = ~(pd.to_datetime(incidents["outcome_on"]) <= t)
    incidents.loc[undecided, ["outcome_code", "outcome_on"]] = None
    changes = truth.get("reclassifications")
    if changes is not None and len(changes):
        changes = changes[pd.to_datetime(changes["reclassified_on"]) <= t].sort_values("reclassified_on", kind="stable")
        for row in changes.to_dict("records"):
            if row["incident_id"] in incidents.index:
                incidents.loc[row["incident_id"], "is_crime"] = row["is_crime"]
                if pd.notna(row["offence_code"]):
                    incidents.loc[row["incident_id"], "offence_code"] = row["offence_code"]
    held["incidents"] = incidents.reset_index()
    for name, column in _LATER.items():
        if name in held:
            frame = held[name]
            held[name] = frame[~(pd.to_datetime(frame[column]) <= t)].drop(columns=[column])
    links = held["involvements"]
    links = links[links["incident_id"].isin(held["incidents"]["incident_id"])].drop(columns=["recorded_on"])
    # Whoever is charged is shown as the offender alone.
    charged = set(map(tuple, links.loc[links["role"] == "offender", ["incident_id", "person_id"]].to_numpy()))
    both = [role == "suspect" and (incident, person) in charged
            for incident, person, role in links[["incident_id", "person_id", "role"]].to_numpy()]  # fmt: skip
    held["involvements"] = links[~pd.Series(both, index=links.index, dtype=bool)]
    everybody = set(held["involvements"]["person_id"])
    held["people"] = held["people"][held["people"]["person_id"].isin(everybody)]
    # An incident without a link left was deleted.
    held["incidents"] = held["incidents"][held["incidents"]["incident_id"].isin(held["involvements"]["incident_id"])]
    return {name: frame for name, frame in held.items() if len(frame)}


def write_dump(truth: Tables, day: date, folder: Path, *, force: str = "Anyshire") -> Path:
    """Write the files of a day and the mapping for them; the path of the mapping."""
    folder.mkdir(parents=True)
    sources: dict[str, Any] = {}
    items = []
    for name, frame in on_day(truth, day).items():
        columns = {column.name: column for column in next(t for t in TABLES if t.name == name).columns}
        given = [str(column) for column in frame if frame[column].notna().any()]
        days = {c: pd.to_datetime(frame[c]).dt.strftime("%Y-%m-%d") for c in given if columns[c].kind == "date"}
        flags = {c: frame[c].map({True: "true", False: "false"}) for c in given if columns[c].kind == "true or false"}
        whole = {c: frame[c].astype("Int64") for c in given if columns[c].kind == "whole number"}
        frame[given].assign(**days, **flags, **whole).to_csv(folder / f"{name}.csv", index=False)
        sources[name] = {"file": f"{name}.csv"}
        cells = {c: {"column": c, "date": "ISO"} if c in days else c for c in given}
        items.append({"table": name, "from": name, "columns": cells})
    said = {"format": 1, "force": force, "cut_off": day.isoformat(), "sources": sources, "tables": items}
    write_text(folder / "mapping.yaml", yaml_text(said))
    return folder / "mapping.yaml"


def follow(truth: Tables, day: date, folder: Path, previous: Path | None, **more: Any) -> ImportResult:
    """Import the files of a day after those of the day before, into ``folder/extract``."""
    mapping = write_dump(truth, day, folder)
    return import_records(mapping, folder, folder / "extract", previous=previous, **more)
