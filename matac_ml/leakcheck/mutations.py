"""Ways of changing an extract after a day, each of which a feature of that day must not notice."""

from collections.abc import Callable
from datetime import date
from itertools import count, islice
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.records import Extract
from matac_ml.vocabulary import FIXED, INCIDENTS, LATER, TABLES, Column

Tables = dict[str, pd.DataFrame]
Mutation = Callable[[Tables, pd.Timestamp, np.random.Generator], Tables]

#: Share of people or incidents that something is added to.
_SHARE = 0.2
#: Share of links that are withdrawn: whoever stands in an incident with one is worked out apart.
_WITHDRAWN = 0.05
_AS_RECORDED = {"person_id": "recorded_as AS person_id", "counterpart_id": "counterpart_as AS counterpart_id"}
_ROWS = {"people": "SELECT * EXCLUDE (row) FROM typed.people ORDER BY row", "merges": "SELECT * FROM merges"}
#: Withdrawn links are rows too.
_READ_FROM = {"involvements": "every_link"}
#: Everything that can be noted of an incident; what police work found has no harm, and would hide a leak of harm.
_NOTED = {column.name: column.replacements[0] for column in FIXED} | {"proactively_detected": False}


def tables_of(extract: Extract) -> Tables:
    """Every table of an extract that holds rows, as frames, under the identities that stand in the rows."""
    con = extract.connect()
    found = {}
    for table in TABLES:
        columns = ", ".join(_AS_RECORDED.get(column.name, column.name) for column in table.columns)
        held = f"SELECT {columns} FROM {_READ_FROM.get(table.name, table.name)}"
        frame = con.execute(_ROWS.get(table.name, held)).df()
        if len(frame) or table.name in ("incidents", "involvements", "people"):
            found[table.name] = frame
    return found


def write_tables(tables: Tables, folder: Path, cut_off: date) -> Path:
    """Write frames as an extract of Parquet files."""
    folder.mkdir(parents=True)
    for name, frame in tables.items():
        days = {str(c): frame[c].dt.date for c in frame if pd.api.types.is_datetime64_any_dtype(frame[c])}
        frame.assign(**days).to_parquet(folder / f"{name}.parquet", index=False)
    # Where a day begins first: a day that an extract may hold is not after today there.
    settings = f"cut_off: {cut_off.isoformat()}\ntime_zone: Pacific/Kiritimati\n"
    (folder / "extract.yaml").write_text(settings, encoding="utf-8")
    return folder


def unused(identifiers: pd.Series, n: int) -> list[str]:
    """So many identifiers that an extract does not hold."""
    taken = set(identifiers)
    return list(islice((name for number in count() if (name := f"LEAK{number:07d}") not in taken), n))


def added(tables: Tables, **rows: pd.DataFrame) -> Tables:
    """The tables, with more rows in those that are named."""
    return tables | {name: pd.concat([tables[name], more], ignore_index=True) for name, more in rows.items()}


def later(frame: pd.DataFrame, column: str, day: pd.Timestamp) -> pd.Series:
    """Whether each row's day is this day or a later one."""
    return pd.to_datetime(frame[column]) >= day


def remove_the_future(tables: Tables, day: pd.Timestamp, _: np.random.Generator) -> Tables:
    """Take away everything that became known on or after the day: rows, and what is known later than its row."""
    done = dict(tables)
    for table in (table for table in TABLES if table.name in tables):
        frame = tables[table.name]
        if table.known_on:
            frame = frame[~later(frame, table.known_on, day)]
        if table is not INCIDENTS and "incident_id" in frame:
            frame = frame[frame["incident_id"].isin(done["incidents"]["incident_id"])]
        waiting = [column for column in table.columns if column.known_on]
        done[table.name] = frame.assign(
            **{column.name: frame[column.name].mask(later(frame, column.known_on, day)) for column in waiting}
        )
    return done


def change_the_future(tables: Tables, day: pd.Timestamp, _: np.random.Generator) -> Tables:
    """Write another value into every cell that became known on or after the day."""
    done = dict(tables)
    for table in (table for table in TABLES if table.name in tables):
        before, after = tables[table.name], tables[table.name].copy()
        for column in table.columns:
            if known_on := column.known_on or table.known_on:
                waits = later(before, known_on, day)
                if column.replacements:
                    after[column.name] = _altered(column, before[column.name], waits)
                elif not table.known_on:  # the day itself is what becomes known on it
                    after.loc[waits, column.name] = day
        done[table.name] = after
    return done


def _altered(column: Column, held: pd.Series, where: pd.Series) -> pd.Series:
    """The cells, with a value that each did not hold where a mask says so."""
    first, *other = column.replacements
    same = held.eq(first).fillna(value=False).astype(bool)
    return held.astype(object).mask(where & ~same, first).mask(where & same, other[0] if other else None)


