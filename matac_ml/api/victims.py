"""What the service answers about people recorded as victims: shared by the service and its client."""

from datetime import date

from pydantic import Field

from matac_ml.api.answers import NOTICE, LedgerNote
from matac_ml.facts import Fact

ALSO_SUSPECT = "The person is recorded as a victim and as a suspect: read that first."


class VictimOnRegister(Fact):
    """One person on the register of victims. It has no rank."""

    also_suspect: bool = Field(description=ALSO_SUSPECT)
    person_id: str
    doubtful_identity: str | None = Field(description="Why this identifier may not stand for one person; null if not.")
    suspects: int = Field(description="Different people suspected against them in the window.")
    incidents: int
    several: bool = Field(description="Here because of several suspects.")
    again: bool = Field(description="Here because of several incidents.")
    first: date
    last: date
    area: str | None = Field(description="Of the latest incident.")
    supported: bool = Field(description="Whether somebody is recorded as supporting the person now.")


class VictimsAnswer(Fact):
    """The register of victims, in order of identifier."""

    also_suspects: tuple[str, ...] = Field(description="Those shown who are suspects too: read these first.")
    meaning: str
    rule: str
    as_of: date
    of: int = Field(description="People on the register who fit what was asked for, those with restricted records too.")
    masked: int = Field(description="How many of them have a restricted record: they are counted and not shown.")
    people: tuple[VictimOnRegister, ...]
    ledger: LedgerNote
    notice: str = NOTICE


class TieAnswer(Fact):
    """One person suspected against another in the window."""

    suspect: str
    victim: str
    first: date
    last: date
    incidents: int


class SupportAction(Fact):
    """What an agency has agreed to do for a person."""

    action: int = Field(description="Its entry in the ledger; a report names it.")
    text: str
    agency: str
    due: date
    agreed_by: str
    done: bool
    report: str


class VictimAnswer(Fact):
    """One person recorded as a victim: who hurts whom around them, and how they are supported."""

    also_suspect: bool = Field(description=ALSO_SUSPECT)
    person_id: str
    as_of: date
    ties: tuple[TieAnswer, ...] = Field(description="In the order in which each was first recorded.")
    more_ties: int = Field(description="Ties two steps away that are left out.")
    masked_ties: int = Field(description="Ties to people whose records are restricted: they are counted and not shown.")
    supported: bool
    worker: str
    agency: str
    since: date | None
    wishes: str = Field(description="What the person wants, as it was said last.")
    plan: str
    actions: tuple[SupportAction, ...]
    steps: tuple[str, ...] = Field(description="Every act so far, oldest first, in plain English.")
    ledger: LedgerNote


class SupportAnswer(Fact):
    """An act of support that was recorded."""

    person_id: str
    entry: int
    head: str
