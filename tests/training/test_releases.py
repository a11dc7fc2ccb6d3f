"""The registry keeps each version's own papers, and what it gives back is what was registered."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import mlflow
import pandas as pd
import pytest

from matac_ml.bundle import load_bundle
from matac_ml.cli import main
from matac_ml.errors import BundleError, GateError, UsageError
from matac_ml.release import seal_papers
from tests.bundle.made_up import TEXTS, all_passed, linear_model, make_release, rewrite
from tests.training.kept import release_of
from training.flavour import _load_pyfunc
from training.registry import Registered, bundle_of, promote_version
from training.releasing import decision, release_in
from training.store import store_of
from training.track import tracked

WHO = {"approver": "The board", "reason": "Minute 7 of the November board."}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a run whose release is on disk and registered as version 1."""
    folder = tmp_path / "run"
    make_release(folder)
    register(folder)
    return folder


def register(folder: Path) -> Registered:
    """Register the release in a folder, as a run does."""
    with tracked(store_of(folder), name="made-up", artifacts=folder / "mlruns") as run:
        return run.register(release_in(folder), tags={"data_hash": "d" * 64})


def promote(folder: Path, **told: str) -> Registered:
    """Promote the release in a folder."""
    run = release_in(folder)
    tags = decision(run.release, **{**WHO, **told}, waive=[], because=[])
    return promote_version(store_of(folder), run, tags=tags)


def tags_of(folder: Path, version: str) -> Mapping[str, str]:
    """Tags of a version, as the registry's database holds them."""
    with closing(sqlite3.connect(folder / "mlflow.db")) as con:
        rows = con.execute("SELECT key, value FROM model_version_tags WHERE version = ?", (version,)).fetchall()
    return dict(rows)


def reword(folder: Path) -> None:
    """Write one paper anew, with a manifest that agrees."""
    papers = folder / "papers"
    (papers / "model-card.md").write_bytes(b"# A better model card\n")
    seal_papers(papers, [papers / name for name in TEXTS], bundle=load_bundle(folder / "bundle").hash)


def test_a_version_keeps_its_papers_and_gates(out: Path) -> None:
    """Registered with every hash as a tag; read back and checked, also after the folder has other papers."""
    run = release_in(out)
    assert tags_of(out, "1")["release_hash"] == run.release.hash
    reword(out)
    kept = release_of(store_of(out), "candidate")
    assert (kept.hashes, dict(kept.papers)) == (run.hashes, dict(sorted(TEXTS.items())))
    assert release_in(out).release.hash != run.release.hash


def test_each_of_two_versions_keeps_its_own(out: Path) -> None:
    """A second run into the same folder replaces the files there, and nothing of version 1."""
    first = release_in(out).release
    make_release(out, replace(linear_model(), name="second"), all_passed(but=["no_leak"]))
    assert register(out).version == "2"
    second = release_in(out).release
    assert (release_of(store_of(out), "1").hash, release_of(store_of(out), "2").hash) == (first.hash, second.hash)
    assert load_bundle(bundle_of(store_of(out), "1")).name == "made-up"
    assert load_bundle(bundle_of(store_of(out), "2")).name == "second"


def test_papers_that_were_reworded_are_kept_when_they_are_promoted(out: Path) -> None:
    """The version's release is then the promoted one, and the earlier papers are still there."""
    before = release_in(out).release.hash
    reword(out)
    assert promote(out).alias == "champion"
    kept = release_of(store_of(out), "champion")
    assert kept.papers["model-card.md"] == b"# A better model card\n"
    assert tags_of(out, "1")["release_hash"] == kept.hash != before
    assert len(list((out / "mlruns").rglob("model-card.md"))) == 2


