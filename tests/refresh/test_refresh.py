"""A refresh gives what a rebuild from nothing gives, byte for byte, and derives the new date alone."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from matac_ml.asof import feature_table, store_features
from matac_ml.casework.listed import DrawnLine
from matac_ml.cli.score import scoring_context
from matac_ml.errors import UsageError
from matac_ml.explain.context import ScoringContext
from matac_ml.explain.ranking import rank_everybody
from matac_ml.leakcheck.mutations import change_the_future, tables_of
from matac_ml.lists import draw_up
from matac_ml.records import Extract, read_extract
from matac_ml.refresh import refresh
from matac_ml.refresh.files import EXPLAINED, LISTS, SCORES
from matac_ml.spec import Feature
from tests.cli.test_commands import ended

#: The last dates but one, four weeks apart.
BACK = [timedelta(weeks=4 * number) for number in (0, 1, 2)]


@pytest.fixture(scope="module")
def records(small_run: Path) -> Extract:
    """The small force."""
    return read_extract(small_run / "extract")


@pytest.fixture(scope="module")
def context(records: Extract, small_run: Path) -> ScoringContext:
    """Its model on the day after the records end."""
    return scoring_context(records, small_run / "one" / "bundle", "default", None)


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def on(context: ScoringContext, day: date) -> ScoringContext:
    """The same instruments on another day."""
    return replace(context, as_of=day)


def test_days_one_after_another_are_what_a_rebuild_gives(
    records: Extract, context: ScoringContext, tmp_path: Path
) -> None:
    """Three days refreshed in turn: the features, scores, lists and explanations of a rebuild, every byte."""
    days = sorted(context.as_of - back for back in BACK)
    for day in days:
        assert refresh(records, on(context, day), tmp_path / "kept").derived
    rebuilt = tmp_path / "rebuilt"
    instruments = context.instruments
    store_features(
        records,
        instruments.features,
        days,
        rebuilt / "features",
        harm=context.harm,
        lookback_days=instruments.lookback_days,
    )
    for day in reversed(days):
        assert not refresh(records, on(context, day), rebuilt).derived
    assert held(tmp_path / "kept") == held(rebuilt)
    assert len(held(rebuilt)) == 3 + 1 + 3 * 4


def test_what_is_written_is_what_the_commands_of_one_thing_give(
    records: Extract, context: ScoringContext, tmp_path: Path
) -> None:
    """Everybody's scores and the list of an area, as they come out when each is asked for alone."""
    done = refresh(records, context, tmp_path)
    ranking = rank_everybody(records, context)
    scores = pd.read_parquet(done.folder / SCORES).set_index("person_id")
    np.testing.assert_array_equal(
        scores.loc[ranking.people.index, "probability"].to_numpy(), ranking.people["probability"].to_numpy()
    )
    area = ranking.areas()[0]
    _, lines = draw_up(records, context, ranking, area=area)
    rows = [json.loads(line) for line in (done.folder / LISTS).read_text(encoding="utf-8").splitlines()]
    of_area = [json.dumps(row["line"]) for row in rows if row["list"] == {"area": area, "order": "matrix"}]
    assert [DrawnLine.from_text(text).text for text in of_area] == [line.text for line in lines]
    listed = {row["line"]["person_id"] for row in rows if row["line"]["standing"] in ("on the list", "tied")}
    explained = [json.loads(line) for line in (done.folder / EXPLAINED).read_text(encoding="utf-8").splitlines()]
    assert [each["person_id"] for each in explained] == sorted(listed)
    assert done.explained == len(listed) > context.policy.capacity


def test_the_same_again_leaves_nothing_to_do_and_other_records_are_refused(
    records: Extract, context: ScoringContext, tmp_path: Path
) -> None:
    """A folder of the day is never replaced unasked; a stray one is refused too."""
    done = refresh(records, context, tmp_path)
    before = held(tmp_path)
    assert refresh(records, context, tmp_path).lists == 0
    tomorrow = replace(context, today=context.today + timedelta(days=1))
    with pytest.raises(UsageError, match="or add --replace"):
        refresh(records, tomorrow, tmp_path)
    assert held(tmp_path) == before
    shutil.rmtree(done.folder)
    done.folder.mkdir()
    with pytest.raises(UsageError, match="or add --replace"):
        refresh(records, context, tmp_path)
    assert refresh(records, context, tmp_path, replace=True).lists
    assert held(tmp_path) == before


def test_stored_dates_are_derived_again_only_where_they_must_be(
    records: Extract, context: ScoringContext, tmp_path: Path
) -> None:
    """A date whose records were corrected, a file that was written over, and other declarations: no other reason."""
    features, days = context.policy.features, [context.as_of - timedelta(days=400), context.as_of]

    def derived(extract: Extract, chosen: tuple[Feature, ...] = features) -> tuple[date, ...]:
        return store_features(extract, chosen, days, tmp_path, harm=context.harm).derived

    assert derived(records) == tuple(days)
    assert derived(records) == ()
    changed = change_the_future(tables_of(records), pd.Timestamp(days[0]), np.random.default_rng(1))
    other = Extract.from_tables(changed, cut_off=records.cut_off)
    assert derived(other) == (days[1],)
    frame = pq.read_table(tmp_path / f"{days[1]}.parquet").to_pandas()
    values = feature_table(other, features, [days[1]], harm=context.harm)
    pd.testing.assert_frame_equal(frame.drop(columns="as_of"), values.drop(columns="as_of"))
    (tmp_path / f"{days[0]}.parquet").write_bytes(b"")
    assert derived(other) == (days[0],)
    assert derived(other, features[:-1]) == tuple(days)
    (tmp_path / "index.json").write_text("[]")
    assert derived(other, features[:-1]) == tuple(days)


def test_the_command_makes_a_day_once(
    small_run: Path, records: Extract, context: ScoringContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the function does, byte for byte; asked again it says that nothing was left to do."""
    done = refresh(records, context, tmp_path / "called")
    command = (
        "refresh",
        str(small_run / "extract"),
        str(tmp_path / "days"),
        "--bundle",
        str(small_run / "one" / "bundle"),
    )
    assert ended(*command) == 0
    assert f"{done.people:,} people scored as of {context.as_of}" in capsys.readouterr().out
    assert held(tmp_path / "days") == held(tmp_path / "called")
    assert ended(*command) == 0
    assert "Nothing was left to do" in capsys.readouterr().out
