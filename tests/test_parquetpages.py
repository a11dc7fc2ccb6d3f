"""A Parquet file is bounded by what its pages hold, whatever its footer claims."""

import contextlib
import io
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matac_ml import parquetpages, tablefile
from matac_ml.errors import UsageError
from matac_ml.parquetpages import ColumnChunk, unpacked_bytes
from matac_ml.records import check_extract
from matac_ml.records import parquet as records_parquet
from matac_ml.tablefile import read_table
from tests.records.folders import folder_of

ROWS = 3_000
#: How a file can be written, each of another kind of page.
WAYS: dict[str, dict[str, Any]] = {
    "plain": {"use_dictionary": False, "compression": "zstd"},
    "gzip": {"use_dictionary": False, "compression": "gzip"},
    "second version": {"use_dictionary": False, "compression": "zstd", "data_page_version": "2.0"},
    "dictionary": {"use_dictionary": True, "compression": "zstd", "dictionary_pagesize_limit": 1 << 30},
    "many pages": {"use_dictionary": False, "compression": "zstd", "data_page_size": 1 << 12},
    "many groups": {"use_dictionary": False, "compression": "zstd", "row_group_size": 50},
    "checksums": {"use_dictionary": False, "compression": "snappy", "write_page_checksum": True},
}


def _number(value: int, width: int = 0) -> bytes:
    """A number as Thrift writes it, in so many bytes if it can be."""
    value, found = value << 1, b""
    while value >= 128 or len(found) + 1 < width:
        value, found = value >> 7, found + bytes([value & 127 | 128])
    return found + bytes([value])


def _lying(held: bytes) -> bytes:
    """The file with a footer that claims 1,000 bytes for every column and group that has more."""
    metadata = pq.read_metadata(io.BytesIO(held))
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    sizes = {group.total_byte_size for group in groups}
    sizes |= {group.column(n).total_uncompressed_size for group in groups for n in range(metadata.num_columns)}
    begin = len(held) - 8 - int.from_bytes(held[-8:-4], "little")
    footer = held[begin:]
    for size in sorted(sizes, reverse=True):
        if size > 1_000:
            said = _number(size)
            footer = footer.replace(said, _number(1_000, len(said)))
    return held[:begin] + footer


def _written(table: pa.Table, way: str) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **WAYS[way])
    return file.getvalue()


def _texts(width: int) -> list[str]:
    """Texts that differ, of so many characters, which pack into very little."""
    return [f"{place}".ljust(width, "x") for place in range(ROWS)]


@pytest.mark.parametrize("way", WAYS)
def test_a_table_whose_footer_lies_is_refused_before_it_is_unpacked(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three megabytes in some kilobytes, of which the footer claims one: the heads of the pages tell."""
    monkeypatch.setattr(tablefile, "_FREE_BYTES", 1 << 20)
    monkeypatch.setattr(tablefile, "_MOST_EXPANSION", 1)
    held = _lying(_written(pa.table({"a": _texts(1_000)}), way))
    assert pq.read_metadata(io.BytesIO(held)).row_group(0).total_byte_size == 1_000
    (tmp_path / "t").write_bytes(held)
    with pytest.raises(UsageError, match=r"at least [\d,]+ bytes unpacked"):
        read_table(tmp_path / "t")


@pytest.mark.parametrize("way", WAYS)
def test_records_whose_footer_lies_are_refused_before_they_are_unpacked(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same, of a file of an extract."""
    monkeypatch.setattr(records_parquet, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(records_parquet, "MOST_EXPANSION", 1)
    folder = folder_of(tmp_path / "extract")
    (folder / "involvements.csv").unlink()
    rows = {"incident_id": ["I1"] * ROWS, "person_id": _texts(1_000), "role": ["suspect"] * ROWS}
    (folder / "involvements.parquet").write_bytes(_lying(_written(pa.table(rows), way)))
    (found,) = [fault for fault in check_extract(folder).faults if fault.rule == "too_large"]
    assert "decompressed" in found.expected


@pytest.mark.parametrize("way", WAYS)
def test_pages_of_an_honest_file_hold_what_its_footer_claims(way: str) -> None:
    """But for their heads, which the footer counts too."""
    held = _written(pa.table({"a": _texts(200), "b": list(range(ROWS)), "c": [[1, 2]] * ROWS}), way)
    metadata = pq.read_metadata(io.BytesIO(held))
    claimed = sum(
        metadata.row_group(place).column(number).total_uncompressed_size
        for place in range(metadata.num_row_groups)
        for number in range(metadata.num_columns)
    )
    found = unpacked_bytes(held, tablefile._chunks(metadata), most=1 << 40)
    assert 0.5 * claimed < found < claimed
    assert unpacked_bytes(held, tablefile._chunks(metadata), most=100) > 100


def test_text_that_stands_in_many_rows_is_bounded_by_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dictionary of one text is small; as many rows of it are not, whichever columns they stand in."""
    monkeypatch.setattr(tablefile, "_FREE_BYTES", 1 << 20)
    once = pa.DictionaryArray.from_arrays(pa.array([0] * ROWS, pa.int32()), pa.array(["x" * 200]))
    for columns, refused in ((1, False), (4, True)):
        pq.write_table(pa.table({f"c{place}": once for place in range(columns)}), tmp_path / "t")
        if refused:
            with pytest.raises(UsageError, match="must hold at most"):
                read_table(tmp_path / "t")
        else:
            assert len(read_table(tmp_path / "t").frame) == ROWS


def test_columns_that_share_pages_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many columns can name the same pages, so pages are counted and not only bytes."""
    held = _written(pa.table({"a": _texts(200)}), "many pages")
    column = pq.read_metadata(io.BytesIO(held)).row_group(0).column(0)
    chunk = ColumnChunk(column.data_page_offset, column.total_compressed_size, ROWS)
    monkeypatch.setattr(parquetpages, "_FREE_PAGES", 1_000)
    with pytest.raises(ValueError, match="more pages than"):
        unpacked_bytes(held, [chunk] * 1_000, most=1 << 40)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_lies_in_the_heads_there_is_a_number_or_a_refusal(seed: int) -> None:
    """Changed bytes, places outside the file, sizes below nothing: nothing else than ValueError is raised."""
    drawn = random.Random(seed)
    sound = _written(pa.table({"a": _texts(100)}), drawn.choice(list(WAYS)))
    for _ in range(150):
        held = bytearray(sound)
        for _ in range(drawn.choice([1, 8, 64])):
            held[drawn.randrange(4, 400)] = drawn.randrange(256)
        begin, size = drawn.choice([4, -5, 3, len(held), 1 << 50]), drawn.choice([100, -1, 1 << 50])
        chunks = [ColumnChunk(begin, size, drawn.choice([ROWS, -1, 1 << 50]))]
        with contextlib.suppress(ValueError):
            assert unpacked_bytes(bytes(held), chunks, most=1 << 40) >= 0
