"""What the service says about the approval of releases. Nobody of whom the police keep records is named."""

from datetime import date, datetime

from pydantic import Field

from matac_ml.facts import Fact, WaivedGate


class ChoiceLine(Fact):
    """One design choice of a request."""

    topic: str
    choice: str
    owner: str
    reason: str


class RequestLine(Fact):
    """A request that nobody has decided yet."""

    release: str = Field(description="Hash of the release.")
    model: str
    requested_by: str
    requested_at: datetime
    reason: str
    waivers: tuple[WaivedGate, ...] = Field(description="Waivers that its papers ask for.")
    choices: tuple[ChoiceLine, ...] = Field(description="Design choices, each with its owner and reason.")
    on_disk: bool = Field(description="Whether it is the release that this service has on disk.")


class ApprovalLine(Fact):
    """An approval that was not withdrawn."""

    release: str | None = Field(description="Hash of the release; null where an early version named the bundle alone.")
    requested_by: str = Field(description="Empty where it was recorded before a second person was needed.")
    approved_by: str
    approved_at: datetime | None
    reason: str
    until: date = Field(description="The last day on which it holds, in London.")
    conditions: tuple[str, ...]
    waivers: tuple[WaivedGate, ...]
    holds: bool = Field(description="Whether it names a release and has not ended.")
    on_disk: bool = Field(description="Whether it is of the release that this service has on disk.")


class ApprovalsAnswer(Fact):
    """What is asked for and what is approved."""

    release: str | None = Field(description="Hash of the release on disk; null when it is not whole.")
    approval: str = Field(description="What the ledger says of it.")
    requests: tuple[RequestLine, ...] = Field(description="Open requests, oldest first.")
    approvals: tuple[ApprovalLine, ...] = Field(description="Newest first.")
    ledger_head: str


class ApprovalAnswer(Fact):
    """What an act of an approval did."""

    release: str
    entry: int = Field(description="Its number in the ledger.")
    head: str = Field(description="The chain's head after it.")


class VersionLine(Fact):
    """One release of one version."""

    release: str = Field(description="Its hash; empty where nothing is known of it any more.")
    bundle: str
    policy: str
    papers: str
    gates: str
    number: str = Field(description="In the registry; empty where it was never recorded there.")
    model: str
    recipe: str
    recipe_sha256: str
    data_hash: str
    data_to: str
    contender: str
    outcome: str
    package: str
    registered_at: str
    state: str
    since: str = Field(description="The day from which it stands there.")
    who: str
    why: str = Field(description="The reason of whoever decided, declined, withdrew or gave it up.")
    until: str = Field(description="The last day of its approval.")
    missing: bool = Field(description="Whether a registry that was looked into does not hold it any more.")
    text: str = Field(description="Where it stands, as a sentence.")


class InventoryAnswer(Fact):
    """Every version that the ledger holds."""

    versions: tuple[VersionLine, ...]
    ledger_head: str
