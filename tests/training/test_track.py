"""A registry is looked into where there is one, and never made by looking."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from matac_ml.errors import UsageError
from training.track import bundle_of, promote_version, store_of


@pytest.mark.parametrize(
    "ask",
    [lambda store: bundle_of(store, "1"), lambda store: promote_version(store, bundle_hash="0" * 64, tags={})],
    ids=["compare", "promote"],
)
@pytest.mark.parametrize("what", ["nothing", "another file", "another database"])
def test_no_registry_is_made_by_looking_for_one(what: str, ask: Callable[[str], object], tmp_path: Path) -> None:
    """An empty folder stays empty, a file that is no registry stays as it is, and the message says what to name."""
    path = tmp_path / "mlflow.db"
    if what == "another file":
        path.write_text("notes")
    elif what == "another database":
        with closing(sqlite3.connect(path)) as con:
            con.execute("CREATE TABLE cases (id TEXT)")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(UsageError, match=r"must be the registry of a run.*train --out FOLDER"):
        ask(store_of(tmp_path, f"sqlite:///{path}"))
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