def _slope(folder: Path) -> None:
    """A bundle that was rewritten with its manifest: another model under the same version."""

    def steeper(content: bytes) -> bytes:
        raw = json.loads(content)
        raw["calibration"]["slope"] = 0.5
        return (json.dumps(raw, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()

    rewrite(folder, "model.json", steeper)
    assert load_bundle(folder).calibration.slope == 0.5


TAMPERED: dict[str, Callable[[Path], object]] = {
    "rewritten with its manifest": _slope,
    "a byte of a file": lambda folder: (folder / "features.json").open("a").write(" "),
    "a file gone": lambda folder: (folder / "linear.json").unlink(),
    "a file more": lambda folder: (folder / "notes.txt").touch(),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_registered_bundle_that_was_changed_is_neither_loaded_nor_promoted(out: Path, what: str) -> None:
    """The files are checked against the hash in the version's tags, each time."""
    folder = bundle_of(store_of(out), "1")
    TAMPERED[what](folder)
    with pytest.raises(BundleError, match="Train and register it again"):
        bundle_of(store_of(out), "1")
    with pytest.raises(BundleError, match="Train and register it again"):
        promote(out)
    with pytest.raises(BundleError):
        _load_pyfunc(str(folder.parent))
    assert "approver" not in tags_of(out, "1")


def test_mlflow_loads_what_was_registered(out: Path) -> None:
    """Through MLflow's own call, by alias, the probabilities are the bundle's."""
    mlflow.set_tracking_uri(store_of(out))
    model = linear_model()
    rows = pd.DataFrame([[1.0, 2.0, 3.0]], columns=list(model.feature_names))
    assert mlflow.pyfunc.load_model("models:/matac-ml@candidate").predict(rows) == model.predict(rows.to_numpy())


def test_kept_papers_that_were_changed_are_not_given_back(out: Path) -> None:
    """A sentence added to a paper in the registry's own folder is found whenever the papers are read."""
    (paper,) = (out / "mlruns").rglob("model-card.md")
    paper.write_bytes(b"# A model card\nIt is perfect.\n")
    with pytest.raises(BundleError, match="one release"):
        release_of(store_of(out), "1")
    with pytest.raises(BundleError, match="one release"):
        promote(out)


def test_a_version_without_hashes_is_refused(out: Path) -> None:
    """One that an earlier version registered has no release: the step is to train again."""
    with closing(sqlite3.connect(out / "mlflow.db")) as con, con:
        con.execute("DELETE FROM model_version_tags")
    with pytest.raises(BundleError, match="Train and register it again"):
        bundle_of(store_of(out), "1")
    with pytest.raises(UsageError, match="No registered version has this bundle's hash"):
        promote(out)


def test_promotion_reads_the_gates_file_and_takes_waivers_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused while a gate does not hold; with its waiver the tags say which, why and by whom."""
    out = tmp_path / "run"
    make_release(out, gates=all_passed(but=["no_leak"]))
    register(out)
    told = ["promote", "--run", str(out), "--by", WHO["approver"], "--reason", WHO["reason"]]
    with pytest.raises(SystemExit) as refused:
        main(told)
    assert refused.value.code == GateError.exit_code
    assert "no_leak: not passed" in capsys.readouterr().err
    with pytest.raises(SystemExit) as done:
        main([*told, "--waive", "no_leak", "--because", "The force is made up."])
    assert done.value.code == 0
    assert "Approved with waivers: No leak (The force is made up.)." in capsys.readouterr().out
    tags = tags_of(out, "1")
    assert json.loads(tags["waivers"]) == {"no_leak": "The force is made up."}
    assert (tags["approver"], tags["approval"][:22]) == ("The board", "Approved with waivers:")


@pytest.mark.parametrize("told", [{"approver": "\u3164"}, {"reason": "\u200b" * 12}, {"approver": ""}])
def test_nobody_promotes_without_a_name_and_a_reason(out: Path, told: dict[str, str]) -> None:
    """Characters that cannot be seen are neither."""
    with pytest.raises(GateError, match="somebody who decides"):
        promote(out, **told)


def test_a_gates_file_that_says_more_than_the_facts_is_refused(small_run: Path, tmp_path: Path) -> None:
    """The facts in the bundle hold the gates too: a file in which a gate was set to passed does not agree."""
    out = tmp_path / "run"
    for name in ("bundle", "papers"):
        shutil.copytree(small_run / "one" / name, out / name)
    text = (small_run / "one" / "gates.json").read_text()
    (out / "gates.json").write_text(text)
    assert release_in(out).model.facts is not None
    (out / "gates.json").write_text(text.replace('"figure": ', '"figure": 1', 1))
    with pytest.raises(BundleError, match="The gates file and the facts of the run differ"):
        release_in(out)
