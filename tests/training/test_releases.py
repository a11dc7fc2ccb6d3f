"""The registry keeps each version's own papers, and what it gives back is what was registered."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.tracking import MlflowClient

from matac_ml.approval.acting import withdraw
from matac_ml.approval.choices import choices_template, read_choices
from matac_ml.approval.standing import Approval, approvals_in
from matac_ml.bundle import load_bundle
from matac_ml.casework import Ledger, NewEntry
from matac_ml.cli import main
from matac_ml.clock import set_clock
from matac_ml.errors import BundleError, GateError, UsageError
from matac_ml.gates import GATES, Waiver
from matac_ml.release import seal_papers
from tests.approval.decided import BOARD, approve_release
from tests.bundle.made_up import TEXTS, all_passed, linear_model, make_release, rewrite
from tests.training.kept import release_of
from training.flavour import _load_pyfunc
from training.registry import Registered, bundle_of, mirror_approvals, promote_version, registered_versions
from training.releasing import approval_of, release_in
from training.store import store_of
from training.track import tracked

NO_LEAK = Waiver("no_leak", "The force is made up.")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a run whose release is on disk and registered as version 1."""
    folder = tmp_path / "run"
    make_release(folder)
    register(folder)
    return folder


@cache
def _blank_store() -> bytes:
    """A registry that holds nothing: MLflow takes a second for every new one, and one is enough for this file."""
    with tempfile.TemporaryDirectory() as folder:
        MlflowClient(store_of(Path(folder))).search_experiments()
        with closing(sqlite3.connect(Path(folder) / "mlflow.db")) as con:
            return con.serialize()


def register(folder: Path) -> Registered:
    """Register the release in a folder, as a run does."""
    if not (folder / "mlflow.db").exists():
        (folder / "mlflow.db").write_bytes(_blank_store())
    with tracked(store_of(folder), name="made-up", artifacts=folder / "mlruns") as run:
        return run.register(release_in(folder), tags={"data_hash": "d" * 64})


def ledger_of(folder: Path) -> str:
    """Address of the ledger beside a run."""
    return f"sqlite:///{folder.parent / 'ledger.db'}"


def promote(folder: Path) -> Registered:
    """Have the release in a folder approved, and promote it."""
    run, ledger = release_in(folder), ledger_of(folder)
    approve_release(folder / "bundle", ledger)
    return promote_version(store_of(folder), run, approval_of(run, ledger))


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
    one, two = registered_versions(str(out))
    assert (one.hashes["bundle"], two.hashes["papers"]) == (first.hashes.bundle, second.hashes.papers)
    assert (two.made_from["recipe"], two.made_from["data_hash"]) == ("made-up", "d" * 64)
    MlflowClient(store_of(out)).delete_model_version("matac-ml", "1")
    assert [bool(version.hashes) for version in registered_versions(str(out))] == [False, True]


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


def test_promotion_takes_who_approved_and_until_when_from_the_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused while nobody has approved the release; then the tags say who asked, who decided, and what was waived."""
    out = tmp_path / "run"
    make_release(out, gates=all_passed(but=["no_leak"]), waivers=[NO_LEAK])
    register(out)
    Ledger.open(ledger_of(out)).close()
    told = ["promote", "--run", str(out), "--ledger", ledger_of(out)]
    with pytest.raises(SystemExit) as refused:
        main(told)
    assert refused.value.code == GateError.exit_code
    assert "the ledger holds no approval of the release on disk" in capsys.readouterr().err
    approve_release(out / "bundle", ledger_of(out), until=date(2027, 3, 1))
    with pytest.raises(SystemExit) as done:
        main(told)
    assert done.value.code == 0
    assert "with waivers: No leak (The force is made up.)." in capsys.readouterr().out
    tags = tags_of(out, "1")
    assert json.loads(tags["waivers"]) == {"no_leak": "The force is made up."}
    assert (tags["requested_by"], tags["approver"]) == ("A. Analyst", "The board")
    assert tags["approved_until"] == "2027-03-01"
    assert alias_of(out) == "1"


def alias_of(folder: Path) -> str:
    """The version that has the alias ``champion``; empty when none has."""
    with closing(sqlite3.connect(folder / "mlflow.db")) as con:
        rows = con.execute("SELECT version FROM registered_model_aliases WHERE alias = 'champion'").fetchall()
    return str(rows[0][0]) if rows else ""


def forged(folder: Path) -> Collection[Approval]:
    """What the ledger holds once somebody has written an approval into it by hand, which waives nothing."""
    hashes = release_in(folder).hashes
    payload = {**asdict(hashes), "waivers": [], "requested_by": "A. Analyst", "until": "2027-03-01"}
    with Ledger.open(ledger_of(folder)) as book:
        book.append(NewEntry("model_approved", "The board", "", "Minute 7.", "", hashes.release, payload))
        return approvals_in(book.entries())


@pytest.mark.parametrize("gate", GATES)
def test_each_gate_alone_keeps_a_release_from_being_promoted(tmp_path: Path, gate: str) -> None:
    """Also where the ledger holds an approval of it: one that does not waive the gate does not count."""
    out = tmp_path / "run"
    make_release(out, gates=all_passed(but=[gate]))
    forged(out)
    with pytest.raises(GateError, match="Only an approved release") as refused:
        approval_of(release_in(out), ledger_of(out))
    assert gate in refused.value.faults[0]


def test_a_gate_that_does_not_hold_keeps_a_version_from_the_alias(tmp_path: Path) -> None:
    """What is written to MLflow is held against the version's own gates."""
    out = tmp_path / "run"
    make_release(out, gates=all_passed(but=["no_leak"]))
    register(out)
    said = list(mirror_approvals(str(out), forged(out), champion=release_in(out).release.hash))
    assert said[-1].startswith("No registered version")
    assert (alias_of(out), "approver" in tags_of(out, "1")) == ("", False)


def test_the_registry_follows_the_ledger(out: Path) -> None:
    """Alias and tags are given with an approval, and taken with its end: withdrawn, or a day passes."""
    ledger, store = ledger_of(out), str(out)
    release = approve_release(out / "bundle", ledger, until=date(2027, 3, 1))

    def mirrored(champion: str = "") -> list[str]:
        with Ledger.open(ledger) as book:
            return list(mirror_approvals(store, approvals_in(book.entries()), champion=champion))

    assert mirrored(release)[-1] == "Version 1 of matac-ml is the champion."
    assert (alias_of(out), mirrored()) == ("1", [mirrored()[0]])
    with set_clock(datetime(2027, 3, 2, tzinfo=UTC)):
        assert "not the champion any more" in mirrored()[-1]
        assert tags_of(out, "1")["approval"].startswith("Not approved. Approved until 1 March 2027")
    assert alias_of(out) == ""
    mirrored(release)
    assert alias_of(out) == "1"
    with Ledger.open(ledger) as book:
        withdraw(book, release, who=BOARD)
    mirrored()
    assert alias_of(out) == ""
    assert tags_of(out, "1")["approval"].startswith("Not approved. It was withdrawn")


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


def test_the_list_of_choices_of_a_run_is_filled_in_by_people(small_run: Path, tmp_path: Path) -> None:
    """What the run knows stands there; nobody's name is made up, and unfilled it is refused."""
    facts = load_bundle(small_run / "one" / "bundle").facts
    assert facts is not None
    file = tmp_path / "choices.yaml"
    file.write_text(choices_template(facts))
    assert facts.outcome_text in file.read_text()
    with pytest.raises(GateError, match="choices"):
        read_choices(file)
