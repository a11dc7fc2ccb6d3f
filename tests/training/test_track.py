"""A registry is looked into where there is one, and never made by looking."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from matac_ml.approval.standing import Approval
from matac_ml.errors import UsageError
from tests.bundle.made_up import make_release
from tests.training.kept import release_of
from training.registry import bundle_of, promote_version
from training.releasing import RunRelease, release_in
from training.store import store_of


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunRelease:
    """A release that no registry holds."""
    return release_in(make_release(tmp_path_factory.mktemp("run")).parent)


@pytest.mark.parametrize(
    "ask",
    [
        lambda store, run: bundle_of(store, "1"),
        lambda store, run: release_of(store, "1"),
        lambda store, run: promote_version(store, run, Approval(run.hashes.bundle)),
    ],
    ids=["compare", "papers", "promote"],
)
@pytest.mark.parametrize("what", ["nothing", "another file", "another database"])
def test_no_registry_is_made_by_looking_for_one(
    what: str, ask: Callable[[str, RunRelease], object], run: RunRelease, tmp_path: Path
) -> None:
    """An empty folder stays empty, a file that is no registry stays as it is, and the message says what to name."""
    path = tmp_path / "mlflow.db"
    if what == "another file":
        path.write_text("notes")
    elif what == "another database":
        with closing(sqlite3.connect(path)) as con:
            con.execute("CREATE TABLE cases (id TEXT)")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(UsageError, match=r"must be the registry of a run.*train --out FOLDER"):
        ask(store_of(tmp_path, f"sqlite:///{path}"), run)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
