"""A whole ledger verified: its chain, what was erased of it, and the tables and triggers it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from matac_ml.casework.chain import ChainWalk
from matac_ml.casework.guards import faults_of
from matac_ml.casework.reading import PAGE, chain_rows
from matac_ml.casework.store import CHAIN, PERSONAL
from matac_ml.errors import LedgerError

_MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: how many entries, how many of them erased, and its head.

    Attributes
    ----------
    set_back : tuple of int
        Entries dated before the one before them, because the clock had been put back. The chain holds all the same.
    """

    entries: int
    erased: int
    head: str
    set_back: tuple[int, ...] = ()


def verified(engine: Engine, *, head: str | None) -> Verified:
    """Recompute the whole chain; see :meth:`Ledger.verify`."""
    with engine.begin() as connection:
        faults = faults_of(connection)
    walk = ChainWalk(kept_head=head)
    for row in chain_rows(engine):
        walk.take(row)
    faults += [f"there is a personal part for entry {number}, which does not exist" for number in _orphans(engine)]
    # Asked again at the end: an entry that was read whole may have been erased while the others were read.
    faults += walk.end(still_there=_there(engine, walk.unaccounted()))
    if faults:
        raise LedgerError(f"The chain of {walk.number:,} entries does not hold.", faults=faults[:_MOST_FAULTS])
    return Verified(walk.number, len(walk.erased), walk.previous, tuple(walk.set_back))


def _there(engine: Engine, numbers: Sequence[int]) -> frozenset[int]:
    """Which of these entries have a personal part."""
    found: set[int] = set()
    with engine.begin() as connection:
        for start in range(0, len(numbers), PAGE):
            query = sa.select(PERSONAL.c.number).where(PERSONAL.c.number.in_(numbers[start : start + PAGE]))
            found |= set(connection.execute(query).scalars())
    return frozenset(found)


def _orphans(engine: Engine) -> list[int]:
    joined = PERSONAL.outerjoin(CHAIN, CHAIN.c.number == PERSONAL.c.number)
    query = sa.select(PERSONAL.c.number).select_from(joined).where(CHAIN.c.number.is_(None))
    with engine.begin() as connection:
        return list(connection.execute(query.order_by(PERSONAL.c.number).limit(_MOST_FAULTS)).scalars())