def add_late_incidents(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Add incidents that happened up to a year before the day, recorded on the day itself, against new victims."""
    links = tables["involvements"]
    suspects = links.loc[links["role"].isin(["suspect", "offender"]), "person_id"].unique()
    chosen = np.sort(rng.choice(suspects, max(1, int(len(suspects) * _SHARE)), replace=False))
    n = len(chosen)
    keys, victims = unused(tables["incidents"]["incident_id"], n), unused(tables["people"]["person_id"], n)
    happened = day - pd.to_timedelta(rng.integers(1, 365, n), unit="D")
    new = pd.DataFrame(
        {"incident_id": keys, "occurred_on": happened, "recorded_on": day, "is_crime": True, "offence_code": "00801"}
        | _NOTED
    )
    link = {"incident_id": keys, "recorded_on": day}
    suspected = pd.DataFrame(link | {"person_id": chosen, "role": "suspect"})
    harmed = pd.DataFrame(link | {"person_id": victims, "role": "victim", "relationship": "partner"})
    return added(tables, incidents=new, involvements=pd.concat([suspected, harmed]))


def add_late_victims(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Link new victims, on the day, to incidents recorded before it."""
    incidents = tables["incidents"]
    before = incidents.loc[~later(incidents, "recorded_on", day), "incident_id"].to_numpy()
    chosen = np.sort(rng.choice(before, max(1, int(len(before) * _SHARE)), replace=False))
    new = unused(tables["people"]["person_id"], len(chosen))
    links = pd.DataFrame(
        {"incident_id": chosen, "person_id": new, "role": "victim", "recorded_on": day, "relationship": "ex_partner"}
    )
    return added(tables, involvements=links)


def decide_late(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Give, on the day, whatever becomes known later than its incident and was not, and charge the suspects."""
    held = tables["incidents"]
    drawn = ~later(held, "recorded_on", day) & (rng.random(len(held)) < _SHARE)
    waiting = {column.name: drawn & held[column.known_on].isna() for column in LATER}
    late = {column.name: _altered(column, held[column.name], waiting[column.name]) for column in LATER}
    days = {column.known_on: held[column.known_on].mask(waiting[column.name], day) for column in LATER}
    incidents = held.assign(**late, **days)
    drawn &= waiting["outcome_code"]
    links = tables["involvements"]
    charged = links[(links["role"] == "suspect") & links["incident_id"].isin(incidents.loc[drawn, "incident_id"])]
    charged = charged.assign(role="offender", recorded_on=day)
    return added(tables | {"incidents": incidents}, involvements=charged)


def reclassify_late(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Make crimes of non-crimes, and the other way round, on the day."""
    incidents = tables["incidents"]
    before = incidents[~later(incidents, "recorded_on", day)]
    drawn = before[rng.random(len(before)) < _SHARE]
    new = pd.DataFrame(
        {
            "incident_id": drawn["incident_id"].to_numpy(),
            "reclassified_on": day,
            "is_crime": ~drawn["is_crime"].to_numpy(dtype=bool),
            "offence_code": "00501",
        }
    )
    held = tables.get("reclassifications")
    held = new if held is None else pd.concat([held, new], ignore_index=True)
    return tables | {"reclassifications": held.drop_duplicates(["incident_id", "reclassified_on"], keep="last")}


def withdraw_late(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Withdraw on the day links known before it, and believe again those whose withdrawal was known later."""
    links = tables["involvements"]
    withdrawn = pd.to_datetime(links["withdrawn_on"])
    withdrawn = withdrawn.mask(withdrawn >= day)
    drawn = ~later(links, "recorded_on", day) & withdrawn.isna() & (rng.random(len(links)) < _WITHDRAWN)
    return tables | {"involvements": links.assign(withdrawn_on=withdrawn.mask(drawn, day))}


def merge_late(tables: Tables, day: pd.Timestamp, rng: np.random.Generator) -> Tables:
    """Find out on the day that suspects are one another, and take back on the day what was merged before it."""
    columns = ["person_id", "merged_into", "merged_on", "withdrawn_on"]
    merges = tables.get("merges", pd.DataFrame(columns=columns)).copy()
    links = tables["involvements"]
    suspects = links.loc[links["role"].isin(["suspect", "offender"]), "person_id"]
    free = np.sort(np.array(list(set(suspects) - set(merges["person_id"]) - set(merges["merged_into"]))))
    chosen = rng.permutation(free)[: 2 * max(1, int(len(free) * _SHARE / 2))]
    half = len(chosen) // 2
    new = pd.DataFrame({"person_id": chosen[:half], "merged_into": chosen[half : 2 * half], "merged_on": day})
    held = ~later(merges, "merged_on", day) & merges["withdrawn_on"].isna()
    merges["withdrawn_on"] = pd.to_datetime(merges["withdrawn_on"]).mask(held, day)
    merges["merged_on"] = pd.to_datetime(merges["merged_on"])
    return tables | {"merges": pd.concat([merges, new], ignore_index=True)}


#: name -> what is changed; every one leaves everything known before the day as it is
MUTATIONS: dict[str, Mutation] = {
    "everything later removed": remove_the_future,
    "everything later changed": change_the_future,
    "late incidents added": add_late_incidents,
    "late victims linked": add_late_victims,
    "outcomes and charges given late": decide_late,
    "incidents reclassified late": reclassify_late,
    "identities merged late": merge_late,
    "links withdrawn late": withdraw_late,
}
