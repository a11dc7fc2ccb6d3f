"""From files and a mapping to an extract: what is right comes through, whatever the format of the file."""

import gzip
import json
import sqlite3
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.records import read_extract
from tests.proving import in_prove
from tests.records.importing.sources import CRIMES, MAPPING, imported


def _rows(folder: Path, table: str, *columns: str) -> list[tuple[object, ...]]:
    asked = f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL"
    extract = read_extract(folder / "out")
    return [tuple(map(str, row)) for row in extract.connect().execute(asked).fetchall()]


def test_an_extract_comes_out(tmp_path: Path) -> None:
    """Columns are renamed, dates read as they are said to be written, and codes translated."""
    imported(tmp_path)
    assert _rows(tmp_path, "incidents", "incident_id", "occurred_on", "recorded_on", "is_crime") == [
        ("C1", "2024-02-01", "2024-02-02", "True"),
        ("C2", "2024-02-03", "2024-02-04", "False"),
    ]
    assert _rows(tmp_path, "involvements", "incident_id", "person_id", "role") == [
        ("C1", "N1", "suspect"),
        ("C1", "N2", "victim"),
        ("C2", "N1", "suspect"),
    ]
    assert _rows(tmp_path, "people", "person_id", "sex") == [("N1", "male"), ("N2", "female")]


def _json_lines(text: str, delimiter: str) -> bytes:
    header, *rows = [line.split(delimiter) for line in text.splitlines()]
    return "".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows).encode()


def _parquet(path: Path) -> bytes:
    header, *rows = [line.split(";") for line in CRIMES.splitlines()]
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


def _sqlite(path: Path) -> bytes:
    header, *rows = [line.split(";") for line in CRIMES.splitlines()]
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE crimes ({', '.join(header)})")
    connection.executemany("INSERT INTO crimes VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "form",
    in_prove(
        ["gz", "tsv", "jsonl", "parquet", "sqlite", "windows-1252", "utf-16", "skip", "query"],
        but=["gz", "parquet", "utf-16", "query"],
    ),
)
def test_every_format_gives_the_same_extract(tmp_path: Path, form: str) -> None:
    """What a file is packed, written or stored as makes no difference to what is read."""
    said, name, content = {
        "gz": ('{file: crimes.csv.gz, delimiter: ";"}', "crimes.csv.gz", gzip.compress(CRIMES.encode())),
        "tsv": ("crimes.tsv", "crimes.tsv", CRIMES.replace(";", "\t").encode()),
        "jsonl": ("crimes.jsonl", "crimes.jsonl", _json_lines(CRIMES, ";")),
        "parquet": ("crimes.parquet", "crimes.parquet", _parquet(tmp_path / "made")),
        "sqlite": ("{file: crimes.db, table: crimes}", "crimes.db", _sqlite(tmp_path / "made.db")),
        "windows-1252": (
            '{file: crimes.csv, delimiter: ";", encoding: windows-1252}', "crimes.csv",
            CRIMES.replace("OPEN", "é").encode("cp1252"),
        ),
        "utf-16": ('{file: crimes.csv, delimiter: ";", encoding: utf-16}', "crimes.csv", CRIMES.encode("utf-16")),
        "skip": ('{file: crimes.csv, delimiter: ";", skip: 2}', "crimes.csv", f"A title\n\n{CRIMES}".encode()),
        "query": (
            "{file: crimes.db, query: SELECT * FROM crimes WHERE Status = 'OPEN'}", "crimes.db",
            _sqlite(tmp_path / "made2.db"),
        ),
    }[form]  # fmt: skip
    for folder in ("case", "plain"):
        (tmp_path / folder).mkdir()
    mapping = MAPPING.replace('{file: crimes.csv, delimiter: ";"}', said)
    imported(tmp_path / "case", mapping=mapping, **{name: content})
    imported(tmp_path / "plain")
    columns = ("incident_id", "occurred_on", "recorded_on", "is_crime")
    assert _rows(tmp_path / "case", "incidents", *columns) == _rows(tmp_path / "plain", "incidents", *columns)


def test_several_files_are_one_source(tmp_path: Path) -> None:
    """Files of one layout follow each other, and each row keeps its own file and line."""
    header, first, second = CRIMES.splitlines()
    mapping = MAPPING.replace("{file: crimes.csv,", "{files: [crimes.csv, more.csv],")
    account = imported(tmp_path, mapping=mapping, crimes_csv=f"{header}\n{first}\n", more_csv=f"{header}\n\n{second}\n")
    assert account.shares[0].used == 2
    rows = pq.read_table(tmp_path / "out/import/rows.parquet").to_pylist()
    assert [(row["file"], row["row"], row["output_row"]) for row in rows if row["table"] == "incidents"] == [
        ("crimes.csv", 2, 2),
        ("more.csv", 3, 3),
    ]


