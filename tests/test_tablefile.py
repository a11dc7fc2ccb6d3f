"""A table is read for what it holds, whatever its name; what cannot be one is refused with the step to take."""

import gzip
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matac_ml import tablefile
from matac_ml.errors import UsageError
from matac_ml.tablefile import read_table

TEXT = 'id,town,x\n01,"Lee, north",1\n1,NA,2\n'
FRAME = [["01", "Lee, north", "1"], ["1", "NA", "2"]]


def _parquet(path: Path) -> bytes:
    pd.DataFrame(FRAME, columns=["id", "town", "x"]).to_parquet(path)
    return path.read_bytes()


def _held(kind: str, scratch: Path) -> bytes:
    tabs = TEXT.replace('"Lee, north"', "Lee| north").replace(",", "\t").replace("|", ",")
    return {
        "comma": TEXT.encode(),
        "tab": tabs.encode(),
        "semicolon": TEXT.replace('"Lee, north"', '"Lee| north"').replace(",", ";").replace("|", ",").encode(),
        "told": b"sep=;\r\n"
        + TEXT.replace('"Lee, north"', '"Lee| north"').replace(",", ";").replace("|", ",").encode(),
        "marked": b"\xef\xbb\xbf" + TEXT.encode(),
        "utf-16": TEXT.encode("utf-16"),
        "windows": TEXT.replace("\n", "\r\n").encode(),
        "blank lines": TEXT.replace("\n", "\n\n").encode(),
        "no last line end": TEXT.strip().encode(),
        "packed comma": gzip.compress(TEXT.encode()),
        "packed tab": gzip.compress(tabs.encode()),
        "parquet": _parquet(scratch / "p"),
        "packed parquet": gzip.compress(_parquet(scratch / "p")),
    }[kind]


KINDS = ("comma", "tab", "semicolon", "told", "marked", "utf-16", "windows", "blank lines", "no last line end",
         "packed comma", "packed tab", "parquet", "packed parquet")  # fmt: skip


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.parquet", "t.csv.gz", "t", "t?a=b#[1] %20.txt"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_read_by_content_whatever_its_name(kind: str, name: str, tmp_path: Path) -> None:
    """The same three columns and cells come from every kind of file under every name."""
    path = tmp_path / name
    path.write_bytes(_held(kind, tmp_path))
    frame = read_table(path).frame
    assert list(frame.columns) == ["id", "town", "x"]
    assert frame.astype(str).to_numpy().tolist() == FRAME


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"PK\x03\x04rest of a workbook", "Save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0old workbook", "Save the sheet as CSV"),
        (b"a,b\n1,2\n1,\xff\n", "must be text in UTF-8"),
        (b"a,b\n1,\x00\n", "neither text nor Parquet"),
        (b"PAR1 and nothing else", "cannot be read as one"),
        (b"\x1f\x8bbroken", "cannot be unpacked whole"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "cannot be unpacked whole"),
        (b"", "no header"),
        (b"\n\n\n", "no header"),
        (b"a,b\n", "no row"),
        (b"a,b,a\n1,2,3\n", "a: 2 columns have this name"),
        (b"a, a \n1,2\n", "a: 2 columns have this name"),
        (b"a,b\n1\n1,2\n1,2,3\n", "2 rows have more or fewer: line 2, 4"),
        (b"sep=;\na;b\n1;2\n1\n", "1 row has more or fewer: line 4"),
        (b'a,b\n1,"2\n3,4\n', "not closed"),
        (b'a,b\n1,"2"3\n', "not closed, or not doubled"),
    ],
)
def test_what_is_no_table_is_refused_with_the_step_to_take(held: bytes, said: str, tmp_path: Path) -> None:
    """A usage error, never a traceback, and never a cell's content."""
    path = tmp_path / "t.csv"
    path.write_bytes(held)
    with pytest.raises(UsageError) as refused:
        read_table(path)
    assert said in str(refused.value)


