"""Turn the complaint register of one city's police into records: ``python -m examples.chicago_complaints SRC OUT``.

Real event histories with persistent ids, two dates and graded categories. The people scored are officers complained of.
It shows that the line runs on records nobody here made up; it says nothing about domestic abuse.
"""

import argparse
from pathlib import Path

import pandas as pd

from matac_ml.errors import UsageError, shown_errors

CUT_OFF = "2010-12-31"
#: What the folder of the register holds.
TABLES = ("allegations.parquet", "officers.parquet", "victims.parquet")
#: Groups of categories that count as serious.
SERIOUS = ("05", "08", "15", "18")
#: The register's own words to the codes that the audit groups by; anything else is not stated.
ETHNICITY = {"WHI": "W9", "BLK": "B9", "API": "A9", "S": "O9", "WWH": "O9", "HIS": "O9"}
SEX = {"M": "male", "F": "female"}


def offence_code(row: pd.DataFrame) -> pd.Series:
    """Group of the category, marked where the complaint is domestic or the officer was off duty."""
    group = row["category_code"].astype(object).str[:2].fillna("00")
    return "C" + group + row["domestic"].map({True: "D", False: ""}) + row["off_duty"].map({True: "F", False: ""})


def convert(source: Path, out: Path) -> Path:
    """Write the extract.

    Parameters
    ----------
    source : Path
        Folder with ``allegations.parquet``, ``officers.parquet`` and ``victims.parquet``.
    out : Path
        A new folder.

    Raises
    ------
    UsageError
        When a file is missing, or something is in the way of the new folder; then nothing is written.
    """
    faults = [f"{source / name}: there is no such file" for name in TABLES if not (source / name).is_file()]
    if out.exists():
        faults.append(f"{out}: it exists already; name a new folder")
    if faults:
        raise UsageError("The complaint register cannot be turned into records.", faults=faults)
    out.mkdir(parents=True)
    rows = pd.read_parquet(source / "allegations.parquet")
    recorded = rows["complaint_date"].dt.normalize()
    # Some complaints are dated before the day they are about: nothing is known before it happened.
    rows = rows.assign(recorded_on=recorded, occurred_on=rows["incident_datetime"].dt.normalize().clip(upper=recorded))
    rows = rows.assign(offence_code=offence_code(rows))
    # One complaint may name officers for different things: each kind is an incident of its own, as each crime is.
    rows = rows.assign(incident_id="CR" + rows["cr_id"].astype(str) + rows["offence_code"].str[1:])
    first = rows.sort_values(["incident_id", "person_id"]).groupby("incident_id", as_index=False).first()
    serious = first["offence_code"].str[1:3].isin(SERIOUS) | first["domestic"]
    incidents = pd.DataFrame(
        {
            "incident_id": first["incident_id"],
            "occurred_on": first["occurred_on"].dt.date,
            "recorded_on": first["recorded_on"].dt.date,
            "is_crime": serious,
            "offence_code": first["offence_code"],
            "area": first["beat"].str[:2],
        }
    )
    victims = pd.read_parquet(source / "victims.parquet")
    victims = victims[victims["cr_id"].isin(first["cr_id"])]
    named = first[["cr_id", "incident_id"]].merge(victims[["cr_id", "victim_row_id"]], on="cr_id")
    suspects = rows[["incident_id", "person_id"]].drop_duplicates()
    when = first.set_index("incident_id")["recorded_on"]
    links = pd.concat(
        [_links(suspects["incident_id"], "O" + suspects["person_id"].astype(str), "suspect", when),
         _links(named["incident_id"], "V" + named["victim_row_id"].astype(str), "victim", when)]
    )  # fmt: skip
    incidents.to_parquet(out / "incidents.parquet", index=False)
    links.to_parquet(out / "involvements.parquet", index=False)
    _people(source, suspects, victims).to_parquet(out / "people.parquet", index=False)
    (out / "extract.yaml").write_text(
        f"cut_off: {CUT_OFF}\nforce: Complaint register, Chicago, 2000 to 2010\n"
        "description: Complaints about police officers; not domestic abuse.\n",
        encoding="utf-8",
    )
    return out


def _links(incident_id: pd.Series, person: pd.Series, role: str, when: pd.Series) -> pd.DataFrame:
    known = when.reindex(incident_id).dt.date.to_numpy()
    return pd.DataFrame(
        {"incident_id": incident_id.to_numpy(), "person_id": person.to_numpy(), "role": role, "recorded_on": known}
    )


def _people(source: Path, suspects: pd.DataFrame, victims: pd.DataFrame) -> pd.DataFrame:
    officers = pd.read_parquet(source / "officers.parquet")
    officers = officers[officers["person_id"].isin(suspects["person_id"])]
    joined = pd.to_datetime(officers["appointed_date"], errors="coerce")
    joined = joined.mask(joined > pd.Timestamp(CUT_OFF))
    born = pd.to_datetime(officers["birth_year"].astype("Int64").astype(str) + "-07-01", errors="coerce")
    scored = pd.DataFrame(
        {
            "person_id": "O" + officers["person_id"].astype(str),
            "birth_date": born.dt.date,
            "at_risk_from": joined.dt.date,
            "sex": officers["gender"].map(SEX).fillna("unknown"),
            "self_defined_ethnicity": officers["race"].map(ETHNICITY),
        }
    )
    named = pd.DataFrame(
        {"person_id": "V" + victims["victim_row_id"].astype(str), "sex": victims["gender"].map(SEX).fillna("unknown")}
    )
    return pd.concat([scored, named], ignore_index=True)


def main() -> None:
    """Convert and say where the extract is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    with shown_errors("chicago_complaints"):
        print(f"The extract is in {convert(asked.source, asked.out)}")


if __name__ == "__main__":
    main()
