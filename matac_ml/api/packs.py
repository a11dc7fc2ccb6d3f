"""What the service answers when a paper of a meeting is printed: shared by the service and its client."""

from typing import Literal

from pydantic import Field

from matac_ml.api.answers import LedgerNote
from matac_ml.facts import Fact


class PrintedPaper(Fact):
    """A paper of a meeting, in one form; its reading or disclosure was recorded before."""

    also_victims: tuple[str, ...] = Field(
        description="People in it who are recorded as suspects and as victims: read that first. Empty in what a "
        "partner agency is given, which does not say it."
    )
    paper: Literal["meeting", "profile", "partner"]
    form: Literal["html", "pdf", "xlsx", "md"]
    media_type: str
    content: str = Field(description="The text, or base64 of a PDF or workbook.")
    sha256: str = Field(description="Of what the paper says, as text without its imprint: the same in every form.")
    ledger: LedgerNote
