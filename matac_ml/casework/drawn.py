"""A drawn list as the ledger keeps it: drawn once by a named person, shown again line by line, cited by its number.

One entry about the list says what it was made from and holds, in order, the hash of every line; it names nobody. Each
line is an entry about its person, so that erasing a person erases the line. The hash of a line is salted and the salt
is erased with it: what is left of an erased line tells of nobody.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from matac_ml.casework.entry import Entry, NewEntry
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.listed import DrawnLine, ListBasis, line_hash
from matac_ml.casework.lots import find_lot, revealed
from matac_ml.casework.meetings_read import OPENED, Meeting, meetings_in
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import faults_of_naming, refuse
from matac_ml.casework.score import PolicyUsed
from matac_ml.errors import LedgerError, UsageError
from matac_ml.practice import CYCLE_DAYS
from matac_ml.written import fault_of_reason, tidied

#: Kinds of entry: about a list, and about one person on it.
LIST, LINE = "list_drawn", "list_line"
#: What lists are drawn for, unless whoever draws one says otherwise.
PURPOSE = "matac_nomination"


@dataclass(frozen=True)
class KeptLine:
    """A line of which the ledger still holds the personal part: its place in the order from 0, and its salt."""

    index: int
    salt: str
    line: DrawnLine


@dataclass(frozen=True)
class DrawnList:
    """A list that somebody drew.

    Attributes
    ----------
    hashes : tuple of str
        Of every line, in order, erased ones included.
    kept : tuple of KeptLine
        Lines that were not erased, in order.
    entry : int
        The entry about the list.
    """

    number: int
    basis: ListBasis
    drawn_by: str
    purpose: str
    reason: str
    drawn_at: datetime
    entry: int
    hashes: tuple[str, ...]
    kept: tuple[KeptLine, ...] = ()

    @property
    def lines(self) -> tuple[DrawnLine, ...]:
        """The lines that are kept, in order."""
        return tuple(kept.line for kept in self.kept)

    @property
    def erased(self) -> int:
        """How many lines were erased since."""
        return len(self.hashes) - len(self.kept)


@dataclass(frozen=True)
class Cited:
    """A list that a cohort cites.

    Attributes
    ----------
    number : int or None
        None where no list is cited.
    reason : str
        Why it is that list, where it does not fit the meeting.
    meeting : str
        Name of the meeting that takes the cohort.
    day : date
        On which it is taken.
    """

    number: int | None
    reason: str
    meeting: str
    day: date


def write_list(
    ledger: Ledger,
    basis: ListBasis,
    lines: Sequence[DrawnLine],
    *,
    actor: str,
    reason: str,
    purpose: str = PURPOSE,
    caller: str = "",
    before_writing: Callable[[], None] = lambda: None,
) -> DrawnList:
    """Draw a list: give it the next number and keep it, whole or not at all.

    Parameters
    ----------
    caller, before_writing
        As of :class:`~matac_ml.casework.cycle.Cycle`.

    Raises
    ------
    UsageError
        Nobody is named as drawing it, or no reason is given.
    LedgerError
        It could not be written.
    """
    refuse("The list cannot be drawn.", actor, reason, faults_of_naming({line.person_id for line in lines}, reason))
    salts = [secrets.token_hex(16) for _ in lines]
    hashes = [line_hash(salt, line.text) for salt, line in zip(salts, lines, strict=True)]
    by = {"caller": caller} if caller else {}

    def decide(reader: Reader) -> list[NewEntry]:
        before_writing()
        number = 1 + max((drawn.number for drawn in drawn_lists(reader)), default=0)
        # Looked up again where nobody else writes: a seed reveals itself once.
        lot = None if basis.lot is None else find_lot(reader, str(basis.lot["seed"]))
        about = {"list": number, "basis": basis.payload(), "lines": hashes, **by}
        who = {"actor": tidied(actor), "purpose": purpose, "justification": tidied(reason)}
        reference = _reference(number)
        return [
            NewEntry(LIST, **who, reference=reference, payload=about),
            *([] if lot is None else [revealed(lot, number, who)]),
            *(
                NewEntry(LINE, **who, subject=line.person_id, reference=reference, payload={**kept, **by})
                for line, kept in zip(lines, _kept(salts, lines), strict=True)
            ),
        ]

    written = ledger.append_decided(decide)
    return replace(_list_of(written[0]), kept=tuple(_line_of(entry) for entry in written if entry.kind == LINE))


def find_list(reader: Ledger | Reader, number: int) -> DrawnList:
    """Read a list again as it was drawn; UsageError when nobody drew one with the number."""
    found = next(iter(reader.entries(kind=LIST, reference=_reference(number))), None)
    if found is None:
        raise UsageError(f"No list with the number {number} was drawn. matac-ml list draw draws one.")
    lines = reader.entries(kind=LINE, reference=_reference(number))
    return replace(_list_of(found), kept=tuple(sorted(map(_line_of, lines), key=lambda kept: kept.index)))


def drawn_lists(reader: Ledger | Reader) -> tuple[DrawnList, ...]:
    """Every list that was drawn, oldest first, without its lines."""
    return tuple(_list_of(entry) for entry in reader.entries(kind=LIST) if entry.personal is not None)


def list_before(reader: Ledger | Reader, drawn: DrawnList) -> DrawnList | None:
    """The last list of an earlier day that was drawn of the same area in the same order; None where there is none."""
    earlier = [
        other
        for other in drawn_lists(reader)
        if other.basis.scope == drawn.basis.scope
        and other.number < drawn.number
        and other.basis.as_of < drawn.basis.as_of
    ]
    latest = max(earlier, key=lambda other: (other.basis.as_of, other.number), default=None)
    return None if latest is None else find_list(reader, latest.number)


def places_on(drawn: DrawnList, staying: Callable[[str], str]) -> dict[str, tuple[str | None, tuple[int, int]]]:
    """Whoever holds a place on a list or ties for one: the area whose order it is, and the place in that order.

    People who are equal share a rank, and a meeting may take them in any order but that of a lot.
    Of lines that were found to be one person's, the better counts.

    Parameters
    ----------
    staying : callable
        Person to the identifier that stays: a merge may have been found since the list was drawn.
    """
    by_area = bool(drawn.basis.quotas)
    return {
        staying(line.person_id): (line.area if by_area else None, (line.rank, line.lot_place or 0))
        for line in reversed(drawn.lines)
        if line.is_listed
    }


def faults_of_fit(basis: ListBasis, number: int, meeting: Meeting | None, day: date) -> list[str]:
    """Return why a list is not one for a meeting: of another area, or older than one cycle.

    Parameters
    ----------
    meeting : Meeting or None
        None where none was opened under the cohort's name: there is then no area to compare.
    day : date
        On which the cohort is taken.
    """
    faults = []
    if meeting is not None and (basis.area or "") != meeting.area and meeting.area not in basis.quotas:
        ours, theirs = (area or "the whole force" for area in (meeting.area, basis.area))
        faults.append(f"list {number} is of {theirs}, and the meeting of {ours}")
    if basis.as_of < day - timedelta(days=CYCLE_DAYS):
        faults.append(f"list {number} is as of {basis.as_of}, more than {CYCLE_DAYS} days before {day}")
    return faults


def faults_of_cited(
    reader: Reader, cited: Cited, proposed: Sequence[str], by: PolicyUsed | None, staying: Callable[[str], str]
) -> list[str]:
    """Return why a cohort cannot cite a list: nobody drew it, by another policy, in another order, or it does not fit.

    Parameters
    ----------
    staying : callable
        As of :func:`places_on`.
    """
    if cited.number is None:
        return []
    try:
        drawn = find_list(reader, cited.number)
    except UsageError:
        return [f"no list with the number {cited.number} was drawn; draw it first"]
    meeting = next(iter(meetings_in(reader.entries(kind=OPENED, reference=cited.meeting))), None)
    unfit = faults_of_fit(drawn.basis, drawn.number, meeting, cited.day)
    why = fault_of_reason(cited.reason)
    return [
        *_faults_of_order(drawn, proposed, by, staying),
        *(f"{fault}; a reason for it {why}" for fault in unfit if why),
    ]


def _faults_of_order(
    drawn: DrawnList, proposed: Sequence[str], by: PolicyUsed | None, staying: Callable[[str], str]
) -> list[str]:
    faults, number = [], drawn.number
    if by is not None and by.sha256 != drawn.basis.policy_sha256:
        faults.append(f"list {number} was drawn by another policy ({drawn.basis.policy}) than the cohort names")
    ranks = places_on(drawn, staying)
    strange = sum(person not in ranks for person in proposed)
    if strange:
        faults.append(f"{strange} of those proposed {'is' if strange == 1 else 'are'} not on list {number}")
        return faults
    for area in dict.fromkeys(area for area, _ in ranks.values()):
        order = [ranks[person][1] for person in proposed if ranks[person][0] == area]
        if order != sorted(order):
            return [*faults, f"those proposed are not in the order of list {number}"]
    return faults


def _reference(number: int) -> str:
    return f"drawn list {number}"


def _kept(salts: Sequence[str], lines: Sequence[DrawnLine]) -> list[dict[str, Any]]:
    return [
        {"index": index, "salt": salt, "line": line.text}
        for index, (salt, line) in enumerate(zip(salts, lines, strict=True))
    ]


def _list_of(entry: Entry) -> DrawnList:
    try:
        personal = entry.personal
        if personal is None:
            raise ValueError("what the list was made from was erased")
        said = personal.payload
        return DrawnList(
            number=int(said["list"]),
            basis=ListBasis.from_payload(said["basis"]),
            drawn_by=entry.actor,
            purpose=entry.purpose,
            reason=personal.justification,
            drawn_at=entry.recorded_at,
            entry=entry.number,
            hashes=tuple(map(str, said["lines"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(f"Entry {entry.number} is not a valid drawn list. Verify the ledger.") from error


def _line_of(entry: Entry) -> KeptLine:
    try:
        said = entry.personal.payload if entry.personal else {}
        return KeptLine(int(said["index"]), str(said["salt"]), DrawnLine.from_text(said["line"]))
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(f"Entry {entry.number} is not a valid line of a list. Verify the ledger.") from error
