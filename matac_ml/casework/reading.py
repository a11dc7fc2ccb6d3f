"""Entries as one connection sees them, by number: a page at a time, so that a long ledger is never held whole."""

import re
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from matac_ml.casework.chain import entry_of
from matac_ml.casework.entry import Entry
from matac_ml.casework.store import CHAIN, PERSONAL

PAGE = 2_000
Names = str | Collection[str]


def about(subject: Names) -> sa.ColumnElement[bool]:
    """Whether an entry's personal part names one of these people."""
    return PERSONAL.c.subject.in_([subject] if isinstance(subject, str) else sorted(subject))


def naming(connection: Connection, people: Collection[str]) -> tuple[int, ...]:
    """Numbers of entries about somebody else whose personal part names one of these people as a whole word."""
    likely = [PERSONAL.c.text.contains(one, autoescape=True) for one in sorted(people)]
    query = sa.select(PERSONAL.c.number, PERSONAL.c.text).where(~about(people), sa.or_(*likely))
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in sorted(people)))
    rows = connection.execute(query.order_by(PERSONAL.c.number).execution_options(yield_per=PAGE))
    return tuple(row.number for row in rows if words.search(row.text))


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
    query = sa.select(CHAIN, PERSONAL.c.text).select_from(joined).where(*where, CHAIN.c.number > after)
    rows: Any = connection.execute(query.order_by(CHAIN.c.number).limit(PAGE)).all()
    return [entry_of(row) for row in rows]


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
