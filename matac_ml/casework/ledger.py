"""``Ledger``: entries are added and read, never changed; the personal part of an entry can be erased."""

import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from matac_ml.casework.chain import ChainWalk
from matac_ml.casework.entry import GENESIS, Entry, NewEntry, Personal, digest_of, hash_of, time_text
from matac_ml.casework.reading import PAGE, Names, Reader, about, naming, page
from matac_ml.casework.store import CHAIN, PERSONAL, create, forget, lock, make_engine
from matac_ml.errors import LedgerError

_IN_CHAIN = ("number", "kind", "actor", "purpose", "digest", "previous", "hash")
_MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: how many entries, how many of them erased, and its head."""

    entries: int
    erased: int
    head: str


class Ledger:
    """An append-only book, hash-chained, in SQLite (WAL) or PostgreSQL.

    Any number of processes may add to one ledger at once. An entry is on disk when :meth:`append` returns.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        database = engine.url.database if engine.dialect.name == "sqlite" else None
        self._file = Path(database) if database not in (None, "", ":memory:") else None
        self._inode = self._file.stat().st_ino if self._file is not None else 0

    @classmethod
    def open(cls, url: str) -> "Ledger":
        """Open a ledger, and make it when it is not there.

        Parameters
        ----------
        url : str
            ``sqlite:///FILE`` or ``postgresql://USER:PASSWORD@HOST/DATABASE``.

        Raises
        ------
        LedgerError
            It cannot be reached or made. The address is not repeated: it can hold a password.
        """
        engine = make_engine(url)
        with _said("opened"):
            create(engine)
        ledger = cls(engine)
        if ledger._file is not None:
            ledger._file.chmod(0o600)
        return ledger

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
            They could not be written.
        """
        if not new:
            return []
        # Spelled and digested before anybody is kept waiting for the lock.
        spelled = _spelled(new)
        with _said("written"), self._writing() as connection:
            return _add(connection, spelled)

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
            return _add(connection, _spelled(new)) if new else []

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
            return _last(connection)[1]

    def verify(self, *, head: str | None = None) -> Verified:
        """Work the whole chain out again.

        Parameters
        ----------
        head : str, optional
            A head that somebody kept: it must be the hash of an entry still in the chain.

        Raises
        ------
        LedgerError
            With the number of every entry that does not hold (the first fifty).
        """
        walk = ChainWalk(kept_head=head)
        for row in self._chain():
            walk.take(row)
        faults = walk.end()
        if faults:
            raise LedgerError(f"The chain of {walk.number:,} entries does not hold.", faults=faults[:_MOST_FAULTS])
        return Verified(walk.number, len(walk.erased), walk.previous)

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
            Neither a subject nor a moment was given, or it could not be written.
        """
        if subject is None and before is None:
            raise LedgerError("An erasure needs a subject or a moment before which everything goes; neither came.")
        where = [PERSONAL.c.subject != ""] if subject is None else [about(subject)]
        if before is not None:
            where.append(CHAIN.c.recorded_at < time_text(before))
        with _said("written"), self._writing() as connection:
            joined = PERSONAL.join(CHAIN, CHAIN.c.number == PERSONAL.c.number)
            query = sa.select(PERSONAL.c.number).select_from(joined).where(*where).where(CHAIN.c.kind != "erasure")
            numbers = sorted(connection.execute(query).scalars())
            for start in range(0, len(numbers), PAGE):
                part = numbers[start : start + PAGE]
                connection.execute(PERSONAL.delete().where(PERSONAL.c.number.in_(part)))
            new = NewEntry("erasure", actor, justification=reason, payload={"numbers": numbers})
            done = _add(connection, _spelled([new]))[0]
        with _said("written"):
            forget(self._engine)
        return done

    def naming(self, people: Collection[str]) -> tuple[int, ...]:
        """Numbers of entries about somebody else that name one of these people.

        An explanation of one person says who is suspected against them, so an erasure of the other does not reach it:
        it is part of the first one's record, and goes with that.

        Raises
        ------
        LedgerError
            The ledger could not be read.
        """
        with _said("read"), self._engine.begin() as connection:
            return naming(connection, people)

    def _chain(self) -> Iterator[Any]:
        joined = CHAIN.outerjoin(PERSONAL, CHAIN.c.number == PERSONAL.c.number)
        query = sa.select(CHAIN, PERSONAL.c.text, PERSONAL.c.subject, PERSONAL.c.reference).select_from(joined)
        with _said("read"), self._engine.begin() as connection:
            yield from connection.execute(query.order_by(CHAIN.c.number).execution_options(yield_per=PAGE))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # A file that was deleted can still be written to by whoever has it open, and nobody would ever read it.
        if self._file is not None and self._file.stat().st_ino != self._inode:
            raise LedgerError(
                "The ledger's file is another than the one that was opened. Put it back, and start again."
            )
        with self._engine.execution_options(writes=True).begin() as connection:
            lock(connection)
            yield connection


@contextmanager
def _said(what: str) -> Iterator[None]:
    """A fault of the database as a LedgerError; its own text can hold values, and is only the cause."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise LedgerError(
            f"The ledger could not be {what} ({kind}). See that it can be reached and has room."
        ) from error


def _last(connection: Connection) -> tuple[int, str, str]:
    query = sa.select(CHAIN.c.number, CHAIN.c.hash, CHAIN.c.recorded_at).order_by(CHAIN.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, GENESIS, "") if row is None else (row.number, row.hash, row.recorded_at)


def _spelled(new: Sequence[NewEntry]) -> list[tuple[NewEntry, str, str]]:
    """Each entry with the text of its personal part and the text's digest."""
    texts = [one.personal_text(secrets.token_hex(16)) for one in new]
    return [(one, text, digest_of(text)) for one, text in zip(new, texts, strict=True)]


def _add(connection: Connection, new: Sequence[tuple[NewEntry, str, str]]) -> list[Entry]:
    number, previous, last_time = _last(connection)
    recorded_at = max(time_text(datetime.now(UTC)), last_time)
    made, texts = [], []
    for one, text, digest in new:
        number += 1
        this = hash_of(number, recorded_at, one.kind, one.actor, one.purpose, digest, previous)
        personal = Personal(one.subject, one.reference, one.justification, one.payload)
        moment = datetime.fromisoformat(recorded_at)
        made.append(Entry(number, moment, one.kind, one.actor, one.purpose, digest, previous, this, personal))
        texts.append({"number": number, "subject": one.subject, "reference": one.reference, "text": text})
        previous = this
    chain = [{name: getattr(one, name) for name in _IN_CHAIN} | {"recorded_at": recorded_at} for one in made]
    connection.execute(CHAIN.insert(), chain)
    connection.execute(PERSONAL.insert(), texts)
    return made
