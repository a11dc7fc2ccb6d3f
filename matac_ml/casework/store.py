"""The two tables of the ledger, in SQLite or PostgreSQL through the same text; and what keeps the chain append-only."""

import sqlite3
import time
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from matac_ml.database import address_of
from matac_ml.errors import LedgerError

_METADATA = sa.MetaData()

CHAIN = sa.Table(
    "ledger_chain",
    _METADATA,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
)
PERSONAL = sa.Table(
    "ledger_personal",
    _METADATA,
    sa.Column("number", sa.ForeignKey(CHAIN.c.number), primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False, index=True),
    sa.Column("reference", sa.Text, nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
)

_SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS ledger_chain_no_{what.lower()} BEFORE {what} ON ledger_chain "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for what in ("UPDATE", "DELETE")
)
_POSTGRESQL_GUARDS = (
    "CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE OR REPLACE TRIGGER ledger_chain_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chain "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
)
#: Whether both tables and every trigger are there.
_STANDING = {
    "sqlite": "SELECT count(*) = 4 FROM sqlite_master WHERE name IN ('ledger_chain', 'ledger_personal', "
    "'ledger_chain_no_update', 'ledger_chain_no_delete')",
    "postgresql": "SELECT to_regclass('ledger_personal') IS NOT NULL AND EXISTS (SELECT FROM pg_trigger "
    "WHERE tgrelid = to_regclass('ledger_chain') AND tgname = 'ledger_chain_no_change')",
}
#: One number for the lock under which entries are added, the same in every process.
_LOCK = 7_240_117
#: SQLite: how long an entry waits for other processes' turns, and how often it asks.
_WAIT_SECONDS, _ASK_SECONDS = 10, 0.0005


def make_engine(url: str) -> Engine:
    """An engine for a ledger's address.

    Raises
    ------
    LedgerError
        The address is neither SQLite nor PostgreSQL. It is not repeated: it can hold a password.
    """
    try:
        address = address_of(url)
    except sa.exc.ArgumentError:
        address = None
    kind = address.get_backend_name() if address is not None else ""
    if address is None or kind not in ("sqlite", "postgresql"):
        raise LedgerError("The ledger's address must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.")
    # hide_parameters: an error of the database would otherwise repeat who an entry is about, and why.
    if kind == "postgresql":
        connect = {"connect_timeout": 5, "application_name": "matac-ml", "options": "-c statement_timeout=20000"}
        return sa.create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=2,
            connect_args=connect,
            hide_parameters=True,
        )
    connect = {"timeout": _WAIT_SECONDS, "check_same_thread": False}
    engine = sa.create_engine(address, connect_args=connect, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    # Moved from the log to the file every 16 MiB: lists write a megabyte each.
    for pragma in (
        "wal_autocheckpoint=4000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    # SQLite waits for its turn by sleeping longer and longer, to a tenth of a second, while other processes' turns take
    # milliseconds: it is asked without waiting, and often.
    own = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    own.execute("PRAGMA busy_timeout=0")
    try:
        _take_turn(own)
    finally:
        own.execute(f"PRAGMA busy_timeout={_WAIT_SECONDS * 1000}")


def _take_turn(own: sqlite3.Connection) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            own.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_ASK_SECONDS)


def create(engine: Engine) -> None:
    """Make the tables and the triggers that refuse a change of the chain.

    When they are there nothing is asked for but to read: an account that serves may neither make nor change a table.
    """
    with engine.begin() as connection:
        if connection.exec_driver_sql(_STANDING[engine.dialect.name]).scalar():
            return
    with engine.execution_options(writes=True).begin() as connection:
        lock(connection)
        _METADATA.create_all(connection)
        guards = _SQLITE_GUARDS if engine.dialect.name == "sqlite" else _POSTGRESQL_GUARDS
        for statement in guards:
            connection.exec_driver_sql(statement)


def forget(engine: Engine) -> None:
    """Empty SQLite's log of writes, in which what was erased would still stand while others have the ledger open."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            raw.close()


def lock(connection: Connection) -> None:
    """Let one process at a time add entries; SQLite's writing transactions do so by themselves."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
