"""A plain CSV file is read with all cores; what comes is what the careful reader gives, or it is left to that one."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matac_ml.records.importing import loading
from matac_ml.records.importing.batches import Batch, RefusedRows, Wanted
from matac_ml.records.importing.mapping import SourceEntry
from matac_ml.records.importing.plainrows import IrregularError, plain_batches
from matac_ml.records.importing.textrows import csv_batches
from tests.records.importing.sources import CRIMES, imported, refusal

_CELL = st.text("aé;,\"'\t \r\n0=\0", max_size=4)
_Rows = list[tuple[int, tuple[str, ...]]]


def _wanted(path: Path) -> Wanted:
    entry = SourceEntry(file=path.name, encoding="windows-1252", skip=1)
    return Wanted(path, path.name, entry, ("x", "y"), RefusedRows(path.name))


def _all(batches: list[Batch]) -> _Rows:
    found: _Rows = []
    for numbers, columns in batches:
        texts = [column.to_pylist() if isinstance(column, pa.Array) else column for column in columns]
        found += zip(numbers, zip(*texts, strict=True), strict=True)
    return found


@settings(max_examples=150)
@given(st.lists(st.lists(_CELL, min_size=1, max_size=3), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_both_readers_agree(rows: list[list[str]], ending: str) -> None:
    """Whatever stands in the cells, unquoted: the rows and their lines are the same, or the file is not plain."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        lines = ["A title", "x,y", *(",".join(row) for row in rows)]
        path.write_bytes((ending.join(lines) + ending).encode("cp1252"))
        try:
            plain = _all(list(plain_batches(_wanted(path))))
        except IrregularError:
            return
        careful = _wanted(path)
        assert plain == _all(list(csv_batches(careful)))
        assert careful.refused.count == 0


def test_a_plain_file_is_recognised(tmp_path: Path) -> None:
    """Otherwise nothing would be gained, and the test above would prove nothing."""
    path = tmp_path / "t.csv"
    path.write_bytes("A title\ny,x,z\n1,é,\n2,,3\n".encode("cp1252"))
    assert _all(list(plain_batches(_wanted(path)))) == [(3, ("é", "1")), (4, ("", "2"))]


def test_rows_before_a_surprise_are_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that turns out not to be plain after its first rows is begun again."""
    plain = plain_batches

    def late(wanted: Wanted) -> object:
        yield from plain(wanted)
        raise IrregularError

    monkeypatch.setattr(loading, "plain_batches", late)
    assert imported(tmp_path).shares[0].rows == 2
    (tmp_path / "again").mkdir()
    said = refusal(tmp_path / "again", crimes_csv=CRIMES + "C3;CRIME;01/02/2024\n")
    assert said.count("a row must have as many cells as the header") == 1
