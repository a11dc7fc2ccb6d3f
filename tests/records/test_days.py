"""A day is the same day on every machine, and no record lies after today."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.clock import set_clock
from matac_ml.errors import RecordsError
from matac_ml.records import CheckReport, Extract, check_extract, read_extract
from matac_ml.vocabulary import TABLES, Kind
from tests.proving import in_prove
from tests.records.folders import INCIDENTS, SOUND, checked, folder_of, rows_of

#: A time -> the day it is in London, and in New York.
TIMES = {
    "2024-06-08": ("2024-06-08", "2024-06-08"),
    "2024-06-08T23:30:00": ("2024-06-08", "2024-06-08"),
    "2024-06-08 23:30": ("2024-06-08", "2024-06-08"),
    "2024-06-08T23:30:00Z": ("2024-06-09", "2024-06-08"),
    "2024-06-08T23:30:00.999999999+00:00": ("2024-06-09", "2024-06-08"),
    "2024-06-08T23:30:00+01:00": ("2024-06-08", "2024-06-08"),
    "2024-06-08 00:30:00+0100": ("2024-06-08", "2024-06-07"),
    "2024-01-08T23:30:00Z": ("2024-01-08", "2024-01-08"),
    "2024-01-08T03:30:00Z": ("2024-01-08", "2024-01-07"),
}


def incident(day: str) -> str:
    """A file of one incident that was recorded at this time."""
    return f"{INCIDENTS}\nI1,2023-01-01,{day},true\n"


def recorded(folder: Path) -> str:
    """The day on which the one incident was recorded."""
    extract = read_extract(folder)
    return str(extract.connect().execute("SELECT recorded_on FROM incidents").fetchall()[0][0])


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_a_time_is_the_day_it_was_in_the_zone_of_the_extract(zone: str, tmp_path: Path) -> None:
    """A time with a zone is made a day in the zone that extract.yaml names; a time without one is that day."""
    rows = "".join(f"T{number},2023-01-01,{time},true\n" for number, time in enumerate(TIMES))
    involvements = "incident_id,person_id,role\nT0,A1,suspect\n"
    folder = folder_of(
        tmp_path / "e",
        incidents=f"{INCIDENTS}\n{rows}",
        involvements=involvements,
        yaml=f"time_zone: {zone}\n",
    )
    extract = read_extract(folder)
    found = extract.connect().execute("SELECT incident_id, recorded_on FROM incidents").fetchall()
    assert {number: str(day) for number, day in found} == {
        f"T{number}": days[zone.startswith("America")] for number, days in enumerate(TIMES.values())
    }


@pytest.mark.parametrize("machine", in_prove(["Pacific/Auckland", "America/Los_Angeles"], but=["Pacific/Auckland"]))
def test_the_zone_of_the_machine_moves_no_day(machine: str, tmp_path: Path) -> None:
    """A process whose TZ lies at the other end of the world reads the same day, from text and from Parquet."""
    folder = folder_of(tmp_path / "e", incidents=incident("2024-06-08T23:30:00Z"))
    parquet = folder_of(tmp_path / "p")
    (parquet / "incidents.csv").unlink()
    pq.write_table(pa.table({"incident_id": ["I1"], "occurred_on": [date(2023, 1, 1)], "is_crime": [True],
                             "recorded_on": pa.array([datetime(2024, 6, 8, 23, 30)], pa.timestamp("us", "UTC"))}),
                   parquet / "incidents.parquet")  # fmt: skip
    code = (
        "import sys; from pathlib import Path; from tests.records.test_days import recorded; "
        "print(*(recorded(Path(one)) for one in sys.argv[1:]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(parquet)],
        env=os.environ | {"TZ": machine}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == ["2024-06-09", "2024-06-09"]


@pytest.mark.parametrize(
    ("column", "day"),
    [
        (pa.array([datetime(2024, 6, 8, 23, 30)], pa.timestamp("ms")), "2024-06-08"),
        (pa.array([datetime(2024, 6, 8, 23, 30)], pa.timestamp("ns", "America/New_York")), "2024-06-09"),
        (pa.array([date(2024, 6, 8)], pa.date64()), "2024-06-08"),
    ],
    ids=lambda one: str(getattr(one, "type", one)),
)
def test_parquet_times_are_days_of_the_zone(column: pa.Array, day: str, tmp_path: Path) -> None:
    """A Parquet moment is a day in London; a time without a zone and a date stay as they are."""
    folder = folder_of(tmp_path / "e")
    (folder / "incidents.csv").unlink()
    pq.write_table(pa.table({"incident_id": ["I1"], "occurred_on": [date(2023, 1, 1)], "is_crime": [True],
                             "recorded_on": column}), folder / "incidents.parquet")  # fmt: skip
    assert recorded(folder) == day


@pytest.mark.parametrize(
    "moment",
    [pd.Timestamp("2024-06-08T23:30Z"), datetime(2024, 6, 8, 18, 30, tzinfo=timezone(timedelta(hours=-5)))],
    ids=repr,
)
def test_moments_given_inline_are_days_in_london(moment: datetime) -> None:
    """A moment of Python or pandas is the day it was in London."""
    rows = [{"incident_id": "I1", "occurred_on": date(2024, 1, 1), "recorded_on": moment, "is_crime": True}]
    tables = {"incidents": rows, "involvements": [{"incident_id": "I1", "person_id": "A", "role": "suspect"}],
              "people": [{"person_id": "A"}]}  # fmt: skip
    extract = Extract.from_tables(tables)
    found = extract.connect().execute("SELECT recorded_on FROM incidents").fetchall()
    assert found == [(date(2024, 6, 9),)]


@pytest.mark.parametrize(
    "text", ["2024-06-08T24:00:00", "2024-06-08T10", "2024-06-08T10:00 Europe/London", "2024-06-08T10:00+99"]
)
def test_a_time_that_cannot_be_read_is_a_fault(text: str, tmp_path: Path) -> None:
    """A time that is none, or whose zone is a name, is not cut off."""
    assert rows_of(checked(tmp_path / "e", incidents=incident(text)).faults) == {("not_date", "recorded_on"): (2,)}


@pytest.mark.parametrize("name", ["localtime", "Europe/Nowhere", "../../etc/localtime", "GB'; DROP", "5"])
def test_a_zone_that_is_none_is_a_fault(name: str, tmp_path: Path) -> None:
    """Only the name of a zone is taken, never the machine's own."""
    yaml = f"time_zone: {name}\n" if name == "5" else f'time_zone: "{name}"\n'
    report = checked(tmp_path / "e", yaml=yaml)
    assert [(fault.rule, fault.column) for fault in report.faults] == [("bad_settings", "time_zone")]