def test_a_time_is_the_day_it_was_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    """Half past eleven at night in UTC is the next day in a British summer, and the same day in winter."""
    rows = ("C1;CRIME;01/02/2024;08/06/2024 23:30;O", "C2;NON;1/2/2024;08/02/2024 23:30;O")
    crimes = "\n".join(("Ref;Type;Happened;Reported;Status", *rows)) + "\n"
    mapping = MAPPING.replace("{column: Reported, date: DD/MM/YYYY}",
                              '{column: Reported, date: "DD/MM/YYYY hh:mm", zone: UTC}')  # fmt: skip
    imported(tmp_path, mapping=mapping, crimes_csv=crimes)
    assert _rows(tmp_path, "incidents", "recorded_on") == [("2024-02-08",), ("2024-06-09",)]


def test_a_join_looks_up_by_key_and_counts_what_nobody_asked_for(tmp_path: Path) -> None:
    """A column may come from another source; its rows are accounted for too."""
    mapping = MAPPING.replace("  people: people.csv", "  people: people.csv\n  sexes: sexes.csv").replace(
        "columns: {person_id: Person, sex: Sex}",
        "join: {sexes: Person}\n  columns: {person_id: Person, sex: {column: Gender, of: sexes}}",
    )
    sexes = "Person,Gender\nN1,F\nN2,F\nN2,F\nN9,M\n"
    account = imported(tmp_path, mapping=mapping, sexes_csv=sexes)
    assert _rows(tmp_path, "people", "person_id", "sex") == [("N1", "female"), ("N2", "female")]
    looked_up = next(share for share in account.shares if share.looked_up)
    assert (looked_up.rows, looked_up.used, looked_up.left_out) == (4, 3, (("no row refers to it", 1),))


def test_of_one_key_the_newest_stays(tmp_path: Path) -> None:
    """What it replaces is counted apart from rows that say the same."""
    people = "Person,Sex,Updated\nN1,F,01/01/2010\nN1,M,01/01/2020\nN2,F,\nN2,F,\n"
    keep = "  keep: {newest: {column: Updated, date: DD/MM/YYYY}}\n  columns: {person_id: Person, sex: Sex}"
    account = imported(tmp_path, mapping=MAPPING.replace("  columns: {person_id: Person, sex: Sex}", keep),
                       people_csv=people)  # fmt: skip
    assert _rows(tmp_path, "people", "person_id", "sex") == [("N1", "male"), ("N2", "female")]
    share = account.shares[2]
    assert (share.rows, share.used, share.replaced, share.merged) == (4, 2, 1, 1)


def test_columns_that_differ_in_capitals_alone_are_two(tmp_path: Path) -> None:
    """Systems that tell REF from Ref export both."""
    people = "Person,person,Sex,sex\nN1,x,M,F\nN2,x,F,M\n"
    mapping = MAPPING.replace("{person_id: Person, sex: Sex}", "{person_id: Person, sex: sex, home_area: Sex}")
    imported(tmp_path, mapping=mapping, people_csv=people)
    assert _rows(tmp_path, "people", "person_id", "sex", "home_area") == [("N1", "female", "M"), ("N2", "male", "F")]


def test_only_named_columns_come_in(tmp_path: Path) -> None:
    """A name or an address that the mapping does not name stands nowhere in what is written."""
    people = "Person,Sex,Surname\nN1,M,Zzyzxqarl\nN2,F,Zzyzxqarl\n"
    imported(tmp_path, people_csv=people)
    held = [path for path in (tmp_path / "out").rglob("*") if path.is_file() and b"zzyzx" in path.read_bytes().lower()]
    assert held == []


def test_numbers_of_a_spreadsheet_are_dates_where_the_mapping_says_so(tmp_path: Path) -> None:
    """45323 is 1 February 2024."""
    crimes = "Ref;Type;Happened;Reported;Status\nC1;CRIME;45323;45324.5;O\nC2;NON;45325;45326;O\n"
    imported(tmp_path, mapping=MAPPING.replace("DD/MM/YYYY", "excel"), crimes_csv=crimes)
    assert _rows(tmp_path, "incidents", "occurred_on", "recorded_on")[0] == ("2024-02-01", "2024-02-02")
