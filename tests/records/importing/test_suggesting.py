"""A proposal says what it saw, how sure it is and why; what nobody can know from the files is left to a person."""

import json
import sqlite3
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml.errors import RecordsError, UsageError
from matac_ml.records.importing import import_records
from matac_ml.records.importing.suggesting import suggest_mapping

_HEADS = ("Crime No", "Date Occurred", "Date Reported", "Crime Flag")
_ROWS = [(f"C{n}", f"{n % 28 + 1:02}/{n % 12 + 1:02}/2024", "28/12/2024", "Y" if n % 2 else "N") for n in range(40)]


def _write(folder: Path, kind: str) -> None:
    """The same table in each format."""
    rows = [dict(zip(_HEADS, row, strict=True)) for row in _ROWS]
    folder.mkdir()
    if kind == "crimes.jsonl":
        (folder / kind).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif kind == "crimes.parquet":
        pq.write_table(pa.Table.from_pylist(rows), folder / kind)
    elif kind == "crimes.db":
        connection = sqlite3.connect(folder / kind)
        connection.execute("CREATE TABLE crimes ({})".format(", ".join(f'"{head}"' for head in _HEADS)))
        connection.executemany("INSERT INTO crimes VALUES (?, ?, ?, ?)", _ROWS)
        connection.commit()
        connection.close()
    elif kind == "crimes.xlsx":
        pytest.importorskip("python_calamine")
        book = openpyxl.Workbook()
        book.active.title = "crimes"
        for row in (("A title",), _HEADS, *_ROWS):
            book.active.append(row)
        book.save(folder / kind)
    else:
        delimiter, encoding = {"crimes.csv": (";", "cp1252"), "crimes.txt": ("\t", "utf-16")}[kind]
        text = "\n".join(delimiter.join(row) for row in (_HEADS, *_ROWS)) + "\n"
        (folder / kind).write_bytes(text.replace("C7", "Ç7").encode(encoding))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("crimes.csv", "encoding: windows-1252, delimiter: ;"),
        ("crimes.txt", "encoding: utf-16, delimiter: tab"),
        ("crimes.jsonl", "{file: crimes.jsonl}"),
        ("crimes.parquet", "{file: crimes.parquet}"),
        ("crimes.db", "{file: crimes.db, table: crimes}"),
        ("crimes.xlsx", "skip: 1, sheet: crimes"),
    ],
)
def test_every_format_is_recognised(tmp_path: Path, kind: str, said: str) -> None:
    """How the file is read, and which of its columns is which of ours."""
    _write(tmp_path / "source", kind)
    proposed = suggest_mapping(tmp_path / "source")
    for line in (said, "incident_id: Crime No", "occurred_on: {column: Date Occurred, date: DD/MM/YYYY}",
                 "is_crime: Crime Flag", "involvements: no file looks like it"):  # fmt: skip
        assert line in proposed


def test_days_that_may_be_months_are_left_to_a_person(tmp_path: Path) -> None:
    """Where every day is at most 12 the file cannot say, and the proposal does not choose."""
    (tmp_path / "crimes.csv").write_text("Ref,Occurred,Reported,Crime\nC1,01/02/2024,28/02/2024,Y\n", encoding="utf-8")
    proposed = suggest_mapping(tmp_path)
    assert "occurred_on: {column: Occurred, date: DECIDE}" in proposed
    assert "every value fits DD/MM/YYYY and MM/DD/YYYY" in proposed
    assert "recorded_on: {column: Reported, date: DD/MM/YYYY}" in proposed
    (tmp_path / "mapping.yaml").write_text(proposed, encoding="utf-8")
    with pytest.raises(RecordsError, match="line 4: must be decided by a person"):
        import_records(tmp_path / "mapping.yaml", tmp_path, tmp_path / "out")


def test_a_key_that_repeats_and_values_that_are_no_codes_are_pointed_out(tmp_path: Path) -> None:
    """Names of people are not printed, wherever they stand."""
    people = "".join(f"N{n // 2},Person Zzyzx-{n}\n" for n in range(60))
    (tmp_path / "nominals.csv").write_text(f"Nominal,Sex\n{people}", encoding="utf-8")
    (tmp_path / "notes.csv").write_text("a,b\n1,Zzyzx\n", encoding="utf-8")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no more")
    proposed = suggest_mapping(tmp_path)
    assert "rows that share it and differ are refused unless keep says which one stays" in proposed
    assert "not used: no table of ours was recognised in notes.csv" in proposed
    assert "Zzyzx" not in proposed


def test_only_a_folder_is_looked_at(tmp_path: Path) -> None:
    """A file's own name is not taken for one."""
    (tmp_path / "crimes.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(UsageError, match="SOURCE must be a folder"):
        suggest_mapping(tmp_path / "crimes.csv")