PLANNED = {"custody.end_on", "management.end_on"}
DAYS = [f"{table.name}.{column.name}" for table in TABLES for column in table.columns if column.kind is Kind.DATE]
#: The columns that every row of a table needs, and sound values for them.
NEEDED = {
    "incidents": {"incident_id": "I1", "occurred_on": "2024-01-01", "recorded_on": "2024-01-01", "is_crime": "true"},
    "involvements": {"incident_id": "I1", "person_id": "A1", "role": "suspect"},
    "people": {"person_id": "A1"},
    "reclassifications": {"incident_id": "I1", "reclassified_on": "2024-01-02", "is_crime": "true"},
    "custody": {"person_id": "A1", "start_on": "2024-01-01"},
    "management": {"person_id": "A1", "start_on": "2024-01-01"},
    "referrals": {"referral_id": "R1", "person_id": "A1", "referred_on": "2024-01-01"},
    "partner_incidents": {"partner_incident_id": "K1", "referral_id": "R1", "occurred_on": "2024-01-01"},
    "merges": {"person_id": "A2", "merged_into": "A1"},
}


def with_day(folder: Path, where: str, day: str) -> CheckReport:
    """The check of an extract with this day in a column."""
    table, column = where.split(".")
    row = NEEDED[table] | {column: day}
    return checked(folder, **{table: f"{','.join(row)}\n{','.join(row.values())}\n"})


@pytest.mark.parametrize(
    "where",
    in_prove(
        DAYS,
        but=["incidents.recorded_on", "people.birth_date", "management.end_on", "custody.start_on", "merges.merged_on"],
    ),
)
def test_no_day_but_a_planned_end_lies_after_today(where: str, tmp_path: Path) -> None:
    """Today is taken and tomorrow is a fault, in every column of dates but the ends of spells."""
    with set_clock(datetime(2025, 3, 1, 12, tzinfo=UTC)):
        today = rows_of(with_day(tmp_path / "today", where, "2025-03-01").faults)
        ahead = rows_of(with_day(tmp_path / "ahead", where, "2025-03-02").faults)
    column = where.split(".")[1]
    assert ("after_today", column) not in today
    assert (("after_today", column) in ahead) is (where not in PLANNED)


def test_today_is_asked_for_in_the_zone_of_the_extract(tmp_path: Path) -> None:
    """At half past eleven at night in Greenwich in June it is tomorrow in London, and still today in New York."""
    with set_clock(datetime(2025, 6, 1, 23, 30, tzinfo=UTC)):
        for zone, ok in (("Europe/London", True), ("America/New_York", False)):
            folder = folder_of(tmp_path / zone[:2], incidents=incident("2025-06-02"), yaml=f"time_zone: {zone}\n")
            assert check_extract(folder).ok is ok


def test_a_cut_off_that_is_to_come_is_a_fault(tmp_path: Path) -> None:
    """Neither a file nor a program can say that nothing will be recorded until a day that is to come."""
    with set_clock(datetime(2025, 3, 1, 12, tzinfo=UTC)):
        assert rows_of(checked(tmp_path / "e", yaml="cut_off: 2025-03-02\n").faults) == {("after_today", "cut_off"): ()}
        assert checked(tmp_path / "e", yaml="cut_off: 2025-03-01\n").ok
        rows = [dict(zip(INCIDENTS.split(","), SOUND["incidents"].split()[1].split(","), strict=True))]
        with pytest.raises(RecordsError, match="after_today"):
            Extract.from_tables({"incidents": rows}, cut_off=date(2025, 3, 2))


def test_duckdb_reads_in_the_zone_of_the_extract(tmp_path: Path) -> None:
    """Every connection of an extract has the zone of the extract, not of the machine."""
    extract = read_extract(folder_of(tmp_path / "e"))
    assert extract.connect().execute("SELECT current_setting('TimeZone')").fetchall() == [("Europe/London",)]
