"""What is asked of the service: one model a request. Descriptions become OpenAPI; answers are in the kernel."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from matac_ml.casework.steps import MOST_WEEKS
from matac_ml.practice import REASON_CHARACTERS
from matac_ml.written import faults_of_name, is_reason
from serving.rows import PLAIN, WHOLE, Asked, Day, Identifier, KnownIdentifier, PartnerRecords

MAX_NOMINATIONS = 200
MAX_RANKED = 200


def _reason(text: str) -> str:
    if not is_reason(text):
        raise ValueError(f"at least {REASON_CHARACTERS} characters that can be seen are needed, spaces not counted")
    return text


def _name(text: str) -> str:
    faults = faults_of_name(text, "a name") or (["a name has no blanks around it"] if text != text.strip() else [])
    if faults:
        raise ValueError(faults[0])
    return text


Sentence = Annotated[
    str,
    StringConstraints(min_length=REASON_CHARACTERS, max_length=1000, pattern=PLAIN),
    AfterValidator(_reason),
    Field(json_schema_extra={"format": "reason"}),
]
User = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=PLAIN),
    AfterValidator(_name),
    Field(json_schema_extra={"format": "name"}),
]
ListId = Annotated[str, StringConstraints(pattern=r"^L-[0-9a-f]{32}$")]
NominationId = Annotated[str, StringConstraints(pattern=r"^N-[0-9a-f]{32}$")]
Purpose = Literal["matac_nomination", "matac_review", "partner_referral", "audit", "subject_access", "demonstration"]


class UserRequest(Asked):
    """What one named person asks for."""

    user: User

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom the request names, each once: a refusal could tell something about each of them."""
        return ()

    @property
    def grounds(self) -> tuple[str, str]:
        """Purpose and reason, for the ledger."""
        return "", ""


class Consultation(UserRequest):
    """Who looks, for what, and why: required of every look at a person, and kept in the ledger."""

    user: User = Field(description="The person who looks; with a personal token it must be the token's own name.")
    purpose: Purpose
    justification: Sentence = Field(description="Why this look is needed, in the user's own words.")

    @property
    def grounds(self) -> tuple[str, str]:
        """Purpose and justification."""
        return self.purpose, self.justification


class PersonRequest(Consultation):
    """A look at one person."""

    person_id: KnownIdentifier

    @property
    def people(self) -> tuple[str, ...]:
        """That person."""
        return (self.person_id,)


class Act(UserRequest):
    """Something that is done, and why."""

    reason: Sentence

    @property
    def grounds(self) -> tuple[str, str]:
        """The purpose of casework, and the reason."""
        return "matac_cycle", self.reason


class Nomination(Asked):
    """One person to be scored: known to the extract, or described by a partner's records."""

    person_id: KnownIdentifier
    records: PartnerRecords | None = Field(default=None, description="Absent for a person in the loaded extract.")
    agency: Identifier | None = Field(default=None, description="The partner agency that referred the person.")


class ScoreRequest(Consultation):
    """Score up to 200 people as of one day."""

    nominations: list[Nomination] = Field(min_length=1, max_length=MAX_NOMINATIONS)
    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody nominated."""
        return tuple(dict.fromkeys(one.person_id for one in self.nominations))


class RankRequest(Consultation):
    """The list of an area, or of the whole force, to a length."""

    k: Annotated[int, Field(ge=1, le=MAX_RANKED), WHOLE] | None = Field(
        default=None, description="How many people the meeting can take; what the policy says unless told."
    )
    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    order: Literal["matrix", "model"] = Field(default="matrix", description="Which instrument orders the list.")


class ForwardRequest(PersonRequest):
    """What the scores would be if nothing further were recorded."""


class IncidentsRequest(PersonRequest):
    """The incidents behind somebody's score, with the people in them."""

    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")


class ExplanationRequest(Consultation):
    """Fetch an explanation again, exactly as it was given."""

    nomination_id: NominationId


class SubjectAccessRequest(PersonRequest):
    """Everything that was said of one person."""


class CycleRequest(Act):
    """One step of the MATAC cycle, by a named person with a reason."""

    step: Literal[
        "refer", "release", "accept", "decline", "plan", "engage", "remove", "withdraw", "complete", "end_early", "exit"
    ]
    person_id: KnownIdentifier
    user: User = Field(description="Who takes the step.")
    on: Day | None = Field(default=None, description="The day the step was taken; today unless told.")
    source: Identifier | None = Field(default=None, description="refer: the partner agency; analysis unless told.")
    score: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = Field(
        default=None,
        description="refer and exit: points typed by hand; worked out from the extract in force unless told.",
    )
    interventions: list[Identifier] | None = Field(
        default=None, min_length=1, max_length=20, description="plan needs them: names of the toolkit."
    )
    starts: Day | None = Field(default=None, description="plan needs it: first day of programme or disruption.")
    weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS), WHOLE] | None = Field(
        default=None, description="plan: weeks of the programme; the toolkit's number when not given."
    )
    week: Annotated[int, Field(ge=1, le=MOST_WEEKS), WHOLE] | None = Field(
        default=None, description="engage needs it: week of the programme."
    )
    engaged: bool | None = Field(default=None, description="engage needs it: whether the person did.")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom the step is about."""
        return (self.person_id,)


class OverrideEntry(Asked):
    """Somebody put on or left off against the list, and why."""

    person_id: KnownIdentifier
    reason: Sentence


class CohortRequest(Act):
    """The cohort of a meeting: the order proposed, and who is put on or left off against it."""

    name: Identifier = Field(description="Of the meeting; each takes one cohort.")
    on: Day | None = Field(default=None, description="The day of the meeting; today unless told.")
    proposed: list[KnownIdentifier] = Field(
        min_length=1, max_length=MAX_RANKED, description="In the order of the list."
    )
    list_id: ListId | None = Field(
        default=None,
        description="The list of /v1/rank that this order is taken from. Without it the ledger says that the caller "
        "supplied the order.",
    )
    leave_off: list[OverrideEntry] = Field(
        default=[], max_length=MAX_RANKED, description="Proposed, and without place."
    )
    put_on: list[OverrideEntry] = Field(
        default=[], max_length=MAX_RANKED, description="With a place against the order."
    )

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody proposed, put on or left off."""
        overridden = (one.person_id for one in (*self.leave_off, *self.put_on))
        return tuple(dict.fromkeys((*self.proposed, *overridden)))


class MatrixOnlyRequest(Act):
    """Turn the model off or on for everybody."""

    matrix_only: bool
