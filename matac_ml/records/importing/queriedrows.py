"""Rows of a query over Parquet files, in a database of its own that can reach no other file."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import duckdb

from matac_ml.records import cells
from matac_ml.records.extract import Database
from matac_ml.records.importing.batches import ROWS_AT_ONCE, Batch, RefusedRows, Wanted
from matac_ml.records.importing.storedrows import parquet_batches


def queried_batches(wanted: Wanted) -> Iterator[Batch]:
    """Rows of the query, counted from 1 in the order in which they come.

    Each file is a table by its name without ending. Its rows come as a reader of Parquet checked them: size, types.
    """
    files = (wanted.label, *wanted.entry.beside)
    folder = wanted.path.parents[len(PurePosixPath(wanted.label).parts) - 1]
    database = Database(size=sum((folder / file).stat().st_size for file in files))
    con = database.connection
    try:
        for file in files:
            _check(folder / file, file, wanted)
            name = cells.name(PurePosixPath(file).stem)
            con.execute(f"CREATE TABLE {name} AS FROM read_parquet({cells.text(str(folder / file))})")
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


def _check(path: Path, label: str, wanted: Wanted) -> None:
    """Refuse a file that a reader of Parquet would; no column of it is read here."""
    next(parquet_batches(Wanted(path, label, wanted.entry, (), RefusedRows(label))), None)
