"""Retraining goes on where it was killed, does nothing twice, and ends with the release of an undisturbed run."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matac_ml.approval.standing import REQUESTED, open_requests
from matac_ml.casework import Ledger
from matac_ml.errors import GateError
from matac_ml.facts import RunFacts
from matac_ml.gates import Waiver
from matac_ml.inventory import RECORDED
from matac_ml.release import seal_papers
from tests.approval.decided import ANALYST, CHOICES
from training import registry, retrain
from training.registry import give_alias, registered_before, registered_versions
from training.releasing import release_in
from training.retrain import Fit, Request, Retrained
from training.store import store_of
from training.track import tracked


class KilledError(BaseException):
    """What stands for kill -9: nothing catches it."""


@pytest.fixture(scope="module")
def kept(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose papers ask for every waiver that its gates need."""
    out = tmp_path_factory.mktemp("kept") / "one"
    for name in ("bundle", "papers"):
        shutil.copytree(small_run / "one" / name, out / name)
    shutil.copy(small_run / "one" / "gates.json", out / "gates.json")
    made = release_in(out)
    waivers = [Waiver(gate.name, "The force is made up.") for gate in made.release.gates if not gate.passed]
    papers = out / "papers"
    seal_papers(papers, [papers / name for name in made.release.papers], bundle=made.hashes.bundle, waivers=waivers)
    return out


@pytest.fixture(scope="module")
def store(small_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's file with a champion in it: made once, because that takes most of the time."""
    home = tmp_path_factory.mktemp("store")
    with tracked(store_of(home), name="small", artifacts=home / "mlruns") as run:
        run.register(release_in(small_run / "one"), tags={"data_hash": "d" * 64})
    give_alias(store_of(home), "champion", "1")
    return home / "mlflow.db"


def fitting(kept: Path) -> Fit:
    """A fit that takes no time: it registers as a run does, and then puts the run in its place."""

    def fit(extract: Path, out: Path, home: Path, previous: RunFacts | None) -> None:
        made = release_in(kept)
        if registered_before(store_of(home), made) is None:
            with tracked(store_of(home), name="small", artifacts=home / "mlruns") as run:
                run.tags({"release_hash": made.hashes.release, "data_hash": "d" * 64})
                run.register(made, tags={"data_hash": "d" * 64})
        for name in ("papers", "gates.json", "bundle"):
            there = kept / name
            (shutil.copytree if there.is_dir() else shutil.copy)(there, out / name)

    return fit


@pytest.fixture
def again(small_run: Path, kept: Path, store: Path, tmp_path: Path) -> Callable[[], Retrained]:
    """The command, as it is given again and again."""
    (tmp_path / "home").mkdir()
    shutil.copy(store, tmp_path / "home" / "mlflow.db")
    request = Request(f"sqlite:///{tmp_path / 'ledger.db'}", ANALYST, CHOICES)

    def run() -> Retrained:
        return retrain.retrain(
            small_run / "extract",
            tmp_path / "home",
            recipe_file=small_run / "recipe.yaml",
            request=request,
            fit=fitting(kept),
        )

    return run


def state(folder: Path) -> tuple[object, ...]:
    """What registry and ledger hold: kinds of entries, which versions have hashes, and how many requests are open."""
    with Ledger.open(f"sqlite:///{folder / 'ledger.db'}") as book:
        book.verify()
        entries = list(book.entries())
    kinds = sorted(entry.kind for entry in entries)
    versions = [bool(version.hashes) for version in registered_versions(str(folder / "home"))]
    return kinds, versions, len(open_requests(entries))


#: Two versions, both recorded, and one request.
DONE = ([REQUESTED, RECORDED, RECORDED], [True, True], 1)
#: Where the program is killed: a step of it, before and after it is done.
PLACES = (
    ("retrain", "load_recipe"),
    ("registry", "keep_release"),
    ("retrain", "release_in"),
    ("retrain", "give_alias"),
    ("retrain", "compare_runs"),
    ("retrain", "record_versions"),
    ("retrain", "ask"),
    ("retrain", "write_text"),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("module", "name"), PLACES, ids=[name for _, name in PLACES])
def test_killed_anywhere_it_ends_as_if_nothing_had_happened(
    again: Callable[[], Retrained],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    *,
    after: bool,
) -> None:
    """One more version, each recorded once, one request, and the release of the fit."""
    monkeypatch.setattr(retrain, "compare_runs", lambda *_, **__: ("Compared.",))  # its own test is below
    place = {"retrain": retrain, "registry": registry}[module]
    real, calls = getattr(place, name), iter(range(99))

    def killed(*given: object, **named: object) -> object:
        if next(calls):
            return real(*given, **named)
        if after:
            real(*given, **named)
        raise KilledError

    monkeypatch.setattr(place, name, killed)
    if module == "registry":
        monkeypatch.setattr("training.track.keep_release", killed)
    with pytest.raises(KilledError):
        again()
    done = again()
    assert state(tmp_path) == DONE
    assert done.release == release_in(done.out).release.hash
    assert (done.champion, done.version, done.asked, done.lines) == ("1", "2", True, ("Compared.",))


def test_undisturbed_it_compares_with_the_champion_and_does_nothing_twice(
    again: Callable[[], Retrained], tmp_path: Path
) -> None:
    """The first call does every step and writes the report of changes; the second does none, and says the same."""
    first = again()
    assert first.done == ("champion", "fitted", "registered", "compared", "recorded", "asked")
    assert "Both versions are the same bundle, byte for byte." in first.lines
    assert (first.out / "changes" / "runs.html").is_file()
    held = {path: path.read_bytes() for path in first.out.rglob("*") if path.is_file()}
    second = again()
    assert second.done == ()
    assert replace(second, done=first.done) == first
    assert {path: path.read_bytes() for path in first.out.rglob("*") if path.is_file()} == held
    assert state(tmp_path) == DONE


def test_a_gate_that_stands_in_the_way_is_said_when_everything_else_is_done(
    small_run: Path, kept: Path, store: Path, tmp_path: Path
) -> None:
    """The challenger is registered and recorded; once its papers have the waivers, the next call asks."""
    (tmp_path / "home").mkdir()
    shutil.copy(store, tmp_path / "home" / "mlflow.db")
    given = {"recipe_file": small_run / "recipe.yaml", "fit": fitting(small_run / "one")}
    request = Request(f"sqlite:///{tmp_path / 'ledger.db'}", ANALYST, CHOICES)
    with pytest.raises(GateError, match="Every gate must be passed, or waived"):
        retrain.retrain(small_run / "extract", tmp_path / "home", request=request, **given)
    assert state(tmp_path) == ([RECORDED], [True], 0)
    done = retrain.retrain(small_run / "extract", tmp_path / "home", **given)
    assert (done.asked, done.version) == (False, "1")
    for name in ("manifest.json", *release_in(kept).release.papers):
        shutil.copy(kept / "papers" / name, done.out / "papers" / name)
    waived = retrain.retrain(small_run / "extract", tmp_path / "home", request=request, **given)
    assert (waived.asked, waived.done, state(tmp_path)[2]) == (True, ("asked",), 1)
