"""What is asked of the service and what it answers: one model a message. Descriptions become OpenAPI."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from matac_ml.explain.schema import ExplainedScore, Frozen

#: Identifiers and prose hold no control characters: they are printed on pages and in logs.
_PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+$"

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=_PLAIN, strip_whitespace=True)]
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=1000, pattern=_PLAIN, strip_whitespace=True)]
Purpose = Literal["matac_nomination", "matac_review", "partner_referral", "audit", "subject_access", "demonstration"]

NOTICE = "A score informs a person's decision. It nominates nobody. A place far down says nothing of anyone's safety."

MAX_NOMINATIONS = 200
MAX_INCIDENTS = 500


class Asked(BaseModel):
    """A request: unknown keys, NaN and infinity are refused, and a number is not a string."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Consultation(Asked):
    """Who looks, for what, and why: required of every look at a person, and kept in the ledger."""

    user: Identifier = Field(description="The person who looks; with a personal token it must be the token's own name.")
    purpose: Purpose
    justification: Sentence = Field(description="Why this look is needed, in the user's own words.")


class PartnerRecords(Asked):
    """Records sent with a referral, in the columns of an extract (see docs/service.md)."""

    incidents: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_INCIDENTS)
    involvements: list[dict[str, Any]] = Field(min_length=1, max_length=4 * MAX_INCIDENTS)
    people: list[dict[str, Any]] = Field(default_factory=list, max_length=4 * MAX_INCIDENTS)


class Nomination(Asked):
    """One person to be scored: known to the extract, or described by a partner's records."""

    person_id: Identifier
    records: PartnerRecords | None = Field(default=None, description="Absent for a person in the loaded extract.")
    agency: Identifier | None = Field(default=None, description="The partner agency that referred the person.")


class ScoreRequest(Consultation):
    """Score up to 200 people as of one day."""

    nominations: list[Nomination] = Field(min_length=1, max_length=MAX_NOMINATIONS)
    as_of: date | None = Field(
        default=None, description="The day to score as of; the day after the extract ends unless told."
    )


class LedgerNote(Frozen):
    """The ledger entry written before this answer left."""

    entry: int = Field(description="Its number in the chain.")
    head: str = Field(description="The chain's head after it; keep it, and a rewritten past can be found with it.")
    recorded_at: datetime = Field(description="UTC.")


class NominationScore(Frozen):
    """A score and the name by which exactly this explanation can be fetched again."""

    nomination_id: str
    score: ExplainedScore


class ScoreAnswer(Frozen):
    """The answer to a score request."""

    mode: Literal["matrix_and_model", "matrix_only"]
    mode_reason: str = Field(description="Why only the matrix is in force; empty when the model is.")
    scores: list[NominationScore]
    ledger: LedgerNote
    notice: str = (
        "A score informs a person's decision. It nominates nobody, and a low place says nothing of anyone's safety."
    )