def test_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    """Neither can be a table."""
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(UsageError, match="not a file that is there"):
            read_table(path)


def test_columns_without_a_name_are_left_out_and_said(tmp_path: Path) -> None:
    """The index that pandas writes is no column of the table, in CSV or Parquet."""
    frame = pd.DataFrame({"a": ["1", "2"]}, index=[5, 9])
    frame.to_csv(tmp_path / "t.csv")
    frame.to_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        found = read_table(tmp_path / name)
        assert list(found.frame.columns) == ["a"]
        assert found.notes == ("1 of 2 columns have no name; left out.",)


def test_whole_numbers_with_gaps_keep_every_digit(tmp_path: Path) -> None:
    """Identifiers beyond 2**53 in a Parquet column with an empty cell stay two people."""
    ids = [2**53 + 1, 2**53 + 2, None]
    pq.write_table(pa.table({"id": pa.array(ids, pa.int64())}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").frame["id"].tolist()[:2] == ids[:2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])), min_size=3,
                         max_size=3), min_size=1, max_size=5))  # fmt: skip
def test_every_cell_comes_back_as_it_was_written(rows: list[list[str]]) -> None:
    """Whatever text a CSV file holds, cells come back unchanged: nothing becomes a number, a date or missing."""
    import csv
    import io
    import tempfile

    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t"
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        assert read_table(path).frame.to_numpy().tolist() == rows


def test_bounds_are_those_of_what_is_held_and_not_of_what_a_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns, cells, lines, and bytes unpacked: each is refused by its own sentence, before all of it is held."""
    monkeypatch.setattr(tablefile, "MOST_CELLS", 1_000)
    monkeypatch.setattr(tablefile, "MOST_COLUMNS", 50)
    monkeypatch.setattr(tablefile, "_FREE_BYTES", 1 << 16)
    monkeypatch.setattr(tablefile, "_LONGEST_LINE", 1 << 14)
    monkeypatch.setattr(tablefile, "_MOST_WRONG", 20)
    names = [f"c{place}" for place in range(60)]
    wide = pa.table({name: [1] for name in names})
    # One value a column, 60,000 times: a few kilobytes that would take megabytes.
    same = pa.table({name: pa.nulls(60_000, pa.int64()) for name in names[:40]})
    pq.write_table(wide, tmp_path / "wide")
    pq.write_table(same, tmp_path / "same")
    cases = {
        "wide": (None, "at most 50 columns, and has 60"),
        "same": (None, "60,000 rows of 40 columns, at least 19,200,000 bytes unpacked"),
        "columns": ((",".join(names) + "\n").encode(), "at most 50 columns, and has 60"),
        "cells": (b"a,b\n" + b"1,2\n" * 501, "at most 1,000 cells"),
        "line": (b"a,b\n1," + b"x" * 20_000 + b"\n", "a line has more than 16,384 characters"),
        "wrong": (b"a,b\n" + b"1\n" * 500, "20 rows have more or fewer"),
        "packed": (gzip.compress(b"a,b\n" + b"1,2\n" * 100_000), "holds more. Give it unpacked"),
    }
    for name, (held, said) in cases.items():
        if held is not None:
            (tmp_path / name).write_bytes(held)
        with pytest.raises(UsageError) as refused:
            read_table(tmp_path / name)
        assert said in str(refused.value), name


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not say how much memory is used")
def test_a_table_that_needs_more_memory_than_there_is_ends_with_the_step_to_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind every other bound stands this one: a file may lie about itself."""
    (tmp_path / "t.csv").write_bytes(b"a,b\n" + b"10,20\n")
    monkeypatch.setattr(tablefile, "_rows", lambda *_, **__: bytearray(600 << 20))
    monkeypatch.setattr(tablefile, "_MOST_MEMORY", 64 << 20)
    with pytest.raises(UsageError, match="needs more memory than there is for one table"):
        read_table(tmp_path / "t.csv")
