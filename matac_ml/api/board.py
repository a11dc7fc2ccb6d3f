"""What the board sees: what is in force and since when, its gates, what changed, how lists are used, and incidents."""

from datetime import date, datetime

from pydantic import Field

from matac_ml.api.answers import Mode
from matac_ml.api.approval import ApprovalsAnswer
from matac_ml.facts import Fact, GateFacts, WaivedGate


class ChangeLine(Fact):
    """One thing that differs from the version before."""

    what: str
    before: str
    now: str


class CountLine(Fact):
    """A count of people, rounded as everything that is published is."""

    group: str
    what: str
    shown: str = Field(description="A multiple of ten, or [c] where fewer than twenty people are counted.")


class IncidentStep(Fact):
    """What was done about an incident."""

    step: str
    text: str
    who: str
    at: datetime


class RegisterLine(Fact):
    """One incident of the register: of the model or the service, and about nobody."""

    number: int
    what: str
    found_on: date
    recorded_by: str
    recorded_at: datetime
    done: tuple[IncidentStep, ...]
    closed_by: str
    closed_at: datetime | None
    closing: str


class BoardAnswer(Fact):
    """Everything on the board's page. Nobody of whom the police keep records is named."""

    mode: Mode
    since: date | None = Field(description="From when on it is in force; null where the ledger does not say.")
    outcome: str | None = Field(description="What the model's probability is of.")
    policy: str
    data_as_of: date
    gates: tuple[GateFacts, ...] = Field(description="Of the release on disk.")
    waivers: tuple[WaivedGate, ...] = Field(description="Those that its papers ask for.")
    approvals: ApprovalsAnswer
    previous: str | None = Field(description="Hash of the release approved before the one on disk.")
    changes: tuple[ChangeLine, ...] = Field(description="From that one to the one on disk.")
    statistics: tuple[CountLine, ...]
    warnings: tuple[str, ...] = Field(description="Signs that lists or referrals are only confirmed.")
    incidents: tuple[RegisterLine, ...] = Field(description="The newest first.")
