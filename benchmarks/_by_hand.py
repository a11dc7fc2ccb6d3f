"""The features written by hand for DuckDB, and the extract on which the engine is measured against them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from matac_ml.harm import HarmIndex

SQL = Path(__file__).parent / "features.sql"
#: People that the suspects of a made-up force are folded onto: about ten incidents each, a few with many.
PEOPLE = 20_000
_READ = ("incidents", "involvements", "custody", "reclassifications")


def by_hand(folder: Path, dates: Sequence[date], out: Path, *, harm: HarmIndex) -> None:
    """Write the matrix with ``features.sql``."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false; SET preserve_insertion_order = false")
    con.execute("CREATE TEMP TABLE harm_days (code VARCHAR, days DOUBLE)")
    con.executemany("INSERT INTO harm_days VALUES (?, ?)", [[code, float(days)] for code, days in harm.days.items()])
    con.execute("SET VARIABLE folder = $1::VARCHAR", [str(folder)])
    con.execute("SET VARIABLE dates = $1::DATE[]", [list(dates)])
    con.execute(SQL.read_text(encoding="utf-8"))
    con.execute(f"COPY (FROM matrix ORDER BY as_of, person_id) TO '{out}' (FORMAT parquet)")
    con.close()


def unequal(engine: Path, hand: Path) -> list[str]:
    """Names of the columns in which two matrices differ; a trend of logarithms may differ in its sixth decimal."""
    mine, theirs = (
        pd.read_parquet(path).sort_values(["as_of", "person_id"], ignore_index=True) for path in (engine, hand)
    )
    if mine["person_id"].tolist() != theirs["person_id"].tolist() or list(mine) != list(theirs):
        return ["who has a row, or the columns"]
    pairs = ((name, mine[name].to_numpy(float), theirs[name].to_numpy(float)) for name in list(mine)[2:])
    return [name for name, a, b in pairs if not np.allclose(a, b, rtol=1e-9, atol=_FAR.get(name, 1e-9), equal_nan=True)]


_FAR = {"severity_trend_730d": 1e-5, "severity_trend_1095d": 1e-5}


def crowded(force: Path, out: Path) -> Path:
    """Write a made-up force again with its suspects folded onto 20,000 people, each with a handful of victims.

    A made-up force has as many suspects as a real one: most of them once. Here everybody has a history, so that there
    is something to aggregate.
    """
    out.mkdir()
    (out / "extract.yaml").write_bytes((force / "extract.yaml").read_bytes())
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    for name in _READ:
        con.execute(f"CREATE TABLE {name} AS FROM read_csv('{force / name}.csv', all_varchar = true)")
    con.execute(_OWNERS.format(people=PEOPLE))
    for name, select in _WRITTEN.items():
        con.execute(f"COPY ({select}) TO '{out / name}.csv' (HEADER)")
    con.close()
    return out


_OWNERS = """
CREATE TABLE owners AS
SELECT person_id, 'P' || lpad(
    CAST(floor({people} * (hash(person_id) % 1000003 / 1000003) ** 3) AS INTEGER)::VARCHAR, 6, '0'
) AS owner
FROM (SELECT DISTINCT person_id FROM involvements WHERE role IN ('suspect', 'offender'));
CREATE TABLE first_suspects AS
SELECT v.incident_id, min(o.owner) AS owner FROM involvements v JOIN owners o USING (person_id)
WHERE v.role = 'suspect' GROUP BY ALL;
CREATE TABLE folded AS
SELECT v.incident_id, v.role, v.recorded_on, v.relationship, c.owner AS counterpart_id,
    CASE WHEN v.role IN ('suspect', 'offender') OR hash(v.person_id) % 40 = 0 THEN o.owner END AS known,
    coalesce(known, 'V' || f.owner[2:] || '-' || hash(v.person_id) % 4) AS person_id
FROM involvements v JOIN first_suspects f USING (incident_id)
LEFT JOIN owners o USING (person_id) LEFT JOIN owners c ON c.person_id = v.counterpart_id
WHERE v.role <> 'witness';
"""
# A hundredth of the links carries a number that was given up.
_WRITTEN = {
    "incidents": "SELECT * FROM incidents ORDER BY incident_id",
    "involvements": (
        "SELECT incident_id, CASE WHEN hash(incident_id) % 100 = 0 AND known IS NOT NULL THEN 'A' || known "
        "ELSE person_id END AS person_id, role, recorded_on, relationship, counterpart_id FROM folded "
        "ORDER BY incident_id, role, person_id"
    ),
    "people": ("SELECT DISTINCT person_id, '1980-01-01' AS birth_date, 'male' AS sex FROM folded ORDER BY person_id"),
    "merges": (
        "SELECT DISTINCT 'A' || known AS person_id, known AS merged_into FROM folded "
        "WHERE known IS NOT NULL AND hash(incident_id) % 100 = 0 ORDER BY 1"
    ),
    "custody": (
        "SELECT o.owner AS person_id, start_on, end_on, recorded_on FROM custody c JOIN owners o USING (person_id) "
        "ORDER BY ALL"
    ),
    "reclassifications": "SELECT * FROM reclassifications ORDER BY ALL",
}
