"""What becomes of a force's records on their way into an export: some lost, some twice, some under another person."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.synthetic.exporting.people import mistyped, named
from matac_ml.vocabulary import TABLES

#: Shares of incidents lost, of incidents entered once more, of victims' rows without a person, of people who stand
#: there twice, of people with an earlier record, and of links written twice.
LOST, COPIED, NO_VICTIM, DOUBLED, EARLIER, REPEATED = 0.005, 0.02, 0.02, 0.01, 0.2, 0.02


@dataclass(frozen=True)
class SpoiltForce:
    """Tables as they are exported, before a style writes them, and the truth about what was done.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Of text. ``incidents`` has ``status`` and ``flagged`` besides our columns, ``people`` names and ``updated``.
    affected : DataFrame
        ``person_id`` of everybody with a record that is lost, or in an incident in which somebody's is.
    doubled : DataFrame
        ``exported_as`` and ``person_id``: identities that stand for somebody who has another.
    lost : DataFrame
        ``incident_id`` and ``what`` was lost of it.
    """

    tables: dict[str, pd.DataFrame]
    affected: pd.DataFrame
    doubled: pd.DataFrame
    lost: pd.DataFrame


def read_force(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a made-up extract as text, with every column that an extract may have."""
    tables = {}
    for table in TABLES:
        path = folder / f"{table.name}.csv"
        if path.exists():
            frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        else:
            frame = pd.read_parquet(folder / f"{table.name}.parquet").astype("string").fillna("").astype(object)
            frame = frame.replace({"True": "true", "False": "false"})
        tables[table.name] = frame.reindex(columns=[column.name for column in table.columns], fill_value="")
    return tables


def spoil(folder: Path, *, seed: int) -> SpoiltForce:
    """Spoil a made-up extract; the same seed does the same."""
    rng = np.random.default_rng([seed, 17])
    tables = read_force(folder)
    incidents, links = tables["incidents"], tables["involvements"]
    lost = incidents["incident_id"][rng.random(len(incidents)) < LOST]
    unnamed = (links["role"] == "victim") & (rng.random(len(links)) < NO_VICTIM)
    doubled = _doubled(rng, tables["people"])
    renamed = _renamed(rng, links, doubled)
    changed = {"incident": lost, "victim": links["incident_id"][unnamed],
               "identity": links["incident_id"][renamed["person_id"] != links["person_id"]]}  # fmt: skip
    affected = _affected(tables, pd.concat(list(changed.values())))
    renamed.loc[unnamed, ["person_id", "counterpart_id"]] = ""
    kept = ~incidents["incident_id"].isin(lost)
    tables["incidents"] = incidents[kept].assign(status="OPEN", flagged="true")
    tables["involvements"] = renamed[~links["incident_id"].isin(lost)]
    tables["reclassifications"] = tables["reclassifications"][~tables["reclassifications"]["incident_id"].isin(lost)]
    _enter_again(rng, tables)
    again = tables["involvements"].sample(frac=REPEATED, random_state=int(rng.integers(1 << 31)))
    tables["involvements"] = pd.concat([tables["involvements"], again]).sort_values("incident_id", kind="stable")
    tables["people"] = _people(rng, tables["people"], doubled)
    what = pd.concat([pd.DataFrame({"incident_id": ids.unique(), "what": name}) for name, ids in changed.items()])
    return SpoiltForce(tables, affected, doubled, what)


def _doubled(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Some people and a second number for each, after all others."""
    chosen = people["person_id"][rng.random(len(people)) < DOUBLED]
    last = people["person_id"].str[1:].astype(int).max()
    numbers = [f"P{last + 1 + n:08d}" for n in range(len(chosen))]
    return pd.DataFrame({"exported_as": numbers, "person_id": chosen.to_numpy()})


def _renamed(rng: np.random.Generator, links: pd.DataFrame, doubled: pd.DataFrame) -> pd.DataFrame:
    """Links in which half of the incidents of a doubled person have the second number, in every row alike."""
    other = dict(zip(doubled["person_id"], doubled["exported_as"], strict=True))
    chosen = set(links["incident_id"].drop_duplicates().sample(frac=0.5, random_state=int(rng.integers(1 << 31))))
    inside = links["incident_id"].isin(chosen)
    found = links.copy()
    for column in ("person_id", "counterpart_id"):
        found[column] = links[column].where(~inside, links[column].map(other).fillna(links[column]))
    return found


def _affected(tables: dict[str, pd.DataFrame], incidents: pd.Series) -> pd.DataFrame:
    links, merges = tables["involvements"], tables["merges"]
    people = set(links["person_id"][links["incident_id"].isin(incidents)])
    joined = merges["person_id"].isin(people) | merges["merged_into"].isin(people)
    people |= set(merges["person_id"][joined]) | set(merges["merged_into"][joined])
    return pd.DataFrame({"person_id": sorted(people - {""})})


def _enter_again(rng: np.random.Generator, tables: dict[str, pd.DataFrame]) -> None:
    """Enter some incidents once more under another number: by mistake and cancelled, or not flagged as domestic."""
    incidents, links = tables["incidents"], tables["involvements"]
    copies = incidents.sample(frac=COPIED, random_state=int(rng.integers(1 << 31)))
    number = dict(zip(copies["incident_id"], copies["incident_id"].str.replace("I", "X", n=1), strict=True))
    first = np.arange(len(copies)) % 2 == 0
    status, flagged = np.where(first, "CANCELLED", "OPEN"), np.where(first, "true", "false")
    copies = copies.assign(incident_id=copies["incident_id"].map(number), status=status, flagged=flagged)
    linked = links[links["incident_id"].isin(number)]
    tables["incidents"] = pd.concat([incidents, copies], ignore_index=True)
    tables["involvements"] = pd.concat([links, linked.assign(incident_id=linked["incident_id"].map(number))],
                                       ignore_index=True)  # fmt: skip


def _people(rng: np.random.Generator, people: pd.DataFrame, doubled: pd.DataFrame) -> pd.DataFrame:
    """Everybody with a name; some with an earlier record that was typed otherwise, and the second identities."""
    now = named(rng, people).assign(updated="2024-06-01")
    some = now.sample(frac=EARLIER, random_state=int(rng.integers(1 << 31)))
    earlier = mistyped(rng, some).assign(updated="2015-01-01")
    second = mistyped(rng, doubled.merge(now, on="person_id").drop(columns="person_id"))
    return pd.concat([earlier, now, second.rename(columns={"exported_as": "person_id"})], ignore_index=True)
