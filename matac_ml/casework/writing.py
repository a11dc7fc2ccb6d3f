"""Entries as they are added: numbered, dated, chained and kept, inside a transaction that nobody else writes in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from matac_ml import clock
from matac_ml.casework.entry import GENESIS, Entry, NewEntry, Personal, digest_of, hash_of, time_text
from matac_ml.casework.store import CHAIN, PERSONAL
from matac_ml.errors import LedgerError

#: A clock further than this from the last entry is taken for wrong until somebody says on the record that it is right.
IMPLAUSIBLE = timedelta(days=366)
#: Machines differ by so much: an entry that would be dated less than this before the last one is dated as that.
SAME_TIME = timedelta(minutes=5)
#: Only the ledger itself may write these kinds of entry: an erasure written by a caller could hide a deletion.
ERASURE, CLOCK, GUARDS = "erasure", "clock_acknowledged", "guards_restored"
RESERVED = frozenset({ERASURE, CLOCK, GUARDS})

_IN_CHAIN = ("number", "kind", "actor", "purpose", "digest", "previous", "hash")
Spelled = tuple[NewEntry, str, str]


@dataclass(frozen=True, slots=True)
class Last:
    """The last entry: its number (0 of an empty ledger), hash and moment as the chain spells it."""

    number: int = 0
    hash: str = GENESIS
    recorded_at: str = ""


def last(connection: Connection) -> Last:
    """Return the last entry."""
    query = sa.select(CHAIN.c.number, CHAIN.c.hash, CHAIN.c.recorded_at).order_by(CHAIN.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return Last() if row is None else Last(row.number, row.hash, row.recorded_at)


def spelled(new: Sequence[NewEntry]) -> list[Spelled]:
    """Return each entry with the text of its personal part and the text's digest.

    Raises
    ------
    LedgerError
        An entry cannot be kept as it is: text that is not Unicode, or a payload that is not JSON.
    """
    try:
        texts = [entry.personal_text(secrets.token_hex(16)) for entry in new]
        return [(entry, text, digest_of(text)) for entry, text in zip(new, texts, strict=True)]
    except (ValueError, TypeError, RecursionError) as error:
        raise LedgerError(
            f"An entry could not be written ({type(error).__name__}). Its parts must be Unicode text and JSON values."
        ) from error


def add(connection: Connection, new: Sequence[Spelled], *, acknowledged: bool = False) -> list[Entry]:
    """Add entries after the last one.

    Parameters
    ----------
    acknowledged : bool, default False
        Whether the entry says that the clock is right though it is far from the last entry.

    Raises
    ------
    LedgerError
        The clock is implausible.
    """
    before = last(connection)
    moment = _moment(before, acknowledged=acknowledged)
    recorded_at, number, previous = time_text(moment), before.number, before.hash
    made, texts = [], []
    for entry, text, digest in new:
        number += 1
        this = hash_of(number, recorded_at, entry.kind, entry.actor, entry.purpose, digest, previous)
        personal = Personal(entry.subject, entry.reference, entry.justification, entry.payload)
        made.append(Entry(number, moment, entry.kind, entry.actor, entry.purpose, digest, previous, this, personal))
        texts.append({"number": number, "subject": entry.subject, "reference": entry.reference, "text": text})
        previous = this
    chain = [{name: getattr(entry, name) for name in _IN_CHAIN} | {"recorded_at": recorded_at} for entry in made]
    _set_aside(connection, before.number + 1, number)
    connection.execute(CHAIN.insert(), chain)
    connection.execute(PERSONAL.insert(), texts)
    return made


def _moment(before: Last, *, acknowledged: bool) -> datetime:
    """Return the moment of an entry: what the clock says, unless that cannot be."""
    now = clock.now()
    if not before.number or acknowledged:
        return now
    try:
        latest = datetime.fromisoformat(before.recorded_at)
        apart = now - latest
    except (TypeError, ValueError) as error:
        raise LedgerError("The last entry has no date that can be read. Verify the ledger.") from error
    if abs(apart) > IMPLAUSIBLE:
        way = "after" if apart > timedelta() else "before"
        raise LedgerError(
            f"The clock says {now:%Y-%m-%d}, more than {IMPLAUSIBLE.days} days {way} the last entry, "
            f"{latest:%Y-%m-%d}. Nothing was written. Set the clock right; if it is right, say so on the record with "
            "matac-ml ledger acknowledge-clock."
        )
    return latest if -SAME_TIME < apart < timedelta() else now


def _set_aside(connection: Connection, first: int, end: int) -> None:
    """Give other numbers to personal parts that no entry has and that stand where new ones belong.

    They are kept for whoever looks into it: a negative number is no entry's, and verifying the ledger names them.
    """
    query = sa.select(PERSONAL.c.number).where(PERSONAL.c.number.between(first, end)).order_by(PERSONAL.c.number)
    orphans = list(connection.execute(query).scalars())
    if not orphans:
        return
    free = min(connection.execute(sa.select(sa.func.min(PERSONAL.c.number))).scalar_one(), 0)
    for place, number in enumerate(orphans, 1):
        connection.execute(PERSONAL.update().where(PERSONAL.c.number == number).values(number=free - place))
