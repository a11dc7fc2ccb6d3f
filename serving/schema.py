"""What is asked of the service: one model a request. Descriptions become OpenAPI; answers are in the kernel."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from serving.rows import PLAIN, WHOLE, Asked, Day, Identifier, KnownIdentifier, PartnerRecords, Whole

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

    person_id: KnownIdentifier
    records: PartnerRecords | None = Field(default=None, description="Absent for a person in the loaded extract.")
    agency: Identifier | None = Field(default=None, description="The partner agency that referred the person.")


class ScoreRequest(Consultation):
    """Score up to 200 people as of one day."""

    nominations: list[Nomination] = Field(min_length=1, max_length=MAX_NOMINATIONS)
    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")


class RankRequest(Consultation):
    """The list of an area, or of the whole force, to a length."""

    k: Whole = Field(default=10, ge=1, le=MAX_RANKED, description="How many people the meeting can take.")
    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    order: Literal["matrix", "model"] = Field(default="matrix", description="Which instrument orders the list.")


class ForwardRequest(Consultation):
    """What the scores would be if nothing further were recorded."""

    person_id: KnownIdentifier


class IncidentsRequest(Consultation):
    """The incidents behind somebody's score, with the people in them."""

    person_id: KnownIdentifier
    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")


class ExplanationRequest(Consultation):
    """Fetch an explanation again, exactly as it was given."""

    nomination_id: NominationId


class SubjectAccessRequest(Consultation):
    """Everything that was said of one person."""

    person_id: KnownIdentifier


class CycleRequest(Asked):
    """One step of the MATAC cycle, by a named person with a reason."""

    step: Literal["refer", "accept", "decline", "plan", "engage", "remove", "withdraw", "complete", "exit"]
    person_id: KnownIdentifier
    user: User = Field(description="Who takes the step.")
    reason: Sentence
    on: Day | None = Field(default=None, description="The day the step was taken; today unless told.")
    source: Identifier | None = Field(default=None, description="refer: the partner agency; analysis unless told.")
    score: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = Field(
        default=None,
        description="refer and exit: points typed by hand; worked out from the extract in force unless told.",
    )
    interventions: list[Identifier] | None = Field(
        default=None, min_length=1, max_length=20, description="plan needs them: names of the toolkit."
    )
    starts: Day | None = Field(default=None, description="plan needs it: first day of the 17 weeks.")
    week: Annotated[int, Field(ge=1, le=17), WHOLE] | None = Field(
        default=None, description="engage needs it: week of the programme."
    )
    engaged: bool | None = Field(default=None, description="engage needs it: whether the person did.")


class OverrideEntry(Asked):
    """Somebody put on or left off against the list, and why."""

    person_id: KnownIdentifier
    reason: Sentence


class CohortRequest(Asked):
    """The cohort of a meeting: the order proposed, and who is put on or left off against it."""

    name: Identifier = Field(description="Of the meeting; each takes one cohort.")
    user: User
    reason: Sentence
    on: Day | None = Field(default=None, description="The day of the meeting; today unless told.")
    proposed: list[KnownIdentifier] = Field(
        min_length=1, max_length=MAX_RANKED, description="In the order of the list."
    )
    leave_off: list[OverrideEntry] = Field(
        default=[], max_length=MAX_RANKED, description="Proposed, and without place."
    )
    put_on: list[OverrideEntry] = Field(
        default=[], max_length=MAX_RANKED, description="With a place against the order."
    )


class MatrixOnlyRequest(Asked):
    """Turn the model off or on for everybody."""

    user: User
    matrix_only: bool
    reason: Sentence
