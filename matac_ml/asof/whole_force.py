"""Features of everybody as of a set of dates, by DuckDB; :mod:`matac_ml.spark` does the same on a cluster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matac_ml.asof.identity_tables import VIEWS, Statement
from matac_ml.asof.query import Compiled, compile_features
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.errors import UsageError
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract
from matac_ml.spec import Feature

#: Person-dates that are worked on together; what bounds memory, at about a kilobyte each for 70 features.
ROWS_TOGETHER = 1_000_000
_BATCH = 100_000
#: Grouped by person on every date: in this order what belongs to a person stands together in memory, which saves more
#: of the query than sorting costs.
_BY_PERSON = frozenset({"suspect_rows", "pair_rows", "victim_rows"})
_EPOCH = date(1970, 1, 1)


def feature_table(
    extract: Extract,
    features: Sequence[Feature],
    as_of_dates: Sequence[date],
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> pd.DataFrame:
    """Derive features of everybody with a visible domestic incident as suspect in the look-back.

    Parameters
    ----------
    extract : Extract
    features : sequence of Feature
    as_of_dates : sequence of date
        Only what was known strictly before a date is seen as of it. Repeated dates count once.
    harm : HarmIndex
    lookback_days : int
        Decides who has a row, and how far a feature without a window looks; declared windows may reach further.

    Returns
    -------
    DataFrame, shape (person-dates, 2 + n_features)
        ``person_id``, ``as_of`` (datetime64), one float64 column a feature (NaN is missing), ordered by date, person.

    Raises
    ------
    DeclarationError
        When two features have one name.
    """
    dates = sorted(set(as_of_dates))
    with prepared(extract, features, dates, harm=harm, lookback_days=lookback_days) as (con, compiled):
        set_dates(con, dates)
        frame: pd.DataFrame = con.execute(compiled.query).df()
    return frame


def write_feature_table(
    extract: Extract,
    features: Sequence[Feature],
    as_of_dates: Sequence[date],
    out: Path,
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> Path:
    """Write the table of :func:`feature_table` to one Parquet file, a few dates at a time.

    Memory holds the rows of the views and the person-dates of the dates worked on together: at most about
    :data:`ROWS_TOGETHER`, or one date. The same records, declarations and dates give the same bytes.

    Returns
    -------
    Path
        ``out``; missing values are NULL in it.
    """
    dates = sorted(set(as_of_dates))
    if not dates:
        raise UsageError("At least one as-of date is needed, got none.")
    with prepared(extract, features, dates, harm=harm, lookback_days=lookback_days) as (con, compiled):
        _write(con, compiled, _batches(con, dates), out)
    return out


@contextmanager
def writer_of_dates(
    extract: Extract,
    features: Sequence[Feature],
    as_of_dates: Sequence[date],
    *,
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
) -> Iterator[Callable[[date, Path], None]]:
    """Give what writes one of these dates to a file of its own, as :func:`write_feature_table` does with it alone.

    What does not depend on a date is worked out once for all of them.
    """
    dates = sorted(set(as_of_dates))
    with prepared(extract, features, dates, harm=harm, lookback_days=lookback_days) as (con, compiled):
        yield lambda day, out: _write(con, compiled, [[day]], out)


def _write(con: duckdb.DuckDBPyConnection, compiled: Compiled, batches: Iterable[Sequence[date]], out: Path) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        # Numbers count the sorted identifiers from 1.
        people = con.sql("SELECT person_id FROM persons ORDER BY person").to_arrow_table()["person_id"]
        identifiers = people.combine_chunks()
        for together in batches:
            set_dates(con, together)
            reader = con.sql(compiled.numbered).to_arrow_reader(_BATCH)
            schema = reader.schema.set(0, pa.field("person_id", identifiers.type))
            writer = writer or pq.ParquetWriter(out, schema, compression="snappy")
            for batch in reader:
                person_id = identifiers.take(pc.subtract(batch["person"], 1))
                writer.write_table(pa.Table.from_arrays([person_id, *batch.columns[1:]], schema=schema))
    finally:
        if writer is not None:
            writer.close()


@contextmanager
def prepared(
    extract: Extract, features: Sequence[Feature], dates: Sequence[date], *, harm: HarmWeights, lookback_days: int
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Compiled]]:
    """A connection with the tables that the features need, and the query over them."""
    changing = changing_days(extract, dates)
    compiled = compile_features(features, harm=HarmTable(harm), lookback=lookback_days, changing=changing)
    con = extract.connect()
    try:
        make_tables(con, compiled.tables)
        yield con, compiled
    finally:
        con.close()


def make_tables(con: duckdb.DuckDBPyConnection, statements: Iterable[Statement]) -> None:
    """Make the tables behind the views, for this connection alone."""
    for name, select in statements:
        order = " ORDER BY person" if name in _BY_PERSON else ""
        con.execute(f"CREATE OR REPLACE TEMP {'VIEW' if name in VIEWS else 'TABLE'} {name} AS {select}{order}")


def changing_days(extract: Extract, days: Sequence[date]) -> tuple[int, int] | None:
    """The first and the last of some days since 1970-01-01; None when nothing changes from the first of them on.

    What may change is whose records an identity's are, and which links are believed.
    """
    if not days or not extract.changes_since(min(days)):
        return None
    return (min(days) - _EPOCH).days, (max(days) - _EPOCH).days


def set_dates(con: duckdb.DuckDBPyConnection, dates: Sequence[date], *, closing_after: int = 0) -> None:
    """Make the table of as-of dates; ``t`` is so many days after each."""
    con.execute("CREATE OR REPLACE TEMP TABLE as_of (t INTEGER, as_of DATE)")
    days = [(day - _EPOCH).days + closing_after for day in dates]
    con.execute("INSERT INTO as_of SELECT unnest(?::INTEGER[]), unnest(?::DATE[])", [days, list(dates)])


def _batches(con: duckdb.DuckDBPyConnection, dates: Sequence[date]) -> Iterator[Sequence[date]]:
    found = con.execute("SELECT count(DISTINCT person) FROM suspect_rows").fetchone()
    people = max(1, found[0] if found else 1)
    size = max(1, ROWS_TOGETHER // people)
    for start in range(0, len(dates), size):
        yield dates[start : start + size]
