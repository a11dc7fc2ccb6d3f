"""kill -9 of a real retrain at twenty places: all that is kept is consistent, and the rerun ends the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from matac_ml.casework import Ledger
from matac_ml.inventory import RECORDED
from matac_ml.manifest import sha256
from matac_ml.release import GATES_FILE, PAPERS
from matac_ml.synthetic import make_force
from tests.proving import only_in_prove
from training.folder import BUNDLE
from training.registry import bundle_of, registered_versions
from training.releasing import release_in
from training.store import store_of

PLACES = 20
RECIPE = """
name: killed
outcome: new_record_182d
as_of: {first: 2022-04-01, every_days: 91, test: 2, calibrate: 2}
contenders: [elastic_net]
serve: elastic_net
resamples: 20
permutations: 20
fit_rows: 1500
linear_rows: 1000
ablation: false
stress: false
"""


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records and a quick recipe."""
    folder = tmp_path_factory.mktemp("force")
    make_force(folder / "extract", incidents=2500, years=4, seed=7)
    (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
    return folder


def run(force: Path, home: Path, place: int | None = None) -> tuple[int, str, int]:
    """Exit code, release and number of events of one command."""
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.training.killed", str(force / "extract"), str(force / "recipe.yaml")]
    done = subprocess.run([*command, str(home), str(place or "")], capture_output=True, text=True, check=False)
    if done.returncode:
        return done.returncode, "", 0
    events, release = done.stdout.split()[-2:]
    return 0, release, int(events)


@pytest.fixture(scope="module")
def undisturbed(force: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """Its home, release and number of events."""
    home = tmp_path_factory.mktemp("undisturbed")
    code, release, events = run(force, home)
    assert code == 0
    assert events > PLACES
    return home, release, events


def files(home: Path) -> dict[str, bytes]:
    """Bundle, papers, gates and features of the one run."""
    (out,) = (home / "runs").iterdir()
    parts = [path for part in (BUNDLE, PAPERS) for path in sorted((out / part).rglob("*")) if path.is_file()]
    held = {str(path.relative_to(out)): path.read_bytes() for path in (*parts, out / GATES_FILE)}
    return held | {path.name: path.read_bytes() for path in sorted((home / "features").glob("*"))}


@only_in_prove
@pytest.mark.parametrize("place", range(PLACES))
def test_killed_at_a_place_the_rerun_ends_as_if_nothing_had_happened(
    force: Path, undisturbed: tuple[Path, str, int], tmp_path: Path, place: int
) -> None:
    """The same release and files, one version with every hash, one record of it, and a chain that holds."""
    kept, release, events = undisturbed
    at = 1 + place * (events - 1) // (PLACES - 1)
    assert run(force, tmp_path / "home", at)[0] == -9
    with Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.db'}") as book:
        book.verify()
    index = tmp_path / "home" / "features" / "index.json"
    if index.exists():
        for day, held in json.loads(index.read_text())["dates"].items():
            assert sha256((index.parent / f"{day}.parquet").read_bytes()) == held["sha256"]
    assert run(force, tmp_path / "home")[:2] == (0, release)
    assert files(tmp_path / "home") == files(kept)
    (version,) = registered_versions(str(tmp_path / "home"))
    (out,) = (tmp_path / "home" / "runs").iterdir()
    assert version.hashes["bundle"] == release_in(out).hashes.bundle
    assert (
        sha256((bundle_of(store_of(tmp_path / "home"), "1") / "manifest.json").read_bytes()) == version.hashes["bundle"]
    )
    with Ledger.open(f"sqlite:///{tmp_path / 'home' / 'ledger.db'}") as book:
        book.verify()
        assert [entry.kind for entry in book.entries()] == [RECORDED]
