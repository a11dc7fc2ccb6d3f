"""Recomputes the chain entry by entry, and lists altered entries and deletions that no erasure records.

Nothing that stands in a row is trusted to be of its type: whatever somebody wrote there is a fault, never a crash.
"""

from datetime import UTC, datetime
from typing import Any

from matac_ml.casework.entry import GENESIS, Entry, Personal, digest_of, hash_of, personal_from, time_text
from matac_ml.casework.writing import ERASURE
from matac_ml.errors import LedgerError

#: What reading a row can raise when somebody wrote into it: another type, no JSON, nested too deeply.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)


def entry_of(row: Any) -> Entry:
    """Return an entry from a row of both tables; LedgerError when it was altered or made unreadable.

    Only the personal part is held against its digest here: the chain itself is what verifying is for.
    """
    personal = None if row.text is None else _intact(row)
    try:
        if personal is None and row.text is not None:
            raise ValueError("the personal part is not what was written")
        return Entry(
            number=row.number,
            recorded_at=datetime.fromisoformat(row.recorded_at),
            kind=row.kind,
            actor=row.actor,
            purpose=row.purpose,
            digest=row.digest,
            previous=row.previous,
            hash=row.hash,
            personal=personal,
        )
    except UNREADABLE as error:
        raise LedgerError(f"Entry {row.number} cannot be read: it was altered. Verify the ledger.") from error


class ChainWalk:
    """Takes every row in order, then says everything that does not hold.

    Parameters
    ----------
    kept_head : str or None
        A head that somebody kept; it must be the hash of an entry.

    Attributes
    ----------
    erased : dict of int to str
        Entries whose personal part is not there, with the moment they were recorded.
    set_back : list of int
        Entries dated before the one before them: the clock had been put back.
    """

    def __init__(self, *, kept_head: str | None) -> None:
        self.number, self.previous = 0, GENESIS
        self.erased: dict[int, Any] = {}
        self.set_back: list[int] = []
        self._recorded_at: datetime | None = None
        self._accounted: dict[int, int] = {}
        self._faults: list[str] = []
        self._kept = kept_head
        self._found = kept_head in (None, GENESIS)

    def take(self, row: Any) -> None:
        """Take the next row of both tables."""
        number = row.number
        if number != self.number + 1:
            self._faults.append(f"before entry {number} there should be entry {self.number + 1}")
        if row.previous != self.previous:
            self._faults.append(f"entry {number} does not follow the one before it")
        if not _holds(row):
            self._faults.append(f"entry {number} was altered")
        self._take_date(row)
        self._take_personal(row)
        self.number, self.previous = number, row.hash
        self._found = self._found or row.hash == self._kept

    def _take_date(self, row: Any) -> None:
        moment = _date(row.recorded_at)
        if moment is None:
            self._faults.append(f"entry {row.number} has no date as the ledger writes it")
            return
        if self._recorded_at is not None and moment < self._recorded_at:
            self.set_back.append(row.number)
        self._recorded_at = moment

    def _take_personal(self, row: Any) -> None:
        if row.text is None:
            self.erased[row.number] = row.recorded_at
            return
        personal = _intact(row)
        if personal is None:
            self._faults.append(f"the personal part of entry {row.number} was altered")
        elif row.kind == ERASURE:
            self._account(row.number, personal.payload.get("numbers"), personal.payload.get("before"))

    def _account(self, erasure: int, numbers: Any, before: Any) -> None:
        """Take what an erasure says it took away: entries before it, each once, and of the time it says."""
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            self._faults.append(f"the erasure of entry {erasure} does not say which entries it erased")
            return
        if strange := sum(not 1 <= number < erasure for number in numbers):
            self._faults.append(f"the erasure of entry {erasure} names {strange} entries that are not before it")
        if twice := len(numbers) - len(set(numbers) - self._accounted.keys()):
            self._faults.append(f"the erasure of entry {erasure} names {twice} entries that were erased already")
        if before is not None and (late := sum(str(self.erased.get(number, "")) >= str(before) for number in numbers)):
            self._faults.append(f"the erasure of entry {erasure} names {late} entries recorded after the day it says")
        for number in numbers:
            if 1 <= number < erasure:
                self._accounted.setdefault(number, erasure)

    def unaccounted(self) -> list[int]:
        """Return entries that an erasure names and that still had their personal part when they were read."""
        return sorted(self._accounted.keys() - self.erased.keys())

    def end(self, *, still_there: frozenset[int] = frozenset()) -> list[str]:
        """Return everything that does not hold, once all rows were taken.

        Parameters
        ----------
        still_there : frozenset of int
            Of :meth:`unaccounted`, those whose personal part is there now.
        """
        gone = sorted(self.erased.keys() - self._accounted.keys())
        faults = [
            *self._faults,
            *(f"the personal part of entry {n} is missing, and no erasure explains why" for n in gone),
        ]
        faults += [
            f"entry {n} was erased by entry {self._accounted[n]}, and its personal part is there"
            for n in sorted(still_there)
        ]
        if not self._found:
            faults.append("the head that was kept is in no entry: the end was cut off, or the past was written again")
        return faults


def _holds(row: Any) -> bool:
    parts = (row.recorded_at, row.kind, row.actor, row.purpose, row.digest, row.previous)
    try:
        return all(isinstance(part, str) for part in parts) and hash_of(row.number, *parts) == row.hash
    except UNREADABLE:
        return False


def _date(recorded_at: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(recorded_at).astimezone(UTC)
        return moment if time_text(moment) == recorded_at else None
    except UNREADABLE:
        return None


def _intact(row: Any) -> Personal | None:
    try:
        if digest_of(row.text) != row.digest:
            return None
        personal = personal_from(row.text)
    except UNREADABLE:
        return None
    return personal if (personal.subject, personal.reference) == (row.subject, row.reference) else None
