"""Runs on records whose optional columns say nothing, in a folder whose name holds every mark, with two horizons."""

import contextlib
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from matac_ml.bundle import load_bundle
from matac_ml.cli import main
from matac_ml.records import read_extract
from matac_ml.synthetic import make_force
from matac_ml.vocabulary import TABLES
from matac_ml.vocabulary.column import Kind
from tests.explain.test_optional_columns import OPTIONAL, extract_without
from tests.proving import PROVING
from training.compare_runs import as_version, compare_runs
from training.registry import bundle_of
from training.store import store_of

RECIPE = """
name: small
outcome: new_record_{days}d
as_of: {{every_days: 91, test: 2, calibrate: 2}}
resamples: 30
permutations: 30
additive: {{rounds: 60, min_leaf: 20}}
booster: {{rounds: 20, leaves: 6, depth: 3}}
fit_rows: 2000
linear_rows: 2000
"""
QUICK = "ablation: false\nstress: false\nproxies: false\nmitigation: {attribute: null}\n"
#: On the same day throughout, nothing would be known on any date before.
DAYS = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns if column.kind is Kind.DATE}
LEAST = QUICK + "contenders: [base_rate, matrix, additive]\n"
#: How optional columns say nothing -> days ahead, folder of the run, what its recipe has besides. `make prove` leaves
#: nothing out of the first run, and has one on columns that are the same throughout.
RUNS = (
    {"absent": (182, "run", ""), "empty": (365, "run", QUICK), "constant": (365, "other", LEAST)}
    if PROVING
    else {"absent": (182, "run", LEAST.replace("stress: false\nproxies: false\n", "")), "empty": (365, "run", LEAST)}
)


def _run(*arguments: str) -> tuple[int, str]:
    """Exit code and everything said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(list(arguments))
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, said.getvalue()


def _changed(extract: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = extract / f"{table}.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


@dataclass(frozen=True)
class Runs:
    """The folder, and what each run said."""

    folder: Path
    said: dict[str, str]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Records whose optional columns are absent, empty and the same throughout; the first two runs into one folder."""
    folder = tmp_path_factory.mktemp("deep") / "o q?a=b%20 #[1]*'x\" Größe"
    make_force(folder / "whole", incidents=1500, years=4, seed=7)
    said: dict[str, str] = {}
    for how, (days, out, more) in RUNS.items():
        extract = extract_without(folder, folder / how, set(OPTIONAL) - (DAYS if how == "constant" else set()), how)
        (folder / "recipe.yaml").write_text(RECIPE.format(days=days) + more, encoding="utf-8")
        given = (
            "train",
            "--extract",
            str(extract),
            "--out",
            str(folder / out),
            "--recipe",
            str(folder / "recipe.yaml"),
        )
        code, said[how] = _run(*given, *(("--again", "continue") if (folder / out).exists() else ()))
        assert code == 0, said[how]
    return Runs(folder, said)


@pytest.mark.parametrize("how", RUNS)
def test_a_whole_run_ends_well_on_columns_that_say_nothing(how: str, runs: Runs) -> None:
    """Absent, empty or the same throughout: it says so first, and its bundle can be read and scores."""
    assert re.search(r"LOOK HERE FIRST\. .*carry no information", runs.said[how])
    model = load_bundle(runs.folder / RUNS[how][1] / "bundle")
    assert model.facts is not None


def test_features_that_carry_no_information_are_named_first(runs: Runs) -> None:
    """In the terminal and in the facts that every paper is written from."""
    facts = load_bundle(bundle_of(store_of(runs.folder / "run"), "1")).facts
    assert facts is not None
    told = [one for one in facts.warnings if "carry no information" in one]
    assert len(told) == 2
    assert "alcohol_share_1095d" in told[0]
    for one in facts.warnings:
        assert f"LOOK HERE FIRST. {one}" in runs.said["absent"]
    page = (runs.folder / "run" / "comparison.html").read_text(encoding="utf-8")
    told = re.findall(r"LOOK HERE FIRST\. (.*carry no information.*)", runs.said["empty"])
    assert told
    assert all(one in page for one in told)


