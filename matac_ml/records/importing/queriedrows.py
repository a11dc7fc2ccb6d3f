"""Rows of a query over files of Parquet or JSON lines, in a database of its own that can reach no other file."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import duckdb

from matac_ml.records import cells
from matac_ml.records.extract import Database
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, RefusedRows, Wanted
from matac_ml.records.importing.formats import format_of
from matac_ml.records.importing.storedrows import parquet_batches

_LONGEST_OBJECT = 16 << 20


def queried_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of the query, counted from 1 in the order in which they come.

    Each file is a table by its name without ending. One of Parquet has its columns, and a reader checked its size; one
    of JSON lines has one column, ``line``, and its objects may hold others.
    """
    files = (wanted.label, *wanted.entry.beside)
    folder = wanted.path.parents[len(PurePosixPath(wanted.label).parts) - 1]
    database = Database(size=sum((folder / file).stat().st_size for file in files))
    con = database.connection
    try:
        for file in files:
            if format_of(wanted.entry, file) == "parquet":
                _check(folder / file, file, wanted)
            name = cells.name(PurePosixPath(file).stem)
            con.execute(f"CREATE TABLE {name} AS {_rows(folder / file, format_of(wanted.entry, file))}")
        con.execute("SET enable_external_access = false; SET lock_configuration = true")
        found = con.sql(wanted.entry.query)
        if found is None:
            raise wanted.fault("bad_query", "the query must be one SELECT", "another statement")
        places = wanted.places(found.columns)
        at = 1
        texts = ", ".join(f"CAST(#{place + 1} AS VARCHAR) AS c{number}" for number, place in enumerate(places))
        for batch in found.project(texts).to_arrow_reader(ROWS_AT_ONCE):
            yield range(at, at + batch.num_rows), [column.to_pylist() for column in batch.columns]
            at += batch.num_rows
    except duckdb.Error as error:
        # The library's message can quote the query and what stands in a row.
        came = f"one that cannot be answered ({type(error).__name__}); look at its tables, columns and types"
        raise wanted.fault("bad_query", "the query must be one SELECT over the files", came) from None


def _rows(path: Path, form: str) -> str:
    # A name that holds * or [ would be a pattern; a folder of the source may have one.
    there = cells.text(re.sub(r"([*?\[])", r"[\1]", str(path)))
    if form == "parquet":
        return f"FROM read_parquet({there})"
    return f"SELECT json AS line FROM read_ndjson_objects({there}, maximum_object_size = {_LONGEST_OBJECT})"


def _check(path: Path, label: str, wanted: Wanted) -> None:
    """Refuse a file that a reader of Parquet would; no column of it is read here."""
    next(parquet_batches(Wanted(path, label, wanted.entry, (), RefusedRows(label))), None)
