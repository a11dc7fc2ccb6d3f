"""Three styles in which forces export: a file for each table, one wide file a year, and a workbook of sheets."""

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from matac_ml.csvfile import frame_text
from matac_ml.errors import UsageError
from matac_ml.outfile import whole_folder, write_text
from matac_ml.synthetic.exporting.spoiling import SpoiltForce, spoil
from matac_ml.synthetic.exporting.variants import spelt

#: A sheet has at most 1,048,576 rows, and a workbook is read in memory.
_MOST_IN_A_SHEET = 200_000
_FLAGS = {
    "weapon_used": "Weapon", "strangulation": "Strangulation", "alcohol": "Alcohol", "drugs": "Drugs",
    "children_present": "Children", "honour_based": "HBA", "stalking": "Stalking", "proactively_detected": "Proactive",
}  # fmt: skip
_CODED = {
    "report_source": "How Reported", "injury_level": "Injury", "order_breach": "Order Breached", "dash_grade": "DASH",
}  # fmt: skip


def export_force(force: Path, out: Path, *, style: str, seed: int) -> None:
    """Write the records of a made-up force in a style, and beside its truth what was done to them.

    Parameters
    ----------
    force : Path
        What :func:`~matac_ml.synthetic.make_force` wrote; the clean records and the truth.
    out : Path
        A new or empty folder for the files of the export.
    style : str
        One of :data:`STYLES`.

    Raises
    ------
    UsageError
        There is no such style, or the force is too large for it.
    """
    if style not in STYLES:
        raise UsageError(f"The style of an export must be one of {', '.join(STYLES)}, got {style!r}.")
    spoilt = spoil(force, seed=seed)
    rng = np.random.default_rng([seed, 18])
    with whole_folder(out, mode=0o755) as folder:
        STYLES[style](folder, spoilt, rng)
    truth = force / "truth"
    write_text(truth / "export_affected.csv", frame_text(spoilt.affected))
    write_text(truth / "export_doubled.csv", frame_text(spoilt.doubled))
    write_text(truth / "export_lost.csv", frame_text(spoilt.lost))


def _day_first(days: pd.Series) -> pd.Series:
    return (days.str[8:] + "/" + days.str[5:7] + "/" + days.str[:4]).where(days != "", "")


