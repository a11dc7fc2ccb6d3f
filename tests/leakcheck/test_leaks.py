"""The shipped features step on no landmine, and each of seven planted leaks does."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from features import CATALOGUE
from matac_ml.asof import feature_table, outcome_table
from matac_ml.cli import main
from matac_ml.errors import UsageError
from matac_ml.harm import load_harm_index
from matac_ml.leakcheck import (
    Tables,
    check_features,
    check_labels,
    check_late_recording,
    check_recording_day,
    checks,
    growing_columns,
    shuffled_auc,
    tables_of,
    write_tables,
)
from matac_ml.leakcheck.mutations import MUTATIONS
from matac_ml.records import Extract, read_extract
from matac_ml.spec import Outcome, OutcomeKind, features_to_json
from matac_ml.synthetic import Plant, make_force
from tests.docs.commands import ROOT, python_blocks
from tests.proving import PROVING, in_prove
from tests.records.folders import INCIDENTS, folder_of

HARM = load_harm_index("cchi-2026-medians")
AFTER = Outcome(name="after", kind=OutcomeKind.RECORD, horizon_days=182, sentence="Anything is recorded.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A force in which much is recorded late."""
    folder = tmp_path_factory.mktemp("force") / "extract"
    make_force(folder, incidents=2500, years=3, seed=4, plant=Plant(late_recording=True))
    return folder


@pytest.fixture(scope="module")
def extract(folder: Path) -> Extract:
    """The force, read."""
    return read_extract(folder)


@pytest.fixture(scope="module")
def day(extract: Extract) -> date:
    """A day with records on both sides."""
    return extract.cut_off - timedelta(days=200)


def honest(extract: Extract, day: date) -> pd.DataFrame:
    """The shipped features."""
    return feature_table(extract, CATALOGUE, [day], harm=HARM).drop(columns="as_of")


def some_of(extract: Extract, day: date) -> pd.DataFrame:
    """One in six of them: every planted leak moves at least one, in a quarter of the time."""
    return feature_table(extract, CATALOGUE[::6], [day], harm=HARM).drop(columns="as_of")


def after(extract: Extract, day: date) -> pd.DataFrame:
    """The honest label."""
    return outcome_table(extract, [AFTER], [day], harm=HARM).drop(columns="as_of")


def _doctored(extract: Extract, tables: Tables, day: date, where: Path) -> pd.DataFrame:
    return some_of(read_extract(write_tables(tables, where, extract.cut_off)), day)


#: The check that is there for each leak; `make prove` has all the others look too.
CAUGHT_BY = {
    "happened": "late incidents added",
    "inclusive": "everything later removed",
    "outcome": "outcomes and charges given late",
    "reclassified": "incidents reclassified late",
    "victims": "late victims linked",
}


