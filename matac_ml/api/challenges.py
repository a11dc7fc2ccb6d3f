"""What the service answers about contests of records and scores: shared by the service and its client."""

from datetime import date
from typing import Literal

from pydantic import Field

from matac_ml.api.answers import ALSO_VICTIM, LedgerNote
from matac_ml.facts import Fact


class CorrectionAnswer(Fact):
    """One record that was corrected as of a day."""

    incident_id: str
    change: Literal["classification", "not_suspect"]
    day: date = Field(description="The day from which it holds: days after it see it.")
    words: str
    in_the_records: bool | None = Field(
        description="Whether the records in force already say so; null where they do not know the person."
    )


class PointsAnswer(Fact):
    """A score on a day; null where the person has none."""

    by_component: dict[str, int]
    total: int | None
    probability: float | None


class DifferenceAnswer(Fact):
    """The same day scored without the corrections and with them."""

    day: date = Field(description="The first day that sees every correction and all records.")
    text: str
    without: PointsAnswer
    corrected: PointsAnswer
    earlier_day: date | None = Field(description="A day that sees no correction.")
    earlier: PointsAnswer | None = Field(description="On that day: what was shown then stays as it was.")


class ChallengeAnswer(Fact):
    """One contest and its answer."""

    also_victim: bool | None = Field(description=ALSO_VICTIM)
    number: int = Field(description="Of the entry that raised it; an answer names it.")
    person_id: str
    about: Literal["record", "score"]
    by: Literal["person", "representative", "agency", "staff"]
    said: str
    incident_ids: tuple[str, ...]
    received: date
    raised_by: str
    outcome: Literal["", "upheld", "partly", "refused"] = Field(description="Empty while it is open.")
    answer: str
    answered_by: str
    answered: date | None
    corrections: tuple[CorrectionAnswer, ...]
    difference: DifferenceAnswer | None = Field(description="What the corrections do to the score, by the records now.")


class ChallengesAnswer(Fact):
    """Contests in the order in which they were raised."""

    challenges: tuple[ChallengeAnswer, ...]
    masked: int = Field(description="Contests about restricted records, which are not shown.")
    ledger: LedgerNote


class ChallengeActAnswer(Fact):
    """An act that was recorded."""

    number: int = Field(description="Of the challenge.")
    entry: int
    head: str
    difference: DifferenceAnswer | None