def test_a_run_stands_in_a_folder_of_any_name(runs: Runs) -> None:
    """Registry, artifacts and papers are in it, and nothing is made beside it."""
    written = {out for _, out, _ in RUNS.values()}
    assert {one.name for one in runs.folder.iterdir()} == {"whole", *RUNS, *written, "recipe.yaml"}
    assert [one.name for one in runs.folder.parent.iterdir()] == [runs.folder.name]
    there = {"bundle", "papers", "comparison.html", "mlflow.db", "mlruns"}
    assert there <= {one.name for one in (runs.folder / "run").iterdir()}
    newest = load_bundle(runs.folder / "run" / "bundle")
    assert load_bundle(bundle_of(store_of(runs.folder / "run"), "candidate")).hash == newest.hash


def test_a_finished_run_is_refused_before_anything_is_read(runs: Runs) -> None:
    """The message says what to add, and no file of the run changes."""
    before = {one: one.read_bytes() for one in (runs.folder / "run").rglob("*.html")}
    code, out = _run("train", "--extract", "none", "--out", str(runs.folder / "run"))
    assert code == 2
    assert "--again continue" in out
    assert {one: one.read_bytes() for one in (runs.folder / "run").rglob("*.html")} == before


def test_papers_of_two_horizons_say_first_that_figures_cannot_be_compared(runs: Runs) -> None:
    """Those of the second run compare it with the first, and begin with the warning."""
    page = (runs.folder / "run" / "papers" / "comparison.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))
    said = "this version predicts 365 days ahead, the version before 182 days"
    assert "There is no version before" not in text
    assert said in text
    assert text.index(said) < text.index("Side by side")
    assert text.index(said) < text.index("Precision at k")


def test_registered_versions_of_two_horizons_are_warned_of_first(runs: Runs, tmp_path: Path) -> None:
    """In the terminal and on the page, before any figure; the horizons stand among the choices."""
    code, out = _run("compare", "--runs", "1", "2", "--store", str(runs.folder / "run"), "--out", str(tmp_path / "a b"))
    assert code == 0
    said = "version 1 predicts 182 days ahead and version 2 365 days"
    assert out.startswith(said)
    page = (tmp_path / "a b" / "runs.html").read_text(encoding="utf-8")
    assert page.index(said) < page.index("<table")
    assert "days ahead" in page


def _nobody(extract: Path, how: str) -> None:
    if how == "all are children":
        _changed(extract, "people", lambda frame: frame.assign(birth_date="2020-01-01", deceased_on=""))
    elif how == "all are dead":
        _changed(extract, "people", lambda frame: frame.assign(birth_date="", deceased_on="2000-01-01"))
    elif how == "no suspect":
        _changed(extract, "involvements", lambda frame: frame[frame["role"] == "victim"].assign(counterpart_id=""))
    else:
        _changed(extract, "incidents", lambda frame: frame.assign(domestic="false"))


@pytest.mark.parametrize("how", ["all are children", "all are dead", "no suspect", "no domestic incident"])
def test_nobody_eligible_is_one_clear_error(how: str, runs: Runs, tmp_path: Path) -> None:
    """To train, and to compare two versions' lists; nothing is written."""
    make_force(tmp_path / "extract", incidents=400, years=4, seed=3)
    _nobody(tmp_path / "extract", how)
    code, out = _run(
        "train", "--extract", str(tmp_path / "extract"), "--out", str(tmp_path / "run"), "--recipe",
        str(runs.folder / "recipe.yaml"),
    )  # fmt: skip
    assert code == 8
    assert "There must be somebody to learn from" in out
    assert not (tmp_path / "run" / "bundle").exists()
    version = as_version("version 1", load_bundle(runs.folder / "run" / "bundle"))
    extract = read_extract(tmp_path / "extract")
    with pytest.raises(Exception, match="holds nobody whom the policy would take"):
        compare_runs(version, version, tmp_path / "out", extract=extract)
    assert not (tmp_path / "out").exists()
    shutil.rmtree(tmp_path / "extract")