@pytest.fixture
def leaks(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Five ways of seeing the future, each a derivation that somebody could have written."""
    numbers = iter(range(1000))

    def happened(extract: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(extract)
        for name in ("incidents", "involvements"):
            when = tables["incidents"].set_index("incident_id")["occurred_on"]
            key = tables[name]["incident_id"]
            tables[name] = tables[name].assign(recorded_on=when.reindex(key).to_numpy())
        tables["incidents"]["outcome_on"] = tables["incidents"]["outcome_on"]
        return _doctored(extract, tables, day, tmp_path / str(next(numbers)))

    def inclusive(extract: Extract, day: date) -> pd.DataFrame:
        return some_of(extract, day + timedelta(days=1))

    def outcome(extract: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(extract)
        rows = tables["incidents"]
        tables["incidents"] = rows.assign(outcome_on=rows["recorded_on"].where(rows["outcome_on"].notna()))
        return _doctored(extract, tables, day, tmp_path / str(next(numbers)))

    def reclassified(extract: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(extract)
        changes = tables.pop("reclassifications").sort_values("reclassified_on")
        last = changes.groupby("incident_id").last()
        rows = tables["incidents"].set_index("incident_id")
        rows.loc[last.index, "is_crime"] = last["is_crime"]
        tables["incidents"] = rows.reset_index()
        return _doctored(extract, tables, day, tmp_path / str(next(numbers)))

    def victims(extract: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(extract)
        when = tables["incidents"].set_index("incident_id")["recorded_on"]
        links = tables["involvements"]
        early = when.reindex(links["incident_id"]).to_numpy()
        is_victim = links["role"] == "victim"
        tables["involvements"] = links.assign(recorded_on=links["recorded_on"].where(~is_victim, early))
        return _doctored(extract, tables, day, tmp_path / str(next(numbers)))

    return {
        "happened": happened,
        "inclusive": inclusive,
        "outcome": outcome,
        "reclassified": reclassified,
        "victims": victims,
    }


def test_no_shipped_feature_steps_on_a_landmine(extract: Extract, day: date) -> None:
    """Changing, adding and removing everything known on or after the day moves nothing."""
    findings = check_features(extract, day, honest)
    assert [finding.text for finding in findings if not finding.passed] == []
    assert len(findings) == 8


@pytest.mark.parametrize(("name", "check"), CAUGHT_BY.items())
def test_each_planted_leak_is_caught(  # type: ignore[no-untyped-def]
    name: str, check: str, leaks, extract: Extract, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Happened-date, inclusive boundary, later outcome, re-classified offence, future victim: each by its own check."""
    if not PROVING:
        monkeypatch.setattr(checks, "MUTATIONS", {check: MUTATIONS[check]})
    findings = check_features(extract, day, leaks[name])
    assert check in [one.check for one in findings if not one.passed]


def test_a_merge_seen_before_it_was_found_out_is_caught(extract: Extract, day: date, tmp_path: Path) -> None:
    """A derivation that takes merges as if they had always been known is found by the check that merges late."""

    def timeless(records: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(records)
        if "merges" in tables:
            tables["merges"] = tables["merges"].assign(merged_on=pd.NaT, withdrawn_on=pd.NaT)
        with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
            known = read_extract(write_tables(tables, Path(scratch) / "extract", records.cut_off))
            return feature_table(known, CATALOGUE[:4], [day], harm=HARM).drop(columns="as_of")

    failed = [finding.check for finding in check_features(extract, day, timeless) if not finding.passed]
    assert failed == ["everything later removed", "identities merged late"]


def test_a_withdrawal_seen_before_its_day_is_caught(extract: Extract, day: date, tmp_path: Path) -> None:
    """A derivation that leaves out whatever link was ever withdrawn is found by the check that withdraws late."""

    def timeless(records: Extract, day: date) -> pd.DataFrame:
        tables = tables_of(records)
        links = tables["involvements"]
        tables["involvements"] = links[links["withdrawn_on"].isna()]
        with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
            known = read_extract(write_tables(tables, Path(scratch) / "extract", records.cut_off))
            return feature_table(known, CATALOGUE[:4], [day], harm=HARM).drop(columns="as_of")

    failed = [finding.check for finding in check_features(extract, day, timeless) if not finding.passed]
    assert failed == ["links withdrawn late"]


def test_a_label_that_reaches_back_is_caught(extract: Extract, day: date) -> None:
    """A label over a window that begins before the day is caught; the honest one is not."""

    def reaches_back(one: Extract, when: date) -> pd.DataFrame:
        return outcome_table(one, [AFTER], [when - timedelta(days=60)], harm=HARM).drop(columns="as_of")

    assert check_labels(extract, day, after).passed
    assert not check_labels(extract, day, reaches_back).passed


def test_a_record_is_seen_from_the_day_after_its_recording(extract: Extract, day: date) -> None:
    """Today sees what was recorded yesterday; yesterday did not."""
    assert check_recording_day(extract, day, honest).passed


def last_recorded_alone(extract: Extract, day: date) -> pd.DataFrame:
    """A shortcut that somebody could take: what was recorded last of a suspect stands for what happened last."""
    tables = tables_of(extract)
    links = tables["involvements"]
    rows = links[links["role"] == "suspect"]
    rows = rows[pd.to_datetime(rows["recorded_on"]) < pd.Timestamp(day)].sort_values("recorded_on", kind="stable")
    kept = rows.groupby("person_id").tail(1)["incident_id"]
    tables = {name: t[t["incident_id"].isin(kept)] if "incident_id" in t else t for name, t in tables.items()}
    with tempfile.TemporaryDirectory() as scratch:
        return honest(read_extract(write_tables(tables, Path(scratch) / "extract", extract.cut_off)), day)


def test_an_old_incident_recorded_late_hides_no_newer_one(extract: Extract, day: date) -> None:
    """The shipped counts stand or rise; where the last recorded stands for the last that happened, they fall."""
    growing = growing_columns(CATALOGUE)
    assert check_late_recording(extract, day, honest, growing).passed
    assert "incidents_182d" in check_late_recording(extract, day, last_recorded_alone, growing).moved


@pytest.mark.parametrize("code", ["0", "16"])
def test_a_force_whose_every_incident_has_an_outcome_can_be_checked(code: str, tmp_path: Path) -> None:
    """A column of whole numbers without a gap: the copies recorded late have none of them yet."""
    folder = folder_of(
        tmp_path / "e",
        incidents=f"{INCIDENTS},outcome_code,outcome_on\nI1,2024-04-01,2024-04-02,true,{code},2024-04-20\n"
        f"I2,2024-06-01,2024-06-02,true,{code},2024-06-02\n",
        involvements="incident_id,person_id,role\nI1,P1,suspect\nI1,P2,victim\n",
    )
    found = check_late_recording(read_extract(folder), date(2024, 5, 6), honest_few, growing_columns(CATALOGUE))
    assert found.passed
    assert "1 added" in found.text


def honest_few(extract: Extract, day: date) -> pd.DataFrame:
    """Three of the shipped features."""
    few = [feature for feature in CATALOGUE if feature.name in FEW]
    return feature_table(extract, few, [day], harm=HARM).drop(columns="as_of")


def test_labels_by_chance_cannot_be_predicted(extract: Extract, day: date) -> None:
    """With real labels the AUC is well above chance, with shuffled ones it is chance."""
    rows = honest(extract, day).merge(after(extract, day), on="person_id")
    tried = shuffled_auc(rows.drop(columns="after"), rows["after"])
    assert tried is not None
    real, chance, error = tried
    assert real > 0.6
    assert abs(chance - 0.5) < 4 * error


@pytest.mark.parametrize("role", in_prove(["suspect", "offender"], but=["offender"]))
def test_any_identifiers_and_roles_can_be_checked(
    role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A force that records offenders alone, with identifiers of 80 characters and some that look like landmines."""
    names = ["LEAK0000000", *(f"{'x' * 77}{n:03}" for n in range(40))]
    incidents = [f"{name},2024-0{n % 5 + 1}-01,2024-0{n % 5 + 1}-05,true" for n, name in enumerate(names)]
    links = [f"{name},{names[n % 7]},{role}\n{name},LEAK000000{n % 3},victim" for n, name in enumerate(names)]
    folder = folder_of(
        tmp_path / "e",
        incidents="\n".join([INCIDENTS, *incidents, ""]),
        involvements="\n".join(["incident_id,person_id,role", *links, ""]),
    )
    declared = tmp_path / "features.json"
    declared.write_text(features_to_json([one for one in CATALOGUE if one.name in FEW]), encoding="utf-8")
    given = ["leakcheck", str(folder), "--features", str(declared), "--as-of"]
    for day, code in (("2024-04-06", 0), ("2024-05-06", UsageError.exit_code)):
        with pytest.raises(SystemExit) as ended:
            main([*given, day])
        assert ended.value.code == code
    printed = capsys.readouterr()
    assert "No leak was found" in printed.out
    assert "NOT RECORDED: 1 feature has no value for anybody: alcohol_share_1095d" in printed.out
    assert "the last day of the extract" in printed.err


FEW = ("incidents_182d", "victims_1095d", "alcohol_share_1095d")


def test_the_commands_run(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """leakcheck finds nothing on a sound extract and features writes its table."""
    with pytest.raises(SystemExit) as ended:
        main(["leakcheck", str(folder)])
    assert ended.value.code == 0
    assert "No leak was found" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main(["features", str(folder), str(tmp_path / "f.parquet"), "--as-of", "2024-06-01", "--as-of", "2024-07-01"])
    assert ended.value.code == 0
    assert set(pd.read_parquet(tmp_path / "f.parquet")["as_of"].astype(str)) == {"2024-06-01", "2024-07-01"}


def test_the_printed_example_runs_on_a_derivation_of_ones_own(extract: Extract, day: date) -> None:
    """docs/leakcheck.md as it stands: a derivation that counts by the day of recording passes every check."""
    (printed,) = python_blocks(ROOT / "docs" / "leakcheck.md")

    def derive(extract: Extract, day: date) -> pd.DataFrame:
        counted = "SELECT person_id, count(*) AS n FROM involvements WHERE recorded_on < ? GROUP BY 1"
        return extract.connect(as_of=day).execute(counted, [day]).df()

    said: dict[str, object] = {"extract": extract, "day": day, "derive": derive}
    exec(compile(printed, "docs/leakcheck.md", "exec"), said)
    findings = said["findings"]
    assert isinstance(findings, tuple | list)
    assert len(findings) > 3
    assert [one.check for one in findings if not one.passed] == []
