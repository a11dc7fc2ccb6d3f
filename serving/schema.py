"""What is asked of the service and what it answers: one model a message. Descriptions become OpenAPI."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matac_ml.explain.schema import ExplainedScore, Frozen
from serving.rows import PLAIN, Asked, Day, Identifier, PartnerRecords

NOTICE = "A score informs a person's decision. It nominates nobody. A place far down says nothing of anyone's safety."

MAX_NOMINATIONS = 200
MAX_RANKED = 200

Sentence = Annotated[str, StringConstraints(min_length=10, max_length=1000, pattern=PLAIN)]
User = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PLAIN)]
NominationId = Annotated[str, StringConstraints(pattern=r"^N-[0-9a-f]{32}$")]
Purpose = Literal["matac_nomination", "matac_review", "partner_referral", "audit", "subject_access", "demonstration"]


class Consultation(Asked):
    """Who looks, for what, and why: required of every look at a person, and kept in the ledger."""

    user: User = Field(description="The person who looks; with a personal token it must be the token's own name.")
    purpose: Purpose
    justification: Sentence = Field(description="Why this look is needed, in the user's own words.")


class Nomination(Asked):
    """One person to be scored: known to the extract, or described by a partner's records."""

    person_id: Identifier
    records: PartnerRecords | None = Field(default=None, description="Absent for a person in the loaded extract.")
    agency: Identifier | None = Field(default=None, description="The partner agency that referred the person.")


class ScoreRequest(Consultation):
    """Score up to 200 people as of one day."""

    nominations: list[Nomination] = Field(min_length=1, max_length=MAX_NOMINATIONS)
    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")


class RankRequest(Consultation):
    """The list of an area, or of the whole force, to a length."""

    k: int = Field(default=10, ge=1, le=MAX_RANKED, description="How many people the meeting can take.")
    area: Identifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    order: Literal["matrix", "model"] = Field(default="matrix", description="Which instrument orders the list.")


class ForwardRequest(Consultation):
    """What the scores would be if nothing further were recorded."""

    person_id: Identifier


class ExplanationRequest(Consultation):
    """Fetch an explanation again, exactly as it was given."""

    nomination_id: NominationId


class SubjectAccessRequest(Consultation):
    """Everything that was said of one person."""

    person_id: Identifier


class MatrixOnlyRequest(Asked):
    """Turn the model off or on for everybody."""

    user: User
    matrix_only: bool
    reason: Sentence


class LedgerNote(Frozen):
    """The ledger entries written before this answer left."""

    entries: tuple[int, ...] = Field(description="Their numbers in the chain.")
    head: str = Field(description="The chain's head after them. Keep it: a rewritten past can be found with it.")
    recorded_at: datetime = Field(description="UTC.")


class NominationScore(Frozen):
    """A score, and the name by which exactly this explanation can be fetched again."""

    nomination_id: str
    score: ExplainedScore


class Mode(Frozen):
    """Which instruments are in force, in every answer."""

    mode: Literal["matrix_and_model", "matrix_only"]
    reason: str = Field(description="Why only the matrix is in force; empty when the model is too.")


class ScoreAnswer(Frozen):
    """The answer to a score request, in the order asked."""

    mode: Mode
    scores: tuple[NominationScore, ...]
    ledger: LedgerNote
    notice: str = NOTICE


class RankedPerson(Frozen):
    """One line of a list."""

    rank: int
    person_id: str
    also_victim: bool = Field(description="The person is also recorded as a victim: read that first.")
    matrix_total: int
    matrix_band: str
    matrix_rank: int
    model_probability: float | None
    model_rank: int | None
    area: str | None


class RankAnswer(Frozen):
    """A list in order. People shown are in no way chosen: a meeting chooses."""

    mode: Mode
    as_of: date
    area: str | None
    of: int = Field(description="How many people were ranked.")
    people: tuple[RankedPerson, ...]
    tie_rule: str
    ledger: LedgerNote
    notice: str = NOTICE


class ForwardPoint(Frozen):
    """The scores on one later day, if nothing further were recorded until then."""

    days: int
    as_of: date
    matrix_total: int
    matrix_band: str
    model_probability: float | None


class ForwardAnswer(Frozen):
    """The only counterfactual offered: no further record."""

    mode: Mode
    person_id: str
    points: tuple[ForwardPoint, ...]
    text: str
    ledger: LedgerNote
    notice: str = NOTICE


class ExplanationAnswer(Frozen):
    """An explanation as it was given."""

    nomination_id: str
    given_at: datetime
    score: ExplainedScore
    ledger: LedgerNote


class SubjectAccessAnswer(Frozen):
    """In plain English: what is held and what was said of one person, for whoever answers their request."""

    person_id: str
    text: str
    times_looked_at: int
    ledger: LedgerNote


class ModelInForce(Frozen):
    """What scores today."""

    mode: Mode
    policy: str
    policy_label: str
    policy_sha256: str
    harm_index: str
    model: str | None
    model_hash: str | None
    outcome: str | None
    data_as_of: date
    data_hash: str
    people_ranked: int
    ledger_head: str


class PaperList(Frozen):
    """The papers of the bundle in force."""

    papers: tuple[str, ...]


class MatrixOnlyAnswer(Frozen):
    """Whether only the matrix is in force now."""

    mode: Mode
    ledger: LedgerNote
