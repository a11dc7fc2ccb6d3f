"""What the service answers about cases in the cycle: shared by the service and its client."""

from datetime import date

from pydantic import Field

from matac_ml.api.answers import LedgerNote
from matac_ml.facts import Fact


class CaseLine(Fact):
    """Where one person stands. It holds no score: whoever may judge can read it."""

    also_victim: bool | None = Field(
        description="Recorded as a suspect and as a victim: read that first. Null if unknown."
    )
    person_id: str
    state: str
    since: date | None
    expected: str = Field(description="What is expected next; empty where nothing is.")
    referred_by: tuple[str, ...]
    area: str | None


class CasesAnswer(Fact):
    """Cases that are open, those that have waited longest first."""

    also_victims: tuple[str, ...] = Field(description="Those shown who are victims too: read these first.")
    of: int = Field(description="Cases that fit what was asked for, those that are not shown too.")
    masked: int = Field(description="How many of them are restricted to others: they are counted and not shown.")
    cases: tuple[CaseLine, ...]
    ledger: LedgerNote
