"""A database stands in the file that was named, whatever its folder is called."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from matac_ml.casework import Ledger
from matac_ml.database import address_of, sqlite_url

NAMES = (
    "plain", "Run March", "Run%20March", "o q?a=b", "h#x", "a&b", "Größe 名", "it's", 'say "hi"', "-x", "100%", "%2F",
    "a;b", "a+b", "user:pw@host", "[1]", "?mode=ro", "back\\slash", "*", " blank ", "{x}", "$HOME", "~", "new\nline",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_address_of_a_path_opens_that_path(name: str, tmp_path: Path) -> None:
    """What a library makes of our address is the very file, and nothing is made beside it."""
    folder = tmp_path / name
    folder.mkdir()
    engine = sa.create_engine(sqlite_url(folder / "x.db"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE found (one INTEGER)")
    engine.dispose()
    assert [one.name for one in tmp_path.rglob("*")] == [name, "x.db"]
    with closing(sqlite3.connect(folder / "x.db")) as con:
        assert con.execute("SELECT count(*) FROM found").fetchone() == (0,)


@pytest.mark.parametrize("name", NAMES)
def test_a_ledger_stands_where_its_address_says(name: str, tmp_path: Path) -> None:
    """After sqlite:/// comes the path as it is: nothing is decoded, and nothing is cut off at a mark."""
    folder = tmp_path / name
    folder.mkdir()
    Ledger.open(f"sqlite:///{folder / 'ledger.db'}").close()
    assert (folder / "ledger.db").is_file()
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_relative_address_starts_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file and of a run."""
    monkeypatch.chdir(tmp_path)
    assert address_of("sqlite:///a b/x.db").database == "a b/x.db"
    assert address_of(sqlite_url(Path("a")).removeprefix("")).database == str(tmp_path / "a")


@settings(max_examples=200)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_every_path_comes_back_from_its_address(name: str) -> None:
    """Quoting and reading are each other's inverse, for any text."""
    path = Path("/") / name
    assert sa.make_url(sqlite_url(path)).database == str(path)
