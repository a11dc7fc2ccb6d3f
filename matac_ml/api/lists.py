"""What the service answers about drawn lists: shared by the service and its client."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from matac_ml.api.answers import ALSO_VICTIM, NOTICE, LedgerNote, Mode
from matac_ml.facts import Fact


class LotRevealed(Fact):
    """A seed with the commitment that was made to it: with both, anybody can work the order of a tie out again."""

    seed: str
    commitment: int = Field(description="Number of the ledger's entry, which holds the SHA-256 of the seed.")
    entry_hash: str = Field(
        description="Hash of that entry. A person's lot is the SHA-256 of seed, this hash and identifier, joined by "
        "line feeds; the lowest stands first."
    )


class CommittedAnswer(Fact):
    """A seed, and the entry that commits to it."""

    seed: str = Field(description="Keep it secret until the list is drawn; it is kept nowhere else.")
    entry: int
    head: str


class ListSummary(Fact):
    """A drawn list without the people on it."""

    number: int
    as_of: date = Field(description="Only what was recorded before this day counts.")
    area: str | None = Field(description="Null for the whole force.")
    quotas: dict[str, int] = Field(description="Places of each area where areas have their own; empty otherwise.")
    order: Literal["matrix", "model"]
    places: int = Field(description="How many people the meeting can take.")
    people: int = Field(description="How many lines the list has, erased ones included.")
    policy: str
    policy_sha256: str
    harm_index: str
    model_hash: str | None = Field(description="Null where the matrix alone was in force.")
    data_hash: str
    drawn_by: str
    drawn_at: datetime = Field(description="UTC.")
    reason: str
    entry: int = Field(description="Its number in the ledger.")
    lot: LotRevealed | None = Field(description="By which people who tie are in order; null where no lot was drawn.")


class ListedPerson(Fact):
    """One line of a drawn list."""

    also_victim: bool = Field(description=ALSO_VICTIM)
    person_id: str
    doubtful_identity: str | None = Field(
        description="Why this identifier may not stand for one person, by the records in force; null when nothing "
        "about it is odd."
    )
    standing: Literal["on the list", "tied", "below the line", "left out"] = Field(
        description="Tied: equal at the last place, with more people than places. Below the line: has no place, and "
        "could have one if the records in `could_matter` were known. Left out: has the points for a place, and the "
        "policy gives none for the reason in `not_eligible`."
    )
    rank: int
    tied_with: int = Field(description="How many others share the rank.")
    points: dict[str, int] = Field(description="By component of the matrix; they add up to the total.")
    matrix_total: int
    matrix_band: str
    model_probability: float | None
    serial_perpetrator: bool
    serial_victim: bool
    area: str | None
    last_incident: date | None = Field(description="When the latest incident as suspect happened.")
    not_eligible: tuple[str, ...] = Field(
        description="Why the meeting may be unable to take the person, as the records said on the list's day."
    )
    could_matter: tuple[str, ...] = Field(
        description="Records that are missing or pending and could move the person across the line."
    )
    lot: str | None = Field(description="Of whoever ties at the last place, where ties are put in order by lot.")
    lot_place: int | None = Field(description="Place in the order of lots, from 1.")
    drawn_by_lot: bool | None = Field(
        description="Whether the lot puts the person among the places. It is an order, no decision: people decide."
    )
    status: str | None = Field(description="Where the person stands in the MATAC cycle now; null outside it.")
    moved: Literal["new", "up", "down", "stayed", "gone"] | None = Field(
        description="Since the list before of the same area; null where there is none."
    )
    reasons: tuple[str, ...] = Field(description="Why the person moved, or what changed all the same.")


class DrawnLists(Fact):
    """Every list that was drawn, the latest first."""

    lists: tuple[ListSummary, ...]


class DrawnListAnswer(Fact):
    """A drawn list. People on it are in no way chosen: a meeting chooses."""

    also_victims: tuple[str, ...] = Field(description="People on it who are also recorded as victims: read that first.")
    mode: Mode = Field(description="What is in force now, which may be later than the list.")
    summary: ListSummary
    since: int | None = Field(description="Number of the list with which it is compared; null where it is the first.")
    people: tuple[ListedPerson, ...] = Field(description="In order, then whoever is left out.")
    gone: tuple[ListedPerson, ...] = Field(description="On the list before and not on this one, as they stood there.")
    erased: int = Field(description="Lines that were erased since.")
    ledger: LedgerNote
    notice: str = NOTICE


class PersonWithManyVictims(Fact):
    """Somebody recorded against several people, with little harm recorded; never ranked."""

    also_victim: bool = Field(description=ALSO_VICTIM)
    person_id: str
    serial_perpetrator: bool
    victims: int
    incidents: int
    harm_days: float = Field(description="By the harm index; harm that is not known counts nothing.")
    first: date = Field(description="When the first of the incidents in the policy's window happened.")
    last: date
    area: str | None
    status: str | None = Field(description="Where the person stands in the MATAC cycle now; null outside it.")


class ManyVictimsAnswer(Fact):
    """People with several victims and little recorded harm over a long time, in order of identifier."""

    also_victims: tuple[str, ...] = Field(description="Of them, who is also recorded as a victim: read that first.")
    meaning: str = Field(description="What the view shows, and what it does not say.")
    as_of: date
    area: str | None
    of: int = Field(description="How many there are, on whichever page.")
    people: tuple[PersonWithManyVictims, ...]
    ledger: LedgerNote
    notice: str = NOTICE


class LineThatDiffers(Fact):
    """One person whose line does not rebuild."""

    person_id: str
    what: str


class RebuiltAnswer(Fact):
    """A list drawn up again as of its day from the records in force, and held against what was kept."""

    number: int
    same: bool = Field(description="Whether every line that was not erased is the same, byte for byte.")
    cause: str = Field(description="Why it does not rebuild; empty when it does.")
    changed: tuple[str, ...] = Field(
        description="What it was made from and is another one now, with or without effect."
    )
    differing: tuple[LineThatDiffers, ...]
    erased: int
    ledger: LedgerNote
