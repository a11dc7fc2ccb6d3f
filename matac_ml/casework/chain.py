"""The chain worked out again, entry by entry: what does not hold, and what was taken away without a record of it."""

from datetime import datetime
from typing import Any

from matac_ml.casework.entry import GENESIS, Entry, Personal, digest_of, hash_of, personal_from


def entry_of(row: Any) -> Entry:
    """An entry from a row of both tables."""
    return Entry(
        number=row.number,
        recorded_at=datetime.fromisoformat(row.recorded_at),
        kind=row.kind,
        actor=row.actor,
        purpose=row.purpose,
        digest=row.digest,
        previous=row.previous,
        hash=row.hash,
        personal=None if row.text is None else personal_from(row.text),
    )


class ChainWalk:
    """Takes every row in order, then says everything that does not hold.

    Parameters
    ----------
    kept_head : str or None
        A head that somebody kept; it must be the hash of an entry.
    """

    def __init__(self, *, kept_head: str | None) -> None:
        self.number, self.previous = 0, GENESIS
        self.erased: list[int] = []
        self._recorded_at = ""
        self._accounted: set[int] = set()
        self._faults: list[str] = []
        self._kept = kept_head
        self._found = kept_head in (None, GENESIS)

    def take(self, row: Any) -> None:
        """The next row of both tables."""
        number = row.number
        if number != self.number + 1:
            self._faults.append(f"before entry {number} there should be entry {self.number + 1}")
        if row.previous != self.previous:
            self._faults.append(f"entry {number} does not follow the one before it")
        made = hash_of(number, row.recorded_at, row.kind, row.actor, row.purpose, row.digest, row.previous)
        if made != row.hash:
            self._faults.append(f"entry {number} was altered")
        if row.recorded_at < self._recorded_at:
            self._faults.append(f"entry {number} is dated before the one before it")
        self._take_personal(row)
        self.number, self.previous, self._recorded_at = number, row.hash, row.recorded_at
        self._found = self._found or row.hash == self._kept

    def _take_personal(self, row: Any) -> None:
        if row.text is None:
            self.erased.append(row.number)
            return
        personal = _intact(row)
        if personal is None:
            self._faults.append(f"the personal part of entry {row.number} was altered")
        elif row.kind == "erasure":
            self._accounted |= set(personal.payload["numbers"])

    def end(self) -> list[str]:
        """Everything that does not hold, once all rows were taken."""
        gone = [number for number in self.erased if number not in self._accounted]
        faults = [*self._faults, *(f"the personal part of entry {n} is gone, and no erasure names it" for n in gone)]
        if not self._found:
            faults.append("the head that was kept is in no entry: the end was cut off, or the past was written again")
        return faults


def _intact(row: Any) -> Personal | None:
    if digest_of(row.text) != row.digest:
        return None
    personal = personal_from(row.text)
    return personal if (personal.subject, personal.reference) == (row.subject, row.reference) else None
