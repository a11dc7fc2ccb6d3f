"""Rows of a database by its address: a real PostgreSQL, in one transaction, and nothing said of the address."""

from pathlib import Path

import psycopg
import pytest

from matac_ml.records.importing import databaserows
from tests.records.importing.sources import MAPPING, imported, refusal

_DATABASE = MAPPING.replace('{file: crimes.csv, delimiter: ";"}', "{database: FORCE_DB, table: export.crimes}")


@pytest.fixture
def records(postgresql: str) -> str:
    """A database with a table of crimes; its dates are dates, and one column is of numbers."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS export CASCADE")
        connection.execute("CREATE SCHEMA export")
        connection.execute(
            'CREATE TABLE export.crimes ("Ref" text, "Type" text, "Happened" text, "Reported" timestamp)'
        )
        rows = [("C1", "CRIME", "01/02/2024", "2024-02-02 10:00"), ("C2", "NON", "03/02/2024", "2024-02-04 23:59")]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO export.crimes VALUES (%s, %s, %s, %s)", rows)
    return postgresql.replace("postgresql://", "postgresql+psycopg://", 1)


def _mapping(said: str = _DATABASE) -> str:
    return said.replace("{column: Reported, date: DD/MM/YYYY}", "{column: Reported, date: ISO}")


def test_a_database_is_a_source_like_any_other(records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table, or a query, in which a percent sign and a colon stand for themselves."""
    monkeypatch.setenv("FORCE_DB", records)
    monkeypatch.setattr(databaserows, "ROWS_AT_ONCE", 1)
    account = imported(tmp_path, mapping=_mapping())
    assert (account.shares[0].rows, account.shares[0].used) == (2, 2)
    query = """{database: FORCE_DB, query: "SELECT * FROM export.crimes WHERE \\"Ref\\" LIKE 'C%' AND 'a:b' = 'a:b'"}"""
    (tmp_path / "query").mkdir()
    again = imported(tmp_path / "query", mapping=_mapping(_DATABASE.replace(
        "{database: FORCE_DB, table: export.crimes}", query)))  # fmt: skip
    assert again.tables == account.tables


def test_nothing_can_be_written_by_a_query(records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction may read and no more."""
    monkeypatch.setenv("FORCE_DB", records)
    query = '{database: FORCE_DB, query: "DELETE FROM export.crimes RETURNING *"}'
    said = refusal(tmp_path, mapping=_mapping(_DATABASE.replace("{database: FORCE_DB, table: export.crimes}", query)))
    assert "there must be a database with this table or query" in said
    with psycopg.connect(records.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM export.crimes").fetchone() == (2,)


def test_an_address_is_never_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold a password; a missing one is named by its variable."""
    monkeypatch.delenv("FORCE_DB", raising=False)
    assert "the environment variable FORCE_DB must hold the database's address" in refusal(tmp_path, mapping=_mapping())
    for path in tmp_path.iterdir():
        assert path.name in ("mapping.yaml", "source")
    monkeypatch.setenv("FORCE_DB", "postgresql+psycopg://someone:s3cret@127.0.0.1:1/nowhere")
    said = refusal(tmp_path, mapping=_mapping())
    assert "s3cret" not in said
    assert "there must be a database" in said
