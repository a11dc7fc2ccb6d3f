"""Rows of Parquet files and SQLite databases, as the texts that a CSV file would hold."""

import mmap
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matac_ml.errors import UsageError
from matac_ml.parquetfooter import check_footer
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, Wanted, columns_of
from matac_ml.records.parquet import LONGEST_VALUE
from matac_ml.tablefile import check_parquet_size


def parquet_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of a Parquet file; the first is row 2, as if the names of the columns were row 1."""
    try:
        with wanted.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            check_footer(held)
            schema = pq.read_schema(file)
            # A text that stands a million times is held once.
            texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]
            stored = pq.ParquetFile(file, read_dictionary=texts)
            check_parquet_size(stored, held, wanted.label)
            wanted.places(schema.names)
            real = {name.strip(): name for name in schema.names}
            for column in wanted.columns:
                if pa.types.is_nested(schema.field(real[column]).type):
                    raise wanted.fault("nested_column", f"the column {column} must hold single values", "lists inside")
            yield from _parquet_rows(stored, [real[column] for column in wanted.columns], wanted)
    except (pa.ArrowException, OSError, OverflowError, ValueError, UsageError) as error:
        came = f"a file that the reader refuses ({type(error).__name__}); ask for it again"
        raise wanted.fault("not_parquet", "the file must be a whole Parquet file", came) from None


def _parquet_rows(stored: pq.ParquetFile, names: list[str], wanted: Wanted) -> Iterator[Batch]:
    at = 2
    for batch in stored.iter_batches(ROWS_AT_ONCE, columns=names):
        columns = [batch.column(batch.schema.get_field_index(name)) for name in names]
        yield range(at, at + batch.num_rows), [_texts(column, wanted) for column in columns]
        at += batch.num_rows


def _texts(column: pa.Array, wanted: Wanted) -> list[str | None]:
    if pa.types.is_dictionary(column.type):
        longest = pc.max(pc.binary_length(column.dictionary)).as_py() if len(column.dictionary) else 0
        if (longest or 0) > LONGEST_VALUE:
            raise wanted.fault("too_large", f"a value has at most {LONGEST_VALUE:,} bytes", f"one of {longest:,}")
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        return [text_of(value) for value in column.to_pylist()]
    found: list[str | None] = column.cast(pa.string()).to_pylist()
    return found


def _number(value: float) -> str:
    """A number without the fraction that it does not have: what was 17 in a spreadsheet is 17."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def sqlite_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of a table or query of an SQLite database, counted from 1 in the order in which they come."""
    address = f"{wanted.path.resolve().as_uri()}?mode=ro&immutable=1"
    named = wanted.entry.table.replace('"', '""')
    query = wanted.entry.query or f'SELECT * FROM "{named}"'
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            found = connection.execute(query)
            places = wanted.places([name for name, *_ in found.description or ()])
            at = 1
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield range(at, at + len(rows)), columns_of([[text_of(value) for value in row] for row in rows], places)
                at += len(rows)
    except sqlite3.Error as error:
        # The library's message can quote the query and what stands in it.
        came = f"one that cannot be read ({type(error).__name__}); look at the file, the table and the query"
        raise wanted.fault("not_sqlite", "there must be an SQLite database with this table or query", came) from None


def text_of(value: object) -> str | None:
    """A value of a database or a spreadsheet as text; bytes are no text, and no rule accepts what they become."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return None if value != value else _number(value)
    if isinstance(value, bytes | memoryview):
        return "\x00bytes"
    return str(value)
