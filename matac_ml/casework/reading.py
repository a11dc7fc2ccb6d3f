"""Entries as one connection sees them, by number: a page at a time, so that a long ledger is never held whole."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from matac_ml.casework.chain import entry_of
from matac_ml.casework.entry import Entry
from matac_ml.casework.store import CHAIN, PERSONAL
from matac_ml.casework.writing import ERASURE

PAGE = 2_000
Names = str | Collection[str]
_PERSONAL = (PERSONAL.c.text, PERSONAL.c.subject, PERSONAL.c.reference)


def about(subject: Names) -> sa.ColumnElement[bool]:
    """Whether an entry's personal part names one of these people."""
    return PERSONAL.c.subject.in_([subject] if isinstance(subject, str) else sorted(subject))


def naming(engine: Engine, people: Collection[str]) -> tuple[int, ...]:
    """Numbers of entries about somebody else whose personal part names one of these people as a whole word."""
    spelled = sorted(json.dumps(person_id, ensure_ascii=False)[1:-1] for person_id in people)  # as in the JSON text
    likely = sa.or_(*(PERSONAL.c.text.contains(text, autoescape=True) for text in spelled))
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(text)}(?![\w-])" for text in spelled))
    number = PERSONAL.c.number
    query = sa.select(number, PERSONAL.c.text).where(~about(people), likely).order_by(number)
    found: list[int] = []
    after: int | None = 0
    # In parts, because whoever reads a SQLite ledger keeps others from writing; by rows, because a number that was
    # altered can be as large as numbers get.
    while after is not None:
        with engine.begin() as connection:
            rest = number > after
            end = connection.execute(sa.select(number).where(rest).order_by(number).offset(PAGE - 1).limit(1)).scalar()
            rows = connection.execute(query.where(rest if end is None else sa.and_(rest, number <= end)))
            found += [row.number for row in rows if words.search(str(row.text))]
            after = end
    return tuple(found)


def chain_rows(engine: Engine) -> Iterator[Any]:
    """Every row of both tables in order, whatever was written into it, a page at a time."""
    joined = CHAIN.outerjoin(PERSONAL, CHAIN.c.number == PERSONAL.c.number)
    query = sa.select(CHAIN, *_PERSONAL).select_from(joined)
    query, after = query.order_by(CHAIN.c.number).limit(PAGE), None
    while True:
        with engine.begin() as connection, _whatever_text(connection):
            rows = connection.execute(query if after is None else query.where(CHAIN.c.number > after)).all()
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1].number


@contextmanager
def _whatever_text(connection: Connection) -> Iterator[None]:
    """Let SQLite give bytes that are no UTF-8 as text that cannot be encoded, and not as an error of the whole page."""
    if connection.dialect.name != "sqlite":
        yield
        return
    own = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    own.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        own.text_factory = str


def page(
    connection: Connection, *, kind: Names | None, subject: Names | None, reference: str | None, after: int
) -> list[Entry]:
    """The next entries that match everything given; fewer than :data:`PAGE` are the last."""
    where: list[sa.ColumnElement[bool]] = (
        [] if kind is None else [CHAIN.c.kind.in_([kind] if isinstance(kind, str) else sorted(kind))]
    )
    where += [] if subject is None else [about(subject)]
    where += [] if reference is None else [PERSONAL.c.reference == reference]
    joined = CHAIN.outerjoin(PERSONAL, CHAIN.c.number == PERSONAL.c.number)
    query = sa.select(CHAIN, *_PERSONAL).select_from(joined).where(*where, CHAIN.c.number > after)
    rows: Any = connection.execute(query.order_by(CHAIN.c.number).limit(PAGE)).all()
    return [entry_of(row) for row in rows]


def last_erasure(engine: Engine, after: int) -> tuple[int, int]:
    """Number of the last erasure after an entry, 0 where there is none, and of the last entry."""
    number = sa.func.max(CHAIN.c.number)
    with engine.begin() as connection:
        last = connection.execute(sa.select(number)).scalar() or 0
        erased = sa.select(number).where(CHAIN.c.number > after, CHAIN.c.kind == ERASURE)
        return connection.execute(erased).scalar() or 0, last


class Reader:
    """What stands in the ledger while nobody else writes: given to whoever decides what is added next."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries(
        self, *, kind: Names | None = None, subject: Names | None = None, reference: str | None = None, after: int = 0
    ) -> Iterator[Entry]:
        """Entries by number; see :meth:`Ledger.entries`."""
        while True:
            found = page(self._connection, kind=kind, subject=subject, reference=reference, after=after)
            yield from found
            if len(found) < PAGE:
                return
            after = found[-1].number
