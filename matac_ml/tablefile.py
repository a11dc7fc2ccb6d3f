"""One table from one file that somebody brings: read for what it holds, whatever its name says, and nothing guessed.

Every cell of a text file is text until somebody says what its column is: ``01`` is not 1, and ``NA`` may be a name.
"""

import csv
import gzip
import hashlib
import io
import mmap
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matac_ml.errors import UsageError
from matac_ml.infile import bounded_memory, read_plain
from matac_ml.parquetfooter import check_footer
from matac_ml.parquetpages import ColumnChunk, unpacked_bytes

#: A file that has, or unpacks to, more than this many bytes is refused.
LARGEST = 4 << 30
#: What reading may take, or four fifths of the machine when that is less, whatever a file says of itself: so much for
#: any file, so many bytes for each of its own, and no more than the last.
_FREE_MEMORY, _MEMORY_A_BYTE, _MOST_MEMORY = 3 << 29, 256, 12 << 30
MOST_COLUMNS = 5_000
#: Of a text file: a cell takes about 64 bytes, whatever it holds.
MOST_CELLS = LARGEST // 64
#: A cell longer than this is a quotation mark that was never closed rather than a cell.
_LONGEST_CELL, _LONGEST_LINE = 1 << 20, 4 << 20
_LONGEST_HEADER = 1 << 18
#: After so many rows that are none the rest of a file is not looked at.
_MOST_WRONG = 100_000
#: A Parquet file that claims more than so many rows, and more than it has bytes, was made to exhaust memory; so was a
#: packed one with more bytes unpacked than so many, and so many for each of its own.
_FREE_ROWS, _FREE_BYTES, _MOST_EXPANSION = 100_000, 256 << 20, 64
#: What stands in every cell of a column of lists or records, which is not read.
NESTED = ()
_GZIP, _PARQUET, _ZIP, _OLD_EXCEL = b"\x1f\x8b", b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SAVE = "Save the sheet as CSV (in Excel: File, Save As, CSV UTF-8) and give that file."
_SMALLER = "Leave out columns and rows that are not needed; Parquet takes less than CSV."
_SEPARATORS = "\t,;"
#: The line by which Excel is told the separator.
_TOLD = re.compile(r"sep=([\t,;|])\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class TableFile:
    """A table and what was done to it.

    Attributes
    ----------
    frame : DataFrame
        Of a text file every cell is text, an empty one the empty text; of Parquet the file's own types.
    notes : tuple of str
        What was left out, for the reader.
    sha256 : str
        Of the file's bytes.
    """

    name: str
    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def names(self) -> str:
        """The names of its columns for a message; of more than 40 the first."""
        named, more = ", ".join(map(str, self.frame.columns[:40])), len(self.frame.columns) - 40
        return f"{named} and {more:,} more" if more > 0 else named


def read_table(path: Path) -> TableFile:
    """Read a table from CSV, text with tabs or semicolons, any of them packed with gzip, or Parquet.

    Raises
    ------
    UsageError
        When it is none of these, has no row, or its header or rows cannot be a table; with every fault at once.
    """
    if not path.is_file():
        raise UsageError(f"--table must be a CSV, TSV or Parquet file, and {path.name} is not a file that is there.")
    try:
        held = read_plain(path, largest=LARGEST)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}.") from error
    except ValueError:
        raise UsageError(f"{path.name} must have at most {LARGEST >> 30} GiB, and has more. {_SMALLER}") from None
    try:
        with bounded_memory(min(_FREE_MEMORY + _MEMORY_A_BYTE * len(held), _MOST_MEMORY)):
            return _table(held, path.name)
    except MemoryError:
        raise UsageError(f"{path.name} needs more memory than there is for one table. {_SMALLER}") from None


def _table(held: bytes, name: str) -> TableFile:
    sha256 = hashlib.sha256(held).hexdigest()
    if held.startswith(_GZIP):
        held = _unpacked(held, name)
    names, frame = _parquet(held, name) if held.startswith(_PARQUET) else _text(held, name)
    return _named(name, names, frame, sha256)


def _most_bytes(size: int) -> int:
    """Bytes that a packed file of ``size`` bytes may hold."""
    return min(LARGEST, _FREE_BYTES + _MOST_EXPANSION * size)


def _unpacked(held: bytes, name: str) -> bytes:
    most = _most_bytes(len(held))
    try:
        with gzip.open(io.BytesIO(held)) as packed:
            found = packed.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{name} is packed with gzip and cannot be unpacked whole; write it again.") from error
    if len(found) > most:
        raise UsageError(f"{name} must unpack to at most {most:,} bytes, and holds more. Give it unpacked.")
    return found


