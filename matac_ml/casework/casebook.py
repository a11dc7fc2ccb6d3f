"""Everybody's case and every meeting at hand: what casework wrote is read once, and then on from the last entry.

A service that shows cases all day would otherwise read the whole ledger for every page. After an erasure everything is
read anew, so that nothing erased stays at hand.
"""

import threading
from collections.abc import Callable, Collection, Mapping

from matac_ml.casework.case import Case, case_from
from matac_ml.casework.entry import Entry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.meetings_read import CLOSED, OPENED, Meeting, meetings_in
from matac_ml.casework.steps import KINDS
from matac_ml.casework.writing import ERASURE

#: Kinds of entries of casework that are about nobody.
OF_MEETINGS = frozenset({OPENED, CLOSED, "cohort"})


#: Person to every identifier the person has had.
KnownAs = Callable[[str], tuple[str, ...]]
_Grouped = tuple[tuple[int, KnownAs], Mapping[str, list[Entry]]]
_Sorted = tuple[tuple[int, KnownAs], list[Case], Mapping[str, Case]]


class Casebook:
    """The entries about people, by person, and those of meetings.

    Parameters
    ----------
    ledger : callable
        The ledger that is open.
    kinds : collection of str
        Kinds of entries that are kept at hand: the steps of the cycle unless told.
    """

    def __init__(self, ledger: Callable[[], Ledger], kinds: Collection[str] = KINDS) -> None:
        self._ledger = ledger
        self._kinds = frozenset(kinds)
        self._lock = threading.Lock()
        self._erased = 0
        self._forget()

    def _forget(self) -> None:
        self._last = 0
        self._by_subject: dict[str, list[Entry]] = {}
        self._of_meetings: list[Entry] = []
        self._cases: dict[str, tuple[int, Case]] = {}
        self._meetings: tuple[int, list[Meeting]] = (0, [])
        self._sorted: _Sorted | None = None
        self._grouped: _Grouped | None = None

    def by_person(self, identities: KnownAs) -> Mapping[str, list[Entry]]:
        """Entries of each person, oldest first, under the identifier that stays.

        Raises
        ------
        LedgerError
            The ledger could not be read.
        """
        return self._group(identities)[1]

    def _group(self, identities: KnownAs) -> _Grouped:
        with self._lock:
            self._read_on()
            key = self._last, identities
            if self._grouped is None or self._grouped[0] != key:
                found: dict[str, list[Entry]] = {}
                for subject, entries in self._by_subject.items():
                    found.setdefault(identities(subject)[0], []).extend(entries)
                for entries in found.values():
                    entries.sort(key=lambda entry: entry.number)
                self._grouped = key, found
            return self._grouped

    def _read_on(self) -> None:
        for entry in self._ledger().entries(kind=self._kinds | OF_MEETINGS | {ERASURE}, after=self._last):
            if entry.kind == ERASURE and self._by_subject and entry.number > self._erased:
                self._erased = entry.number
                self._forget()
                self._read_on()
                return
            self._last = entry.number
            if entry.kind in OF_MEETINGS:
                self._of_meetings.append(entry)
            elif entry.kind != ERASURE and entry.personal is not None and entry.personal.subject:
                self._by_subject.setdefault(entry.personal.subject, []).append(entry)

    def of_meetings(self) -> list[Entry]:
        """Entries of meetings themselves, and of their cohorts, oldest first."""
        with self._lock:
            self._read_on()
            return list(self._of_meetings)

    def meetings(self) -> list[Meeting]:
        """Every meeting, in the order in which they were opened."""
        entries = self.of_meetings()
        if len(entries) != self._meetings[0]:
            self._meetings = len(entries), meetings_in(entries)
        return self._meetings[1]

    def cases(self, identities: KnownAs) -> list[Case]:
        """Everybody's case, those that have waited longest first."""
        return self._kept(identities)[0]

    def by_name(self, identities: KnownAs) -> Mapping[str, Case]:
        """Everybody's case by the identifier that stays."""
        return self._kept(identities)[1]

    def _kept(self, identities: KnownAs) -> tuple[list[Case], Mapping[str, Case]]:
        key, by_person = self._group(identities)
        kept = self._sorted
        if kept is None or kept[0] != key:
            cases = [self._case(person, entries) for person, entries in by_person.items()]
            cases.sort(key=lambda case: (str(case.last or ""), case.person_id))
            kept = self._sorted = key, cases, {case.person_id: case for case in cases}
        return kept[1:]

    def _case(self, person: str, entries: list[Entry]) -> Case:
        known = self._cases.get(person)
        if known is not None and known[0] == entries[-1].number:
            return known[1]
        case = case_from(person, entries)
        self._cases[person] = (entries[-1].number, case)
        return case
