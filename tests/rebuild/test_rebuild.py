"""A past list, score, day and paper are made again byte for byte, or what is missing is named."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from matac_ml.bundle import load_bundle
from matac_ml.casework import Ledger
from matac_ml.casework.drawn import write_list
from matac_ml.cli.score import scoring_context
from matac_ml.errors import UsageError
from matac_ml.explain.ranking import rank_everybody
from matac_ml.lists import draw_up
from matac_ml.manifest import sha256, to_json
from matac_ml.rebuild import MissingPartsError, RebuiltOtherwiseError, remake_day, remake_list, remake_score
from matac_ml.records import read_extract
from matac_ml.refresh import refresh
from matac_ml.release import seal_papers
from serving.deployment.runtime import Runtime
from serving.endpoints.score import ScoreRequest, score
from serving.settings import ServiceSettings
from tests.cli.test_commands import ended
from tests.explain.made_up import make_bundle, make_extract


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records, bundle, a refreshed day, and a ledger with a list and a score of the service."""
    home = tmp_path_factory.mktemp("past")
    make_bundle(make_extract(home / "store" / "2025" / "extract"), home / "store" / "run" / "bundle")
    records = read_extract(home / "store" / "2025" / "extract")
    context = scoring_context(records, home / "store" / "run" / "bundle", "default", None)
    refresh(records, context, home / "days")
    url = f"sqlite:///{home / 'ledger.db'}"
    with Ledger.open(url) as book:
        basis, lines = draw_up(records, context, rank_everybody(records, context), order="model")
        write_list(book, basis, lines, actor="an.analyst", reason="For the meeting of June.")
    settings = ServiceSettings(
        extract=home / "store" / "2025" / "extract",
        bundle=home / "store" / "run" / "bundle",
        policy="default",
        ledger=url,
        keys_file=None,
        oidc=None,
        matrix_only_file=home / "matrix-only",
    )
    runtime = Runtime(settings)
    runtime.start()
    people = [{"person_id": line.person_id} for line in lines[:2]]
    told = {"user": "an analyst", "purpose": "matac_nomination", "justification": "The November meeting."}
    given = asyncio.run(score(runtime, ScoreRequest.model_validate({**told, "nominations": people})))
    runtime.stop()
    (home / "nominations").write_text("\n".join(named.nomination_id for named in given.scores))
    return home


def nominations(past: Path) -> list[str]:
    """The ids of the two scores."""
    return (past / "nominations").read_text().split()


def day_of(past: Path) -> Path:
    """The folder of the day."""
    return next(folder for folder in (past / "days").iterdir() if folder.name != "features")


def test_everything_is_the_same_again(past: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the command, from a folder that holds the parts somewhere below it."""
    there = ("--ledger", f"sqlite:///{past / 'ledger.db'}", "--in", str(past / "store"))
    assert ended("rebuild", "list", "1", *there) == 0
    assert "List 1 is the same, byte for byte" in capsys.readouterr().out
    for nomination in nominations(past):
        assert ended("rebuild", "score", nomination, *there) == 0
        assert "is the same, byte for byte: as of" in capsys.readouterr().out
    assert ended("rebuild", "day", str(day_of(past)), "--in", str(past / "store")) == 0
    assert "explained.jsonl, lists.jsonl, scores.parquet" in capsys.readouterr().out


@pytest.mark.parametrize("lost", ["extract", "bundle"])
def test_what_is_missing_is_named_by_its_hash(past: Path, tmp_path: Path, lost: str) -> None:
    """Other records and another bundle are no substitute: the hash decides."""
    shutil.copytree(past / "store", tmp_path / "store")
    if lost == "extract":
        part, words = tmp_path / "store" / "2025" / "extract" / "incidents.csv", "records with the hash"
        part.write_text(part.read_text().rpartition("\n")[0].rpartition("\n")[0] + "\n")
    else:
        part, words = tmp_path / "store" / "run" / "bundle" / "manifest.json", "a bundle with the hash"
        part.write_text(part.read_text() + " ")
    with Ledger.open(f"sqlite:///{past / 'ledger.db'}", read_only=True, create_missing=False) as book:
        with pytest.raises(MissingPartsError) as caught:
            remake_list(book, 1, [tmp_path])
        assert any(fault.startswith(words) for fault in caught.value.faults)
        with pytest.raises(MissingPartsError) as caught:
            remake_score(book, nominations(past)[0], [tmp_path])
        assert any(fault.startswith(words) for fault in caught.value.faults)
    with pytest.raises(MissingPartsError):
        remake_day(day_of(past), [tmp_path])


def test_another_version_of_the_program_is_named(past: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger says which one made it."""
    monkeypatch.setattr("matac_ml.rebuild.materials.__version__", "9.9.9")
    with (
        Ledger.open(f"sqlite:///{past / 'ledger.db'}", read_only=True, create_missing=False) as book,
        pytest.raises(MissingPartsError) as caught,
    ):
        remake_list(book, 1, [past / "store"])
    assert caught.value.faults == ("matac-ml 0.1.0 (this is 9.9.9)",)


def test_what_was_altered_is_found(past: Path, tmp_path: Path) -> None:
    """A file of the day that was written over, with its hash in the manifest or without; an id that nobody gave."""
    folder = shutil.copytree(day_of(past), tmp_path / "day")
    lists = folder / "lists.jsonl"
    lists.write_text(lists.read_text().replace('"rank":1,', '"rank":2,', 1))
    with pytest.raises(RebuiltOtherwiseError) as caught:
        remake_day(folder, [past / "store"])
    assert caught.value.faults == ("lists.jsonl",)
    told = json.loads((folder / "refresh.json").read_text())
    told["files"]["lists.jsonl"] = sha256(lists.read_bytes())
    (folder / "refresh.json").write_bytes(to_json(told))
    with pytest.raises(RebuiltOtherwiseError):
        remake_day(folder, [past / "store"])
    with pytest.raises(UsageError, match="must be the folder of a day"):
        remake_day(past, [past / "store"])
    with (
        Ledger.open(f"sqlite:///{past / 'ledger.db'}", read_only=True, create_missing=False) as book,
        pytest.raises(UsageError, match="holds no explanation"),
    ):
        remake_score(book, "N-" + "0" * 32, [past])


def test_papers_are_written_again(small_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the facts in the bundle; one that was written over, with the manifest too, is found."""
    assert ended("rebuild", "papers", str(small_run / "one")) == 0
    assert "The papers are the same, byte for byte" in capsys.readouterr().out
    run = shutil.copytree(small_run / "one", tmp_path / "one")
    papers = sorted(path for path in (run / "papers").iterdir() if path.name != "manifest.json")
    card = next(path for path in papers if path.suffix == ".md")
    card.write_text(card.read_text() + "Everybody is safe.\n")
    seal_papers(run / "papers", papers, bundle=load_bundle(run / "bundle").hash)
    assert ended("rebuild", "papers", str(run)) != 0
    assert card.name in capsys.readouterr().err
