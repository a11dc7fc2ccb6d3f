"""The query of the features on Spark.

The text that DuckDB runs is rewritten for Spark by sqlglot: nothing is declared twice. Records are checked and read as
always; their tables then go to Parquet in a folder that every worker can read, and what comes back is a folder of
Parquet.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlglot

from matac_ml.asof.identity_tables import VERSIONS
from matac_ml.asof.query import compile_features
from matac_ml.asof.weights import HarmTable, HarmWeights
from matac_ml.asof.whole_force import changing_days, make_tables
from matac_ml.errors import UsageError
from matac_ml.practice import LOOKBACK_DAYS
from matac_ml.records import Extract
from matac_ml.spec import Feature

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: Tables of an extract that the query reads, and the columns; nothing that is kept for auditing leaves the extract.
_READ = {
    "incidents": "*",
    "involvements": "*",
    "reclassifications": "*",
    "custody": "*",
    "people": "person_id, at_risk_from",
    "people_as_recorded": "person_id, recorded_as, at_risk_from, place",
}
_EPOCH = date(1970, 1, 1)


@contextmanager
def spark_session(master: str = "local[*]", **settings: str) -> Iterator["SparkSession"]:
    """Start Spark, listening on the loopback interface alone unless told otherwise, and stop it afterwards.

    Parameters
    ----------
    master : str
        Address of a cluster, or ``local[*]`` for the cores of this machine.
    **settings : str
        Further settings of Spark, their dots written as double underscores.

    Raises
    ------
    UsageError
        When PySpark or Java is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("Spark needs the package pyspark: install matac-ml[spark].") from error
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise UsageError("Spark needs Java 17 or later: on Debian, apt-get install openjdk-17-jre-headless.")
    given = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
    }
    given |= {name.replace("__", "."): value for name, value in settings.items()}
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # PySpark reads it from there; else any python3 is taken
    builder = SparkSession.builder.master(master).appName("matac-ml")
    for name, value in given.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


def write_feature_table_spark(
    extract: Extract,
    features: Sequence[Feature],
    as_of_dates: Sequence[date],
    out: Path,
    *,
    spark: "SparkSession",
    harm: HarmWeights,
    lookback_days: int = LOOKBACK_DAYS,
    shared: Path | None = None,
) -> Path:
    """Write the table of :func:`~matac_ml.asof.feature_table` as a folder of Parquet files, by Spark.

    Parameters
    ----------
    out : Path
        A new folder, where every worker can write.
    shared : Path, optional
        A folder that every worker can read, for the tables of the extract; a temporary one when not given.

    Returns
    -------
    Path
        ``out``: ``person_id``, ``as_of`` and one column a feature, equal to DuckDB's row by row once ordered by both.

    Raises
    ------
    UsageError
        When there is no date, or ``out`` is there already.
    """
    dates = sorted(set(as_of_dates))
    if not dates:
        raise UsageError("At least one as-of date is needed, got none.")
    if out.exists():
        raise UsageError(f"{out} is there already; give a new folder.")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        table = _table(spark, extract, features, dates, Path(folder), harm=HarmTable(harm), lookback_days=lookback_days)
        table.write.parquet(str(out))
    return out


def write_scores_spark(spark: "SparkSession", table: Path, bundle: Path, out: Path) -> Path:
    """Score a feature table with a bundle, on the same cluster.

    Parameters
    ----------
    table : Path
        As from :func:`write_feature_table_spark` with the features of the bundle.
    bundle : Path
        Read by every worker from its folder; nothing is pickled.
    out : Path
        A new folder of Parquet: ``person_id``, ``as_of``, ``probability``.
    """
    if out.exists():
        raise UsageError(f"{out} is there already; give a new folder.")
    where = str(bundle.resolve())

    def score(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        from matac_ml.bundle import load_bundle

        model = load_bundle(Path(where))
        names = [feature.name for feature in model.features]
        for batch in batches:
            frame = batch.select(names).to_pandas().astype("float64")
            chance = model.predict(frame.to_numpy())
            yield pa.RecordBatch.from_arrays(
                [batch["person_id"], batch["as_of"], pa.array(chance, pa.float64())],
                names=["person_id", "as_of", "probability"],
            )

    frame = spark.read.parquet(str(table))
    frame.mapInArrow(score, "person_id string, as_of date, probability double").write.parquet(str(out))
    return out


def in_spark(sql: str) -> str:
    """A statement of ours, written for DuckDB, as Spark reads it."""
    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


def _table(
    spark: "SparkSession",
    extract: Extract,
    features: Sequence[Feature],
    dates: Sequence[date],
    folder: Path,
    *,
    harm: HarmTable,
    lookback_days: int,
) -> "DataFrame":
    changing = changing_days(extract, dates)
    compiled = compile_features(features, harm=harm, lookback=lookback_days, changing=changing)
    versions = [statement for statement in compiled.tables if changing and statement[0] in VERSIONS]
    con = extract.connect()
    try:
        make_tables(con, versions)
        for name, columns in (_READ | {name: "*" for name, _ in versions}).items():
            path = folder / f"{name}.parquet"
            con.execute(f"COPY (SELECT {columns} FROM {name}) TO '{path}' (FORMAT parquet)")
            spark.read.parquet(str(path)).createOrReplaceTempView(name)
    finally:
        con.close()
    for name, select in compiled.tables[len(versions) :]:
        spark.sql(in_spark(select)).createOrReplaceTempView(name)
    days = ", ".join(f"({(day - _EPOCH).days}, DATE '{day}')" for day in dates)
    spark.sql(f"SELECT * FROM VALUES {days} AS listed (t, as_of)").createOrReplaceTempView("as_of")
    return spark.sql(in_spark(compiled.query))
