"""The two tables of the ledger, in SQLite or PostgreSQL through one text: how they are opened, locked, written."""

import os
import sqlite3
import time
from pathlib import Path
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

#: One number for the lock under which entries are added, the same in every process.
_LOCK = 7_240_117
#: What every file of SQLite begins with.
_SQLITE = b"SQLite format 3\0"
#: SQLite: how long an entry waits for other processes' turns, and how often it asks.
_WAIT_SECONDS, _ASK_SECONDS = 10, 0.0005


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite ledger; None for PostgreSQL.

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
    if address is not None and kind == "postgresql":
        return None
    name = address.database or "" if address is not None and kind == "sqlite" else ""
    if not name.strip() or name == ":memory:" or "\0" in name:
        raise LedgerError("The ledger's address must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.")
    return Path(name)


def make_engine(url: str, *, read_only: bool = False) -> Engine:
    """Return an engine for a ledger's address; it makes no file.

    Parameters
    ----------
    read_only : bool, default False
        SQLite: the file's way of writing is left as it is. PostgreSQL: every transaction only reads.

    Raises
    ------
    LedgerError
        The address is neither SQLite nor PostgreSQL.
    """
    # hide_parameters: an error of the database would otherwise repeat who an entry is about, and why.
    file = file_of(url)
    if file is None:
        options = "-c statement_timeout=20000" + (" -c default_transaction_read_only=on" if read_only else "")
        connect = {"connect_timeout": 5, "application_name": "matac-ml", "options": options}
        address = address_of(url).set(drivername="postgresql+psycopg")
        return sa.create_engine(address, pool_pre_ping=True, pool_size=2, connect_args=connect, hide_parameters=True)
    # mode=rw never makes a file, and rolls back what a killed process left half-written.
    where = f"{file.absolute().as_uri()}?mode=rw"

    def connect_to() -> sqlite3.Connection:
        return sqlite3.connect(where, uri=True, timeout=_WAIT_SECONDS, check_same_thread=False)

    engine = sa.create_engine("sqlite://", creator=connect_to, poolclass=sa.QueuePool, hide_parameters=True)
    event.listen(engine, "connect", _set_up_to_read if read_only else _set_up_to_write)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_file(file: Path) -> None:
    """Make an empty file that its owner alone can read, if there is none.

    SQLite gives its journal the same mode, so neither is readable by others at any moment, whatever the umask.

    Raises
    ------
    LedgerError
        It could not be made.
    """
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise LedgerError(f"The ledger {file} could not be made: {error.strerror}. Check its folder.") from error


def make_private(file: Path) -> None:
    """Take from everybody else the right to read a ledger that was made by something else, and the files beside it.

    Raises
    ------
    LedgerError
        The file is no database: a mistyped address must not change the rights of another program's file.
    """
    if file.stat().st_mode & 0o077:
        # A private file is not looked into: closing it would let go of SQLite's locks in this process.
        with file.open("rb") as held:
            head = held.read(len(_SQLITE))
        if head not in (b"", _SQLITE):
            raise LedgerError(f"{file} is not a ledger. Check the address; nothing was changed.")
    for path in (file, *(file.with_name(file.name + end) for end in ("-journal", "-wal", "-shm"))):
        if path.exists() and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _set_up_to_read(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver


def _set_up_to_write(connection: Any, _: Any) -> None:
    _set_up_to_read(connection, _)
    for pragma in ("synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _keep_no_log(connection, "persist")


def _keep_no_log(connection: sqlite3.Connection, journal: str) -> None:
    """Write entries into the file itself, so that no second file holds what was acknowledged.

    A write-ahead log (used by earlier versions) holds entries until they are moved: whoever removes the log removes
    them, and an erased text stands there while another program reads. A journal holds what stood in the file before an
    entry that was never finished. It is kept between entries (``persist``), because making it costs most, and is
    emptied with an erasure (``truncate``), because it holds what was erased.
    """
    try:
        (mode,) = connection.execute(f"PRAGMA journal_mode={journal}").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        mode = "wal"
    if mode != journal:
        raise LedgerError(
            "The ledger is open in another program that keeps a write-ahead log. Stop that program, and start again."
        )


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    journal = "truncate" if options.get("erases", False) else "persist"
    own = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    _keep_no_log(own, journal)
    # SQLite waits for its turn by sleeping longer and longer, to a tenth of a second, while other processes' turns take
    # milliseconds: it is asked without waiting, and often.
    own.execute("PRAGMA busy_timeout=0")
    try:
        _take_turn(own)
        # That somebody switched a log on is seen only now that the file has been read.
        if own.execute("PRAGMA journal_mode").fetchone() == ("wal",):
            own.execute("ROLLBACK")
            _keep_no_log(own, journal)
            _take_turn(own)
    finally:
        own.execute(f"PRAGMA busy_timeout={round(_WAIT_SECONDS * 1000)}")


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


def tables_of(connection: Connection) -> frozenset[str]:
    """Return which of the two tables there are."""
    return frozenset(_METADATA.tables) & frozenset(sa.inspect(connection).get_table_names())


def create_tables(connection: Connection) -> None:
    """Make both tables."""
    _METADATA.create_all(connection, checkfirst=False)


def lock(connection: Connection) -> None:
    """Let one process at a time add entries; SQLite's writing transactions do so by themselves."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
