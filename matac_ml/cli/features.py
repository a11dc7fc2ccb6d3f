"""``matac-ml features``: derive the as-of features that a bundle or the catalogue declares."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matac_ml.cli.missing import say_missing_in
from matac_ml.cli.options import HARM_INDEX, ISO, ExtractFolder, FeaturesFile, HarmName, as_of_day, declared_features
from matac_ml.errors import UsageError
from matac_ml.outfile import write_whole


class Engine(StrEnum):
    """Where features are worked out: in this process, or on a cluster."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def features(
    extract: ExtractFolder,
    out: Annotated[Path, typer.Argument(help="A .parquet file to write; with Spark, a new folder of them.")],
    declared: FeaturesFile = None,
    as_of: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=ISO, help="As-of date; the day after the extract ends when not given. Give it once for each."
        ),
    ] = None,
    harm: HarmName = HARM_INDEX,
    engine: Annotated[Engine, typer.Option(help="Where it is worked out.")] = Engine.DUCKDB,
    master: Annotated[str, typer.Option(help="Spark: the address of a cluster, or the cores of this machine.")] = (
        "local[*]"
    ),
) -> None:
    """Write one row a person and date: only what was recorded strictly before the date is seen.

    Both engines give the same values.
    """
    import pyarrow.dataset

    from matac_ml.asof import write_feature_table
    from matac_ml.harm import load_harm_index
    from matac_ml.records import read_extract

    if out.suffix != ".parquet":
        raise UsageError(f"OUT must end in .parquet, got {out.name}.")
    records, chosen = read_extract(extract), declared_features(declared)
    days = [as_of_day(records, day) for day in as_of or (None,)]
    index = load_harm_index(harm)
    if engine is Engine.SPARK:
        from matac_ml.spark import spark_session, write_feature_table_spark

        with spark_session(master) as spark:
            write_feature_table_spark(records, chosen, days, out, spark=spark, harm=index)
    else:
        with write_whole(out) as path:
            write_feature_table(records, chosen, days, path, harm=index)
    say_missing_in(out)
    rows = pyarrow.dataset.dataset(out, format="parquet").count_rows()
    dates = "1 date" if len(days) == 1 else f"{len(days)} dates"
    typer.echo(f"{len(chosen)} features as of {dates}, {rows:,} rows, are in {out}.")
    if not rows:
        typer.echo("No row: on none of these dates is anybody recorded as a suspect in the years looked back on.")
