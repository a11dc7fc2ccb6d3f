"""Monthly dumps become a history: what changed counts from the day it became known, and no earlier day moves."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import CATALOGUE
from matac_ml.asof import feature_table
from matac_ml.errors import RecordsError
from matac_ml.harm import load_harm_index
from matac_ml.leakcheck import check_features, check_recording_day, tables_of
from matac_ml.records import Extract, read_extract
from matac_ml.records.importing import import_records
from matac_ml.synthetic import make_force
from tests.asof.made_up import HARM, START, every_kind_of_feature
from tests.asof.test_withdrawn_links import withdrawn_tables
from tests.cli.test_commands import ended
from tests.proving import in_prove
from tests.records.importing.snapshots import Tables, follow, on_day, write_dump

FEATURES = every_kind_of_feature()[5::71]
INDEX = load_harm_index("cchi-2026-medians")
_DAY = timedelta(days=1)


def features_of(folder: Path, days: Sequence[date]) -> pd.DataFrame:
    """Some features of everybody on some days."""
    return feature_table(read_extract(folder), FEATURES, days, harm=HARM, lookback_days=365)


def _shaken(tables: Tables, rng: random.Random) -> dict[str, pd.DataFrame]:
    """Records in which somebody has changed this and that: values, days, spells, merges, whole rows."""
    changed = {name: frame.copy() for name, frame in tables.items()}
    incidents = changed["incidents"]
    for column, value in (("alcohol", True), ("domestic", False), ("outcome_code", 1), ("offence_code", "00877")):
        incidents.loc[[rng.random() < 0.2 for _ in incidents.index], column] = value
    early = [rng.random() < 0.1 for _ in incidents.index]
    incidents.loc[early, "occurred_on"] = pd.to_datetime(incidents.loc[early, "occurred_on"]) - 5 * _DAY
    people = changed["people"]
    people.loc[[rng.random() < 0.3 for _ in people.index], "at_risk_from"] = pd.Timestamp(START)
    if "custody" in changed:
        spells = changed["custody"]
        spells.loc[[rng.random() < 0.4 for _ in spells.index], "end_on"] = pd.NaT
        spells.loc[[rng.random() < 0.3 for _ in spells.index], "end_on"] = pd.to_datetime(spells["start_on"]) + _DAY
    for name in changed:
        if name != "people":
            keep = [rng.random() > 0.1 for _ in changed[name].index]
            changed[name] = changed[name][keep]
    links = changed["involvements"]
    changed["involvements"] = links[links["incident_id"].isin(changed["incidents"]["incident_id"])]
    return changed


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6), first=st.integers(150, 350), after=st.integers(1, 200))
def test_no_earlier_day_moves_whatever_the_next_dump_says(
    tmp_path_factory: pytest.TempPathFactory, seed: int, first: int, after: int
) -> None:
    """Features as of each day that the extract before covers are the same in the next, which holds what it must."""
    rng, folder = random.Random(seed), tmp_path_factory.mktemp("months")
    truth = tables_of(Extract.from_tables(withdrawn_tables(seed)))
    before = START + timedelta(days=first)
    follow(truth, before, folder / "0", None)
    later = before + timedelta(days=after)
    follow(_shaken(truth, rng), later, folder / "1", folder / "0/extract", accept_vanished=True)
    days = [START + timedelta(days=100), before - 20 * _DAY, before, before + _DAY]
    pd.testing.assert_frame_equal(features_of(folder / "0/extract", days), features_of(folder / "1/extract", days))


def _with_corrections(truth: Tables, first: date, last: date, seed: int) -> dict[str, pd.DataFrame]:
    """The truth of a made-up force, with links withdrawn between two days, some of them of whole incidents."""
    rng = np.random.default_rng(seed)
    links = truth["involvements"].copy()
    whole = set(rng.choice(truth["incidents"]["incident_id"], max(2, len(truth["incidents"]) // 60), replace=False))
    drawn = links["incident_id"].isin(whole) | (rng.random(len(links)) < 0.02)
    days = {key: int(rng.integers(1, (last - first).days)) for key in sorted(whole)}
    after = links["incident_id"].map(days).fillna(pd.Series(rng.integers(1, (last - first).days, len(links))))
    chosen = pd.Timestamp(first) + pd.to_timedelta(after, unit="D")
    known = pd.to_datetime(links["recorded_on"]) < chosen
    links["withdrawn_on"] = chosen.where(drawn & known)
    return {**truth, "involvements": links}


@pytest.mark.parametrize(("incidents", "months"), in_prove([(800, 4), (6000, 12)], but=[(800, 4)]))
def test_months_of_dumps_give_the_features_of_the_truth(tmp_path: Path, incidents: int, months: int) -> None:
    """As of the day after each dump nothing is otherwise than in the history that is known; and nothing leaks."""
    make_force(tmp_path / "force", incidents=incidents, years=3, seed=7)
    force = read_extract(tmp_path / "force")
    dumped = [(pd.Timestamp(force.cut_off) - pd.DateOffset(months=n)).date() for n in range(months)][::-1]
    truth = _with_corrections(tables_of(force), dumped[0], force.cut_off, seed=7)
    previous: Path | None = None
    for number, day in enumerate(dumped):
        done = follow(truth, day, tmp_path / str(number), previous)
        previous = tmp_path / str(number) / "extract"
    assert previous is not None
    assert done.history is not None
    counted = dict(done.history.written)
    assert all(counted[what] for what in ("new incidents", "outcomes given", "links withdrawn", "new people"))
    known = Extract.from_tables(truth, cut_off=force.cut_off)
    extract, days = read_extract(previous), [day + _DAY for day in dumped]
    expected = feature_table(known, CATALOGUE, days, harm=INDEX)
    pd.testing.assert_frame_equal(feature_table(extract, CATALOGUE, days, harm=INDEX), expected)
    findings = check_features(extract, dumped[-2] + _DAY, _catalogue)
    assert [finding.text for finding in findings if not finding.passed] == []
    assert check_recording_day(extract, dumped[-2] + _DAY, _catalogue).passed


def _catalogue(extract: Extract, day: date) -> pd.DataFrame:
    return feature_table(extract, CATALOGUE[::8], [day], harm=INDEX).drop(columns="as_of")


def _small(tmp_path: Path) -> tuple[dict[str, pd.DataFrame], Path, date]:
    truth = tables_of(Extract.from_tables(withdrawn_tables(3)))
    before = START + timedelta(days=300)
    follow(truth, before, tmp_path / "0", None)
    return truth, tmp_path / "0/extract", before


def test_files_that_cannot_follow_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another force's, of the same day, and with other identifiers: one error each, and nothing is written."""
    truth, previous, before = _small(tmp_path)
    for name, day, more, said in (
        ("force", before + 30 * _DAY, {"force": "Elsewhere"}, "force must be that of the extract before"),
        ("day", before, {}, f"cut_off must be after the extract before, {before}; came {before}"),
    ):
        mapping = write_dump(truth, day, tmp_path / name, **more)
        with pytest.raises(RecordsError, match=said):
            import_records(mapping, tmp_path / name, tmp_path / name / "extract", previous=previous)
    renamed = dict(truth)
    for table in ("incidents", "involvements", "reclassifications"):
        renamed[table] = truth[table].assign(incident_id="N" + truth[table]["incident_id"])
    mapping = write_dump(renamed, before + 30 * _DAY, tmp_path / "renamed")
    out = tmp_path / "renamed" / "extract"
    given = ("import", str(mapping), str(mapping.parent), str(out), "--previous", str(previous))
    assert ended(*given) == 3
    error = capsys.readouterr().err
    held = len(on_day(truth, before)["incidents"])
    assert f"{held} of {held} incidents of the extract before are not in the files" in error
    assert "--accept-vanished" in error
    assert not any((tmp_path / name / "extract").exists() for name in ("force", "day", "renamed"))
    assert ended(*given, "--accept-vanished") == 0
    assert f"incidents that vanished, every link to them withdrawn: {held}" in capsys.readouterr().out


