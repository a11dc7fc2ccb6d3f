"""``Ledger``: entries are added and read, never changed; the personal part of an entry can be erased."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from matac_ml import clock
from matac_ml.casework.entry import Entry, NewEntry, time_text
from matac_ml.casework.guards import check_there, create, faults_of, make_guards
from matac_ml.casework.reading import PAGE, Names, Reader, about, last_erasure, naming, page
from matac_ml.casework.store import CHAIN, PERSONAL, file_of, lock, make_engine, make_file, make_private
from matac_ml.casework.verifying import Verified, verified
from matac_ml.casework.writing import CLOCK, ERASURE, GUARDS, RESERVED, Last, Spelled, add, last, spelled
from matac_ml.errors import LedgerError


class Ledger:
    """An append-only book, hash-chained, in SQLite or PostgreSQL.

    Any number of processes may add to one ledger at once. An entry is on disk when :meth:`append` returns.
    """

    def __init__(self, engine: Engine, file: Path | None, *, read_only: bool = False) -> None:
        self._engine = engine
        self._read_only = read_only
        self._file = file
        self._identity = _identity(file)
        self._seen = Last()

    @classmethod
    def open(cls, url: str, *, create_missing: bool = True, read_only: bool = False) -> "Ledger":
        """Open a ledger, and make it when it is not there.

        Parameters
        ----------
        url : str
            ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.
        create_missing : bool, default True
            Whether a ledger that is not there is made. A new SQLite file is private to its owner from its first byte.
        read_only : bool, default False
            Only read it; then nothing is made either, and nothing is changed.

        Raises
        ------
        LedgerError
            It cannot be reached or made, or there is none. The address is not repeated: it can hold a password.
        """
        file = file_of(url)
        create_missing = create_missing and not read_only
        if file is not None and create_missing:
            make_file(file)
        if file is not None and not file.is_file():
            raise LedgerError(f"There is no ledger at {file}. Check the address; nothing was made.")
        engine = make_engine(url, read_only=read_only)
        with _said("opened"):
            if file is not None and not read_only:
                make_private(file)
            if not create_missing:
                check_there(engine)
            if not read_only:
                create(engine)
            return cls(engine, file, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()

    def append(self, new: NewEntry) -> Entry:
        """Add one entry; see :meth:`append_many`."""
        return self.append_many([new])[0]

    def append_many(self, new: Sequence[NewEntry]) -> list[Entry]:
        """Add entries in one transaction: all of them, in order and without another between, or none.

        Raises
        ------
        LedgerError
            They could not be written, or one is of a kind that the ledger alone writes.
        """
        if not new:
            return []
        # Spelled and digested before anybody is kept waiting for the lock.
        ready = _permitted(new)
        with _said("written"), self._writing() as connection:
            return add(connection, ready)

    def append_decided(self, decide: Callable[[Reader], Sequence[NewEntry]]) -> list[Entry]:
        """Add what is decided from what stands in the ledger: looking and writing are one act.

        Parameters
        ----------
        decide : callable
            Given the ledger as it stands while no other process or thread can add to it; returns the entries to add.
            What it raises leaves the ledger as it was.

        Raises
        ------
        LedgerError
            They could not be written.
        """
        with _said("written"), self._writing() as connection:
            new = decide(Reader(connection))
            return add(connection, _permitted(new)) if new else []

    def entries(
        self, *, kind: Names | None = None, subject: Names | None = None, reference: str | None = None, after: int = 0
    ) -> Iterator[Entry]:
        """Entries by number, those that match everything given.

        Parameters
        ----------
        kind, subject : str or collection of str, optional
            One, or any of several: a person whose identities were merged has several identifiers.
        subject, reference : optional
            Only entries whose personal part names it; erased ones are not found.
        after : int
            Only entries with a larger number.
        """
        while True:
            with _said("read"), self._engine.begin() as connection:
                found = page(connection, kind=kind, subject=subject, reference=reference, after=after)
            yield from found
            if len(found) < PAGE:
                return
            after = found[-1].number

    def head(self) -> str:
        """Hash of the last entry, :data:`GENESIS` of an empty ledger: kept, it finds a cut tail or a rewritten past."""
        with _said("read"), self._engine.begin() as connection:
            return last(connection).hash

    def verify(self, *, head: str | None = None) -> Verified:
        """Work the whole chain out again, and look whether tables and triggers are those that were made.

        Entries are read a page at a time, so that others go on writing meanwhile.

        Parameters
        ----------
        head : str, optional
            A head that somebody kept: it must be the hash of an entry still in the chain.

        Raises
        ------
        LedgerError
            With the number of every entry that does not hold (the first fifty).
        """
        with _said("read"):
            return verified(self._engine, head=head)

    def erase(self, *, actor: str, reason: str, subject: Names | None = None, before: datetime | None = None) -> Entry:
        """Erase the personal part of entries, and record that it was done.

        Parameters
        ----------
        subject : str or collection of str, optional
            Only entries about this person, under any of the identifiers given.
        before : datetime, optional
            Only entries about people recorded before this moment (retention). Acts about nobody stay: without the
            approval of a model, for one, the model would be out of force.

        Returns
        -------
        Entry
            The entry of the erasure, with the numbers erased and without the subject.

        Raises
        ------
        LedgerError
            Neither a subject nor a moment was given, or it could not be written: nothing is erased then.
        """
        if subject is None and before is None:
            raise LedgerError("An erasure needs a subject or a moment before which everything goes; neither was given.")
        where = [PERSONAL.c.subject != ""] if subject is None else [about(subject)]
        said: dict[str, Any] = {}
        if before is not None:
            where.append(CHAIN.c.recorded_at < time_text(before))
            said["before"] = time_text(before)
        with _said("written"), self._writing(erases=True) as connection:
            joined = PERSONAL.join(CHAIN, CHAIN.c.number == PERSONAL.c.number)
            query = sa.select(PERSONAL.c.number).select_from(joined).where(*where).where(CHAIN.c.kind != ERASURE)
            numbers = sorted(connection.execute(query).scalars())
            for start in range(0, len(numbers), PAGE):
                part = numbers[start : start + PAGE]
                connection.execute(PERSONAL.delete().where(PERSONAL.c.number.in_(part)))
            if subject is not None:
                # What no entry has can still tell of the person.
                entries = sa.select(CHAIN.c.number).where(CHAIN.c.number == PERSONAL.c.number)
                connection.execute(PERSONAL.delete().where(about(subject), ~entries.exists()))
            new = NewEntry(ERASURE, actor, justification=reason, payload={"numbers": numbers, **said})
            return add(connection, spelled([new]))[0]

    def last_erasure(self, after: int) -> tuple[int, int]:
        """Number of the last erasure after an entry, 0 where there is none, and of the last entry; else LedgerError."""
        with _said("read"):
            return last_erasure(self._engine, after)

    def acknowledge_clock(self, *, actor: str, reason: str) -> Entry:
        """Record that the clock is right though it is far from the last entry; entries can be added again."""
        with _said("written"), self._writing() as connection:
            payload = {"last entry": last(connection).recorded_at, "clock": time_text(clock.now())}
            new = NewEntry(CLOCK, actor, justification=reason, payload=payload)
            return add(connection, spelled([new]), acknowledged=True)[0]

    def restore_guards(self, *, actor: str, reason: str) -> Entry:
        """Make the triggers anew that refuse a change, and record that they were not as they were made."""
        with _said("written"), self._writing() as connection:
            found = faults_of(connection)
            make_guards(connection)
            new = NewEntry(GUARDS, actor, justification=reason, payload={"found": found})
            return add(connection, spelled([new]))[0]

    def naming(self, people: Collection[str]) -> tuple[int, ...]:
        """Numbers of entries about somebody else that name one of these people.

        An explanation of one person says who is suspected against them, so an erasure of the other does not reach it:
        it is part of the first one's record, and goes with that.

        Raises
        ------
        LedgerError
            The ledger could not be read.
        """
        with _said("read"):
            return naming(self._engine, people)

    @contextmanager
    def _writing(self, *, erases: bool = False) -> Iterator[Connection]:
        if self._read_only:
            raise LedgerError("The ledger was opened to be read only.")
        self._check_file()
        with self._engine.execution_options(writes=True, erases=erases).begin() as connection:
            lock(connection)
            self._check_seen(connection)
            yield connection
            reached = last(connection)
        # Not acknowledged before it is certain that others will find it.
        self._check_file()
        self._seen = reached

    def _check_file(self) -> None:
        # A file that was deleted can still be written to by whoever has it open, and nobody would ever read it.
        if _identity(self._file) != self._identity:
            raise LedgerError("The ledger's file has been replaced since it was opened. Put it back, and start again.")

    def _check_seen(self, connection: Connection) -> None:
        seen = self._seen
        if seen.number and last(connection) != seen:
            query = sa.select(CHAIN.c.hash).where(CHAIN.c.number == seen.number)
            if connection.execute(query).scalar() != seen.hash:
                raise LedgerError(
                    f"The ledger no longer holds entry {seen.number} as it was written: "
                    "an older copy was put in its place, or it was altered. Put the right one back, and start again."
                )


def _identity(file: Path | None) -> tuple[int, int]:
    if file is None:
        return (0, 0)
    found = file.stat()
    return (found.st_dev, found.st_ino)


def _permitted(new: Sequence[NewEntry]) -> list[Spelled]:
    if any(entry.kind in RESERVED for entry in new):
        raise LedgerError(f"Entries of the kinds {', '.join(sorted(RESERVED))} are written by the ledger alone.")
    return spelled(new)


@contextmanager
def _said(what: str) -> Iterator[None]:
    """A fault of the database as a LedgerError; its own text can hold values, and is only the cause."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError, UnicodeError) as error:
        original = getattr(error, "orig", None) or error
        kind = type(original).__name__
        busy = getattr(original, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
        advice = "Another program is reading or writing it: try again, or end that." if busy else ""
        raise LedgerError(
            f"The ledger could not be {what} ({kind}). {advice or 'See that it can be reached and has room.'}"
        ) from error