def _parquet(held: bytes, name: str) -> tuple[list[str], pd.DataFrame]:
    try:
        check_footer(held)
        file = pq.ParquetFile(io.BytesIO(held))
        names = [str(column).strip() for column in file.schema_arrow.names]
        _check_names(name, names)
        check_parquet_size(file, held, name)
        return names, _flat(held, file.schema_arrow, name)
    except MemoryError:
        raise
    # Dates that Python has no name for are refused as OverflowError or ValueError while they are made.
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise UsageError(f"{name} begins like a Parquet file and cannot be read as one; write it again.") from error


def check_parquet_size(file: pq.ParquetFile, held: bytes | mmap.mmap, name: str) -> None:
    """Refuse what would take more memory than a file of this size has a reason to, before a row is read.

    Raises
    ------
    UsageError
        With what the file says of itself, or what its pages are.
    """
    metadata, size = file.metadata, len(held)
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    rows = max(metadata.num_rows, sum(group.num_rows for group in groups))
    # A value that is packed into nothing takes eight bytes of memory all the same.
    unpacked = max(sum(group.total_byte_size for group in groups), 8 * rows * metadata.num_columns)
    if metadata.num_columns > MOST_COLUMNS:
        raise UsageError(f"{name} must have at most {MOST_COLUMNS:,} columns, and has {metadata.num_columns:,}.")
    if rows <= max(_FREE_ROWS, size) and unpacked <= _most_bytes(size):
        # What the footer claims could be read; the pages tell what they are.
        unpacked = unpacked_bytes(held, _chunks(metadata), most=_most_bytes(size))
    if rows > max(_FREE_ROWS, size) or unpacked > _most_bytes(size):
        raise UsageError(
            f"{name} has {size:,} bytes and holds {rows:,} rows of {metadata.num_columns:,} columns, at least "
            f"{unpacked:,} bytes unpacked. Write it again, or as CSV."
        )


def _chunks(metadata: pq.FileMetaData) -> Iterator[ColumnChunk]:
    for place in range(metadata.num_row_groups):
        group = metadata.row_group(place)
        for number in range(metadata.num_columns):
            column = group.column(number)
            begin = min(column.data_page_offset, column.dictionary_page_offset or column.data_page_offset)
            yield ColumnChunk(begin, column.total_compressed_size, max(column.num_values, group.num_rows))


def _flat(held: bytes, schema: pa.Schema, name: str) -> pd.DataFrame:
    """The columns of single values, under their places; of lists and records that they are there."""
    nested = [pa.types.is_nested(field.type) for field in schema]
    texts = [field.name for field in schema if _is_text(field.type)]
    # A text that stands a million times is held once: whole, it could exhaust memory.
    file = pq.ParquetFile(io.BytesIO(held), read_dictionary=texts)
    table = file.read(columns=[field.name for field, inside in zip(schema, nested, strict=True) if not inside])
    flat = [table.column(field.name) for field, inside in zip(schema, nested, strict=True) if not inside]
    if sum(map(_characters, flat)) > (most := _most_bytes(len(held))):
        raise UsageError(f"{name} has {len(held):,} bytes and must hold at most {most:,} bytes of text. {_SMALLER}")
    columns = [column.cast(getattr(column.type, "value_type", column.type)) for column in flat]
    places = [str(place) for place, inside in enumerate(nested) if not inside]
    # Whole numbers with gaps stay whole: identifiers beyond 2**53 would lose their last digits as floats.
    frame = pa.table(columns, names=places).to_pandas(ignore_metadata=True, integer_object_nulls=True)
    stand_in = {str(place): [NESTED] * file.metadata.num_rows for place, inside in enumerate(nested) if inside}
    found: pd.DataFrame = pd.concat([frame, pd.DataFrame(stand_in, index=range(file.metadata.num_rows))], axis=1)
    return found


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return any(test(kind) for test in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary))