def test_the_report_says_what_changed_and_what_cannot_be_known(tmp_path: Path) -> None:
    """Each kind of change with its number, what stays as it was first seen, and the limits of two snapshots."""
    truth, previous, before = _small(tmp_path)
    held = on_day(truth, before)["incidents"]
    altered = truth["incidents"].copy()
    altered.loc[altered["incident_id"] == held["incident_id"].iloc[0], "strangulation"] = True
    altered.loc[altered["incident_id"] == held["incident_id"].iloc[0], "alcohol"] = not held["alcohol"].iloc[0]
    done = follow({**truth, "incidents": altered}, before + 60 * _DAY, tmp_path / "1", previous)
    assert done.history is not None
    page = (tmp_path / "1/extract/import/report.md").read_text(encoding="utf-8")
    for what, number in done.history.written:
        assert f"| {what} | {number} |" in page
    assert dict(done.history.kept)["incidents with another value of alcohol"] == 1
    assert "| incidents with another value of alcohol | 1 |" in page
    assert "what came and went between them" in page
    rows = pd.read_parquet(tmp_path / "1/extract/import/rows.parquet")
    dumped = pd.read_parquet(tmp_path / "1/extract/import/dump/incidents.parquet")
    used = rows[(rows["table"] == "incidents") & (rows["became"] == "used")]
    assert sorted(used["output_row"]) == list(range(2, len(dumped) + 2))
