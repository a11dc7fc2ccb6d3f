"""What an agency is told of the actions it owns: shared by the service and its client."""

from datetime import date
from typing import Literal

from pydantic import Field

from matac_ml.api.answers import LedgerNote
from matac_ml.facts import Fact


class OwnAction(Fact):
    """Something that the agency has agreed to do, and nothing else about the person."""

    action: int = Field(description="Its entry in the ledger; a report names it.")
    person_id: str = Field(description="As the agency knows the person.")
    part_of: Literal["plan", "support"] = Field(description="A plan of the MATAC cycle, or the support of a victim.")
    text: str
    due: date
    agreed_by: str
    done: bool
    report: str = Field(description="What was reported last.")


class OwnActionsAnswer(Fact):
    """The actions of one agency: those that are not done first, the earliest day first."""

    agency: str
    of: int
    actions: tuple[OwnAction, ...]
    ledger: LedgerNote


class OwnReportAnswer(Fact):
    """A report that was recorded."""

    action: int
    entry: int
    head: str
