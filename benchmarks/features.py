"""What features cost: beside SQL written by hand, as records grow, and for one person."""

import math
import shutil
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from benchmarks import Cost, Table, apart, measured, peak_mib
from benchmarks._by_hand import PEOPLE, by_hand, crowded, unequal
from features import CATALOGUE
from matac_ml.asof import person_features, person_file_from_records, write_feature_table
from matac_ml.harm import load_harm_index
from matac_ml.records import Extract, read_extract
from matac_ml.synthetic import make_force

NAME = "features"
#: Incidents of the force that larger extracts hold several of.
BASE = 700_000
HARM = "cchi-2026-medians"
#: The steepest growth accepted between the smallest and the largest extract: time = incidents to this power.
EXPONENT = 1.15
PERSON_MILLISECONDS = 15.0
MOST_GIB = 12.0
#: Against SQL written by hand: times its processor seconds, and memory.
MOST_RATIO, CROWD_MIB = 1.3, 1024
TURNS = 3


def run(prove: bool) -> tuple[Table, ...]:
    """Beside SQL written by hand; growth with the number of incidents; one person."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, base = _force(folder, 200_000), _force(folder, BASE)
        forces = [(small, 200_000, 12), (base, BASE, 24)]
        forces += [(_copies(folder, base, 10), 10 * BASE, 24)] if prove else []
        return _beside_sql(folder, small), _growth(forces), _one_person(small), with_withdrawn(folder, small)


def _force(folder: Path, incidents: int) -> Path:
    """Five years of a made-up force."""
    out = folder / f"force-{incidents}"
    apart(_make, out, incidents)
    return out


def _copies(folder: Path, base: Path, times: int) -> Path:
    """As many forces side by side, each with people and incidents of its own: a region, or a country."""
    out = folder / f"{times}-forces"
    out.mkdir()
    shutil.copy(base / "extract.yaml", out)
    con = duckdb.connect()
    for table in sorted(base.glob("*.parquet")):
        columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM '{table}'").fetchall()]
        own = [f"f.n || '-' || {c} AS {c}" if c.endswith("_id") or c == "merged_into" else c for c in columns]
        rows = f"SELECT {', '.join(own)} FROM range({times}) f(n) CROSS JOIN '{table}'"
        con.execute(f"COPY ({rows}) TO '{out / table.name}' (FORMAT parquet)")
    return out


def _make(out: Path, incidents: int) -> None:
    make_force(out, incidents=incidents, years=5, seed=1, file_format="csv" if incidents <= 200_000 else "parquet")


def _beside_sql(folder: Path, force: Path) -> Table:
    """The same columns of the same CSV files by the engine and by SQL written by hand, in turns, each in a process."""
    records = crowded(force, folder / "crowd")
    outs = {who: folder / f"{who}.parquet" for who in (*_PARTS, "by hand")}
    best: dict[str, tuple[Cost, int]] = {}
    for _ in range(TURNS):
        for who, out in outs.items():
            cost, peak = apart(_part, who, records, out)
            kept = best.get(who, (cost, peak))
            best[who] = (Cost(min(kept[0].wall, cost.wall), min(kept[0].cpu, cost.cpu)), max(kept[1], peak))
    rows = pq.read_metadata(outs["engine"]).num_rows
    hand = best["by hand"][0]
    table = [
        (who, cost.wall, cost.cpu, cost.wall / hand.wall, cost.cpu / hand.cpu, peak)
        for who, (cost, peak) in best.items()
    ]
    missed = [f"the same {len(CATALOGUE)} values as SQL: {name}" for name in unequal(outs["engine"], outs["by hand"])]
    (_, _, _, _, ratio, peak), *_ = table
    missed += [f"at most {MOST_RATIO} times SQL's processor seconds: {ratio:.2f}"] if ratio > MOST_RATIO else []
    missed += [f"under {CROWD_MIB:,} MiB: {peak:,}"] if peak > CROWD_MIB else []
    return Table(
        f"{len(CATALOGUE)} columns of 200,000 incidents, {PEOPLE:,} people and 12 dates, beside SQL written by hand",
        ("from CSV to Parquet", "seconds", "processor seconds", "times SQL's", "times SQL's processor", "peak MiB"),
        tuple(table),
        (
            f"{rows:,} rows, the same by both to the last of nine decimals (severity trends to the fifth). The SQL is "
            "benchmarks/features.sql: it checks nothing. The engine reads every cell by its rules first, and tries "
            "every rule between cells, rows and tables; that part is shown by itself too.",
            f"Best of {TURNS} turns, each in a process of its own; starting Python and importing is in none of them.",
        ),
        tuple(missed),
    )


_PARTS = ("engine", "of it, reading and checking")


def _part(who: str, folder: Path, out: Path) -> tuple[Cost, int]:
    harm = load_harm_index(HARM)

    def work() -> None:
        if who == "by hand":
            by_hand(folder, _DATES, out, harm=harm)
            return
        extract = read_extract(folder)
        if who == "engine":
            write_feature_table(extract, CATALOGUE, _DATES, out, harm=harm)

    _, cost = measured(work)
    return cost, peak_mib()


_DATES = [date(2024, 9, 30) - timedelta(days=28 * back) for back in range(12)]


def _growth(forces: list[tuple[Path, int, int]]) -> Table:
    rows = []
    for folder, incidents, dates in forces:
        cost, people, peak = apart(_derive, folder, dates)
        each = people * len(CATALOGUE) / cost.cpu
        rows.append((incidents, dates, people, cost.wall, cost.cpu, each, peak))
    grown = [(row[0] * row[1], row[3]) for row in rows if row[1] == 24]
    notes = [
        f"{len(CATALOGUE)} features of everybody with a domestic incident as suspect in the three years before each "
        "date; reading and checking the records, and writing Parquet, are part of it. 200,000 incidents come as CSV; "
        f"more than {BASE:,} are several forces side by side."
    ]
    missed = []
    if len(grown) > 1:
        (small, quick), (large, slow) = grown[0], grown[-1]
        power = math.log(slow / quick) / math.log(large / small)
        notes.append(f"From {rows[1][0]:,} to {rows[-1][0]:,} incidents time grows with the power {power:.2f}.")
        if power > EXPONENT:
            missed.append(f"growth no steeper than the power {EXPONENT}: {power:.2f}")
    if rows[-1][6] > MOST_GIB * 1024:
        missed.append(f"under {MOST_GIB:.0f} GiB: {rows[-1][6] / 1024:.1f}")
    return Table(
        "From records on disk to a matrix on disk",
        ("incidents", "dates", "person-dates", "seconds", "processor seconds", "values a processor second", "peak MiB"),
        tuple(rows),
        tuple(notes),
        tuple(missed),
    )


def _derive(folder: Path, dates: int) -> tuple[Cost, int, int]:
    out = folder / "matrix.parquet"

    def work() -> None:
        extract = read_extract(folder)
        last = extract.cut_off - timedelta(days=182)
        days = [last - timedelta(days=28 * back) for back in range(dates)]
        write_feature_table(extract, CATALOGUE, days, out, harm=load_harm_index(HARM))

    _, cost = measured(work)
    return cost, pq.read_metadata(out).num_rows, peak_mib()


def with_withdrawn(folder: Path, force: Path) -> Table:
    """The same force with some links withdrawn, month after month, while its dates are worked out."""
    rows: list[tuple[str, int, float, float, float, int]] = []
    for share in (0.0, 0.002, 0.01):
        records = _withdrawn(folder, force, share) if share else force
        cost, people, peak = apart(_derive, records, 12)
        rows.append((f"{share:.1%}", people, cost.wall, cost.cpu, cost.cpu / (rows[0][3] if rows else cost.cpu), peak))
    return Table(
        "Links withdrawn",
        ("of all links", "person-dates", "seconds", "processor seconds", "times without", "peak MiB"),
        tuple(rows),
        ("12 dates; each link is withdrawn on one of 30 days in three years: they lie on both sides of a date.",),
    )


def _withdrawn(folder: Path, force: Path, share: float) -> Path:
    """A copy of a force in which a share of the links was withdrawn."""
    out = folder / f"{force.name}-withdrawn-{share}"
    shutil.copytree(force, out)
    last = read_extract(force).cut_off
    day = f"DATE '{last}' - CAST(36 * (1 + row // 7 % 30) AS INTEGER)"
    duckdb.connect().execute(
        f"COPY (SELECT v.* EXCLUDE (row), CASE WHEN hash(v.row) % 10000 < {round(share * 10_000)} "
        f"AND coalesce(v.recorded_on, i.recorded_on) < {day} THEN {day} END AS withdrawn_on "
        f"FROM (SELECT row_number() OVER () AS row, * FROM '{force}/involvements.csv') v "
        f"JOIN '{force}/incidents.csv' i USING (incident_id)) TO '{out}/involvements.csv' (HEADER)"
    )
    return out


def _one_person(folder: Path) -> Table:
    """The people with the most records and some with few, each from their records to every feature."""
    extract, harm = read_extract(folder), load_harm_index(HARM)
    ids = [
        row[0]
        for row in extract.connect()
        .execute("SELECT person_id FROM involvements WHERE role = 'suspect' GROUP BY 1 ORDER BY count(*) DESC, 1")
        .fetchall()
    ]
    day: date = extract.cut_off + timedelta(days=1)
    rows: list[tuple[str | int | float, ...]] = []
    for who, chosen in (("with the most records", ids[:100]), ("of everybody", ids[:: len(ids) // 200])):
        spent, events = [], []
        for person_id in chosen:
            records = _records(extract, person_id)
            before = time.process_time()
            file = person_file_from_records(records, person_id)
            person_features(file, CATALOGUE, day, harm=harm)
            spent.append(1000 * (time.process_time() - before))
            events.append(len(file.as_suspect))
        rows.append((who, len(chosen), statistics.median(events), statistics.median(spent), max(spent)))
    slow = [row for row in rows if float(row[3]) > PERSON_MILLISECONDS]
    return Table(
        f"One person, {len(CATALOGUE)} features, from rows of records in memory",
        ("people", "measured", "incidents as suspect (median)", "median processor ms", "slowest"),
        tuple(rows),
        missed=tuple(f"median under {PERSON_MILLISECONDS:.0f} ms: {row[3]:.1f}" for row in slow),
    )


def _records(extract: Extract, person_id: str) -> dict[str, list[dict[str, object]]]:
    """Every row about a person, as a partner would send them."""
    con = extract.connect()
    mine = "incident_id IN (SELECT incident_id FROM involvements WHERE person_id = ?)"
    asked = dict.fromkeys(("incidents", "involvements", "reclassifications"), mine)
    asked |= dict.fromkeys(("people", "custody", "management"), "person_id = ?")
    tables = {}
    for name, condition in asked.items():
        found = con.execute(f"SELECT * FROM {name} WHERE {condition}", [person_id])
        columns = [column[0] for column in found.description or ()]
        tables[name] = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return tables
