"""Spark gives the matrix that DuckDB gives: a cluster of two real worker processes, every feature, every row."""

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from features import CATALOGUE
from features.worked_people import TODAY, WORKED_PEOPLE
from features.worked_people.expecting import differences, expected_values
from features.worked_people.telling import identity, tables_of
from matac_ml.asof import feature_table
from matac_ml.bundle import load_bundle
from matac_ml.errors import UsageError
from matac_ml.harm import load_harm_index
from matac_ml.leakcheck import tables_of as frames_of
from matac_ml.leakcheck import write_tables
from matac_ml.records import Extract, read_extract
from matac_ml.records.importing import import_records
from matac_ml.spark import spark_session, write_feature_table_spark, write_scores_spark
from matac_ml.spec import Feature
from matac_ml.synthetic import make_force
from tests.asof.test_identities import DATES, merged_tables
from tests.asof.test_withdrawn_links import withdrawn_tables
from tests.explain.made_up import make_bundle
from tests.proving import PROVING, in_prove, only_in_prove

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytest.importorskip("pyspark", reason="Spark is not installed: pip install 'matac-ml[spark]'")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java: apt-get install openjdk-17-jre-headless", allow_module_level=True)

ROOT = Path(__file__).parents[2]
REAL = Path(os.environ.get("MATAC_REAL_DATA", ROOT.parent / "shared" / "data")) / "chicago-complaints"
HARM = load_harm_index("cchi-2026-medians")


@pytest.fixture(scope="module")
def spark() -> Iterator["SparkSession"]:
    """Two worker processes of one core and a gigabyte each."""
    with spark_session("local-cluster[2,1,1024]", spark__sql__shuffle__partitions="2") as session:
        yield session


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A small force with everything in it."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=2500, years=4, seed=5)
    return read_extract(folder)


def ordered(path: Path) -> pd.DataFrame:
    """A folder of Parquet as one table."""
    frame = pd.read_parquet(path)
    frame["as_of"] = pd.to_datetime(frame["as_of"])
    return frame.sort_values(["as_of", "person_id"], ignore_index=True)


def with_worked_people(extract: Extract, folder: Path) -> Extract:
    """The records of the force and of the worked people in one extract."""
    tables = frames_of(extract)
    for name, rows in tables_of(WORKED_PEOPLE).items():
        added = pd.DataFrame(rows)
        for column in added:
            if str(column).endswith(("_on", "_date")):
                added[column] = pd.to_datetime(added[column])
        tables[name] = pd.concat([tables[name], added], ignore_index=True) if name in tables else added
    return read_extract(write_tables(tables, folder, TODAY))


def agree(
    spark: "SparkSession",
    extract: Extract,
    dates: list[date],
    out: Path,
    *,
    at_least: int,
    features: Sequence[Feature] = CATALOGUE,
) -> pd.DataFrame:
    """Both engines give the same people, dates and values, to the last of nine decimals."""
    mine = feature_table(extract, features, dates, harm=HARM)
    theirs = ordered(write_feature_table_spark(extract, features, dates, out, spark=spark, harm=HARM))
    assert len(mine) > at_least
    assert list(theirs.columns) == list(mine.columns)
    assert theirs["person_id"].tolist() == mine["person_id"].tolist()
    assert (theirs["as_of"].to_numpy() == mine["as_of"].to_numpy()).all()
    for feature in features:
        a, b = (frame[feature.name].to_numpy(np.float64) for frame in (mine, theirs))
        np.testing.assert_allclose(b, a, rtol=0, atol=1e-9, err_msg=feature.name)
    return theirs


def test_every_feature_of_everybody_is_the_same(spark: "SparkSession", extract: Extract, tmp_path: Path) -> None:
    """On two dates, all columns and rows of the catalogue agree; the worked people have the values worked by hand."""
    everybody = with_worked_people(extract, tmp_path / "extract")
    frame = agree(spark, everybody, [extract.cut_off, TODAY], tmp_path / "matrix", at_least=1000)
    frame = frame[frame["as_of"] == pd.Timestamp(TODAY)].set_index("person_id")
    wrong = []
    for person in WORKED_PEOPLE:
        expected = expected_values(person, WORKED_PEOPLE, CATALOGUE)
        if expected["incidents_1095d"]:
            row = frame.loc[identity(person)]
            came = {one.name: None if pd.isna(row[one.name]) else float(row[one.name]) for one in CATALOGUE}
            wrong += differences(person, expected, came)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("seed", in_prove([1, 3], but=[1]))
def test_merges_count_from_their_day(spark: "SparkSession", tmp_path: Path, seed: int) -> None:
    """Chains of merges between the dates, undated ones and some taken back: both engines show the same people."""
    features = CATALOGUE if PROVING else CATALOGUE[::4]
    merged = Extract.from_tables(merged_tables(seed))
    agree(spark, merged, DATES, tmp_path / "matrix", at_least=5, features=features)


@only_in_prove
def test_withdrawn_links_count_until_their_day(spark: "SparkSession", tmp_path: Path) -> None:
    """Merges and links that were withdrawn, and some believed again, between the dates: both engines agree."""
    agree(spark, Extract.from_tables(withdrawn_tables(2)), DATES, tmp_path / "matrix", at_least=5)


@pytest.mark.real_data
@pytest.mark.skipif(not (REAL / "allegations.parquet").is_file(), reason="the complaint register is not here")
@only_in_prove
def test_the_complaint_register_is_the_same(spark: "SparkSession", tmp_path: Path) -> None:
    """Records that nobody here made up give the same matrix on both, every feature and row."""
    import_records(ROOT / "examples/chicago/mapping.yaml", REAL, tmp_path / "extract")
    register = read_extract(tmp_path / "extract")
    agree(spark, register, [register.cut_off - timedelta(days=900)], tmp_path / "matrix", at_least=1000)


def test_a_bundle_scores_on_the_cluster_as_here(spark: "SparkSession", extract: Extract, tmp_path: Path) -> None:
    """Probabilities from the workers, each of which read the bundle itself, are those of one process."""
    assert extract.folder is not None
    make_bundle(extract.folder, tmp_path / "bundle", trees=True)
    model = load_bundle(tmp_path / "bundle")
    dates = [extract.cut_off]
    matrix = write_feature_table_spark(
        extract, model.features, dates, tmp_path / "matrix", spark=spark, harm=model.harm
    )
    scored = ordered(write_scores_spark(spark, matrix, tmp_path / "bundle", tmp_path / "scores"))
    mine = feature_table(extract, model.features, dates, harm=model.harm)
    chance = model.predict(mine[[feature.name for feature in model.features]].to_numpy(np.float64))
    assert scored["person_id"].tolist() == mine["person_id"].tolist()
    np.testing.assert_allclose(scored["probability"].to_numpy(), chance, rtol=0, atol=1e-9)


def test_nothing_is_written_over(spark: "SparkSession", extract: Extract, tmp_path: Path) -> None:
    """A folder that is there already is refused, and so is no date."""
    with pytest.raises(UsageError, match="is there already"):
        write_feature_table_spark(extract, CATALOGUE, [extract.cut_off], tmp_path, spark=spark, harm=HARM)
    with pytest.raises(UsageError, match="At least one"):
        write_feature_table_spark(extract, CATALOGUE, [], tmp_path / "new", spark=spark, harm=HARM)