def _with_time(rng: np.random.Generator, days: pd.Series) -> pd.Series:
    minutes = pd.Series(rng.integers(0, 24 * 60, len(days)), index=days.index)
    return days + " " + (minutes // 60).astype(str).str.zfill(2) + ":" + (minutes % 60).astype(str).str.zfill(2)


def _offence(codes: pd.Series) -> pd.Series:
    """Home Office codes with a stroke, as people write them: 8/6 for 00806."""
    written = codes.str[:3].str.lstrip("0") + "/" + codes.str[3:].str.lstrip("0").str.zfill(1)
    return written.where(codes != "", "")


def _crimes(rng: np.random.Generator, spoilt: SpoiltForce, yes: tuple[str, str]) -> pd.DataFrame:
    """One row an incident, with the columns that the styles share and dates as they are."""
    rows = spoilt.tables["incidents"]
    words = {"true": yes[0], "false": yes[1], "": ""}
    return pd.DataFrame(
        {
            "Ref": rows["incident_id"],
            "Rec Type": rows["is_crime"].map({"true": "CRIME", "false": "NON-CRIME"}),
            "HO Code": _offence(rows["offence_code"]),
            "Date From": rows["occurred_on"],
            "Date Reported": rows["recorded_on"],
            "Outcome": rows["outcome_code"],
            "Outcome Date": rows["outcome_on"],
            "Beat": rows["area"],
            **{theirs: spelt(rng, ours, rows[ours]) for ours, theirs in _CODED.items()},
            **{theirs: rows[ours].map(words) for ours, theirs in _FLAGS.items()},
            "DA Flag": rows["flagged"].map(words),
            "Status": rows["status"],
        }
    )


def _links(rng: np.random.Generator, spoilt: SpoiltForce) -> pd.DataFrame:
    rows = spoilt.tables["involvements"]
    return pd.DataFrame(
        {
            "Ref": rows["incident_id"],
            "Nominal": rows["person_id"],
            "Role": spelt(rng, "role", rows["role"]),
            "Linked": rows["recorded_on"],
            "Relationship": spelt(rng, "relationship", rows["relationship"]),
            "About": rows["counterpart_id"],
        }
    )


def _nominals(rng: np.random.Generator, spoilt: SpoiltForce) -> pd.DataFrame:
    rows = spoilt.tables["people"]
    heads = {"person_id": "Nominal", "surname": "Surname", "forename": "Forename", "birth_date": "DOB", "sex": "Sex",
             "self_defined_ethnicity": "SDE", "officer_defined_ethnicity": "IC", "deprivation_decile": "Decile",
             "home_area": "Home Beat", "deceased_on": "Died", "updated": "Updated"}  # fmt: skip
    return rows.assign(sex=spelt(rng, "sex", rows["sex"]))[list(heads)].rename(columns=heads)


def _spells(spoilt: SpoiltForce) -> Mapping[str, pd.DataFrame]:
    """Changes of classification, custody, management and merges, with dates as they are."""
    tables = spoilt.tables
    changes = tables["reclassifications"]
    return {
        "Reclassified": pd.DataFrame(
            {
                "Ref": changes["incident_id"],
                "Changed": changes["reclassified_on"],
                "Rec Type": changes["is_crime"].map({"true": "CRIME", "false": "NON-CRIME"}),
                "HO Code": _offence(changes["offence_code"]),
            }
        ),
        "Custody": tables["custody"].set_axis(["Nominal", "In", "Out", "Booked"], axis=1),
        "Managed": tables["management"].set_axis(["Nominal", "Start", "End"], axis=1),
        "Merged": tables["merges"].set_axis(["Old", "New", "When", "Undone"], axis=1),
    }


_DAYS = ("Date From", "Outcome Date", "Linked", "DOB", "Died", "Updated", "Changed", "In", "Out", "Booked", "Start",
         "End", "When", "Undone")  # fmt: skip


def _write_files(folder: Path, spoilt: SpoiltForce, rng: np.random.Generator) -> None:
    """A file for each table: semicolons, windows-1252, a title above the heads, day-first dates."""
    crimes = _crimes(rng, spoilt, ("Y", "N"))
    crimes["Date Reported"] = _with_time(rng, _day_first(crimes["Date Reported"]))
    frames = {"Crimes": crimes, "Links": _links(rng, spoilt), "Nominals": _nominals(rng, spoilt), **_spells(spoilt)}
    for name, frame in frames.items():
        days = {column: _day_first(frame[column]) for column in _DAYS if column in frame}
        text = f"{name}: made up; nobody in it exists – printed 02/07/2024\n" + frame_text(
            frame.assign(**days), sep=";"
        )
        (folder / f"{name}.csv").write_bytes(text.encode("cp1252"))


def _write_wide(folder: Path, spoilt: SpoiltForce, rng: np.random.Generator) -> None:
    """One row for each accused and victim of an incident, a packed file a year; the rest as JSON lines and Parquet."""
    crimes = _crimes(rng, spoilt, ("Yes", "No"))
    links = spoilt.tables["involvements"].drop_duplicates()
    accused = links[links["role"].isin(["suspect", "offender"])]
    victims = links[links["role"] == "victim"]
    pairs = accused.merge(victims, on="incident_id", how="outer", suffixes=("", " v"))
    about = (pairs["counterpart_id v"] == pairs["person_id"]) | (pairs["counterpart_id v"].fillna("") == "")
    pairs = pairs[about].fillna("")
    people = spoilt.tables["people"].drop_duplicates("person_id", keep="last").set_index("person_id")
    wide = pd.DataFrame({"Ref": pairs["incident_id"]})
    for side, end in (("ACC", ""), ("VIC", " v")):
        who = pairs[f"person_id{end}"]
        wide[f"{side}_ID"] = who
        wide[f"{side}_NAME"] = (who.map(people["surname"]) + ", " + who.map(people["forename"])).fillna("")
        wide[f"{side}_DOB"] = _with_month(who.map(people["birth_date"]).fillna(""))
        wide[f"{side}_SEX"] = who.map(people["sex"]).fillna("").map({"female": "F", "male": "M"}).fillna("")
        wide[f"{side}_LINKED"] = _with_month(pairs[f"recorded_on{end}"])
    wide["ACC_ROLE"] = spelt(rng, "role", pairs["role"])
    wide["REL"] = spelt(rng, "relationship", pairs["relationship v"])
    rows = crimes.merge(wide, on="Ref")
    years = rows["Date Reported"].str[:4]
    local = pd.to_datetime(_with_time(rng, rows["Date Reported"])).dt.tz_localize(
        "Europe/London", nonexistent="shift_forward", ambiguous=np.ones(len(rows), bool)
    )
    rows["Date Reported"] = local.dt.tz_convert("UTC").dt.strftime("%d-%b-%Y %H:%M")
    for column in ("Date From", "Outcome Date"):
        rows[column] = _with_month(rows[column])
    rows.columns = [str(name).upper().replace(" ", "_") for name in rows.columns]
    for year in sorted(set(years)):
        packed = gzip.compress(frame_text(rows[years == year], sep="\t").encode(), mtime=0)
        (folder / f"DA_{year}.tsv.gz").write_bytes(packed)
    _write_spells(folder, _spells(spoilt))


def _with_month(days: pd.Series) -> pd.Series:
    """05-Jun-2021."""
    found: pd.Series = pd.to_datetime(days, format="%Y-%m-%d").dt.strftime("%d-%b-%Y").fillna("")
    return found


def _write_spells(folder: Path, spells: Mapping[str, pd.DataFrame]) -> None:
    spells["Reclassified"].to_parquet(folder / "reclassified.parquet", index=False)
    lines = []
    for kind in ("Custody", "Managed", "Merged"):
        for row in spells[kind].to_dict("records"):
            lines.append(
                json.dumps({"kind": kind.upper()} | {str(key).lower(): cell or None for key, cell in row.items()})
            )
    write_text(folder / "spells.jsonl", "".join(f"{line}\n" for line in lines))


def _write_workbook(folder: Path, spoilt: SpoiltForce, rng: np.random.Generator) -> None:
    """Sheets with dates and numbers of their own type, suspects and victims apart."""
    if len(spoilt.tables["incidents"]) > _MOST_IN_A_SHEET:
        raise UsageError(f"A workbook takes at most {_MOST_IN_A_SHEET:,} incidents; make up fewer, or another style.")
    links = _links(rng, spoilt)
    victim = spoilt.tables["involvements"]["role"].to_numpy() == "victim"
    sheets = {
        "Incidents": _crimes(rng, spoilt, ("TRUE", "FALSE")),
        "Persons": _nominals(rng, spoilt),
        "Accused and others": links[~victim].drop(columns=["Relationship", "About"]),
        "Aggrieved": links[victim].drop(columns="Role").rename(columns={"About": "Suspect"}),
        **_spells(spoilt),
    }
    with pd.ExcelWriter(folder / "export.xlsx", engine="xlsxwriter", date_format="dd/mm/yyyy") as book:
        for name, frame in sheets.items():
            days = {column: pd.to_datetime(frame[column], format="%Y-%m-%d").dt.date
                    for column in (*_DAYS, "Date Reported") if column in frame}  # fmt: skip
            numbers = {column: pd.to_numeric(frame[column]) for column in ("Outcome", "Decile") if column in frame}
            typed = frame.assign(**days, **numbers)
            typed.to_excel(book, sheet_name=name, index=False, startrow=2 if name == "Incidents" else 0)


STYLES: Mapping[str, Callable[[Path, SpoiltForce, np.random.Generator], None]] = {
    "files": _write_files,
    "wide": _write_wide,
    "workbook": _write_workbook,
}