def _characters(column: pa.ChunkedArray) -> int:
    """Bytes of all texts of a column whose values are held once each."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return 0
    lengths = (pc.sum(pc.take(pc.binary_length(part.dictionary), part.indices)).as_py() for part in column.chunks)
    return sum(length or 0 for length in lengths)


def _text(held: bytes, name: str) -> tuple[list[str], pd.DataFrame]:
    if held.startswith((_ZIP, _OLD_EXCEL)):
        raise UsageError(f"{name} is a spreadsheet or an archive, not a table as text. {_SAVE}")
    limit = csv.field_size_limit(_LONGEST_CELL)
    lines, skipped = csv.reader(()), 0
    try:
        if held.startswith((b"\xff\xfe", b"\xfe\xff")):
            held = held.decode("utf-16").encode()
        if b"\0" in held:
            raise UsageError(f"{name} is neither text nor Parquet. {_SAVE}")
        # Line by line: the text of a whole file would take up to four times its bytes.
        text = io.TextIOWrapper(io.BytesIO(held), "utf-8-sig", newline="")
        head = held[:_LONGEST_HEADER].decode("utf-8-sig", "ignore")
        told = _TOLD.match(head)
        if told:
            skipped = len(text.readline()[:1])
        lines = csv.reader(_lines(text), delimiter=told[1] if told else _separator(head), strict=True)
        return _rows(lines, name, skipped=skipped)
    except UnicodeError as error:
        raise UsageError(f"{name} must be text in UTF-8, and is not. {_SAVE}") from error
    except csv.Error as error:
        raise UsageError(
            f"{name} cannot be read beyond line {lines.line_num + skipped:,}: {error}. "
            "Look for a quotation mark that is not closed, or not doubled within a quoted cell."
        ) from error
    finally:
        csv.field_size_limit(limit)


def _lines(text: TextIO) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise csv.Error(f"a line has more than {_LONGEST_LINE:,} characters")
        yield line


def _separator(head: str) -> str:
    """The separator of the header: a tab, a comma or a semicolon outside quotation marks, whichever comes most."""
    header = "".join(head.lstrip("\r\n").split('"')[::2]).splitlines()
    counts = {mark: header[0].count(mark) if header else 0 for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: (counts[mark], mark == ","))


def _rows(lines: Any, name: str, *, skipped: int) -> tuple[list[str], pd.DataFrame]:
    header: list[str] = next((row for row in lines if row), [])
    if len(header) > MOST_COLUMNS:
        raise UsageError(f"{name} must have at most {MOST_COLUMNS:,} columns, and has {len(header):,}.")
    kept: list[list[str]] = []
    wrong: list[int] = []
    for row in lines:
        if len(row) == len(header):
            kept.append(row)
            if len(kept) * len(header) > MOST_CELLS:
                raise UsageError(f"{name} must have at most {MOST_CELLS:,} cells, and has more. {_SMALLER}")
        elif row:
            wrong.append(lines.line_num + skipped)
            if len(wrong) == _MOST_WRONG:
                break
    if wrong:
        have = "row has" if len(wrong) == 1 else "rows have"
        raise UsageError(
            f"Every row of {name} must have the {len(header)} cells of its header.",
            faults=[f"{len(wrong):,} {have} more or fewer: line {_some(wrong)}"],
        )
    return header, pd.DataFrame(kept, columns=[str(place) for place in range(len(header))], dtype=object)


def _some(numbers: list[int], most: int = 10) -> str:
    said = ", ".join(f"{number:,}" for number in numbers[:most])
    return said if len(numbers) <= most else f"{said} and {len(numbers) - most:,} more"


def _named(file: str, names: list[str], frame: pd.DataFrame, sha256: str) -> TableFile:
    """Give the columns their names; those without one are left out, names that stand twice are a fault."""
    names = [name.strip() for name in names]
    unnamed = [place for place, name in enumerate(names) if _is_unnamed(name)]
    kept = [place for place, name in enumerate(names) if not _is_unnamed(name)]
    _check_names(file, names)
    if not len(frame):
        raise UsageError(f"{file} cannot be used as a table.", faults=["there is no row below the header"])
    found = frame[[str(place) for place in kept]].set_axis([names[place] for place in kept], axis=1)
    notes = (f"{len(unnamed)} of {len(names)} columns have no name; left out.",) if unnamed else ()
    return TableFile(file, found, notes, sha256)


def _is_unnamed(name: str) -> bool:
    # pandas writes its index without a name to CSV, and under this one to Parquet.
    return not name or name.startswith("__index_level_")


def _check_names(file: str, names: list[str]) -> None:
    counts = Counter(name for name in names if not _is_unnamed(name))
    faults = [f"{name}: {count} columns have this name" for name, count in sorted(counts.items()) if count > 1]
    if not counts:
        faults = ["there is no header with names of columns"]
    if faults:
        raise UsageError(f"{file} cannot be used as a table.", faults=faults)
