"""People who are equal at the cut line of a list in order by lot: committed before, worked out by anybody after.

A seed is chosen, and its SHA-256 is an entry of the ledger before the list is drawn. When the list is drawn the seed is
revealed. A person's lot is the SHA-256, in hexadecimal, of three texts joined by line feeds: the seed, the hash of the
entry of the commitment, and the person's identifier. Whoever is equal stands in order of lot, the lowest first.

The seed alone would let whoever commits try seeds until one suits them; the hash of the entry is not known before the
entry stands. A commitment serves one list, and one that was never revealed stays to be seen.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from matac_ml.casework.entry import Entry, NewEntry, digest_of
from matac_ml.casework.ledger import Ledger
from matac_ml.casework.reading import Reader
from matac_ml.casework.refusing import refuse
from matac_ml.errors import UsageError
from matac_ml.written import tidied

#: Kinds of entry, both about nobody.
COMMITTED, REVEALED = "lot_committed", "lot_revealed"
_SEED = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Lot:
    """A seed with the commitment that was made to it.

    Attributes
    ----------
    seed : str
        64 hexadecimal characters.
    commitment : int
        Number of the ledger's entry.
    entry_hash : str
        The hash of that entry.
    """

    seed: str
    commitment: int
    entry_hash: str

    def of(self, person_id: str) -> str:
        """The lot of a person.

        Examples
        --------
        >>> Lot("0" * 64, 1, "f" * 64).of("P1")[:12]
        '990db14fcb75'
        """
        return digest_of(f"{self.seed}\n{self.entry_hash}\n{person_id}")

    def order(self, people: Iterable[str]) -> list[str]:
        """Put people in order of their lots."""
        return sorted(people, key=self.of)

    def payload(self) -> dict[str, Any]:
        """The lot as JSON values."""
        return {"seed": self.seed, "commitment": self.commitment, "entry_hash": self.entry_hash}

    @classmethod
    def from_payload(cls, kept: Mapping[str, Any]) -> Self:
        """The lot from its JSON values."""
        return cls(str(kept["seed"]), int(kept["commitment"]), str(kept["entry_hash"]))


def new_seed() -> str:
    """A seed that nobody can guess: 256 bits from the operating system."""
    return secrets.token_hex(32)


def commit_seed(
    ledger: Ledger,
    seed: str,
    *,
    actor: str,
    reason: str,
    caller: str = "",
    before_writing: Callable[[], None] = lambda: None,
) -> Entry:
    """Write the hash of a seed into the ledger; the seed itself is kept by whoever draws the list.

    Raises
    ------
    UsageError
        Nobody is named, no reason is given, the text is no seed, or it was committed to before.
    """
    refuse(
        "Nothing was committed.", actor, reason, [] if _SEED.fullmatch(seed) else ["the seed is 64 hexadecimal digits"]
    )
    commitment = digest_of(seed)

    def decide(reader: Reader) -> list[NewEntry]:
        before_writing()
        if any(True for _ in reader.entries(kind=COMMITTED, reference=commitment)):
            raise UsageError("This seed was committed to already. Make another one.")
        said = {"sha256": commitment} | ({"caller": caller} if caller else {})
        return [NewEntry(COMMITTED, tidied(actor), "matac_nomination", tidied(reason), "", commitment, said)]

    return ledger.append_decided(decide)[0]


def find_lot(reader: Ledger | Reader, seed: str) -> Lot:
    """The commitment that was made to a seed.

    Raises
    ------
    UsageError
        There is none, or a list was drawn by it already.
    """
    reference = digest_of(seed.strip())
    found = next(iter(reader.entries(kind=COMMITTED, reference=reference)), None)
    if found is None:
        raise UsageError("Nobody committed to this seed before. matac-ml list commit makes one and commits to it.")
    if any(True for _ in reader.entries(kind=REVEALED, reference=reference)):
        raise UsageError("A list was drawn by this seed already. Commit to another one.")
    return Lot(seed.strip(), found.number, found.hash)


def revealed(lot: Lot, number: int, who: Mapping[str, str]) -> NewEntry:
    """The entry that reveals a seed, beside the list that was drawn by it."""
    return NewEntry(REVEALED, **who, reference=digest_of(lot.seed), payload={**lot.payload(), "list": number})


def never_revealed(reader: Ledger | Reader) -> tuple[int, ...]:
    """Entries of commitments by which no list was drawn."""
    used = {entry.personal.reference for entry in reader.entries(kind=REVEALED) if entry.personal}
    return tuple(
        entry.number
        for entry in reader.entries(kind=COMMITTED)
        if entry.personal is not None and entry.personal.reference not in used
    )
