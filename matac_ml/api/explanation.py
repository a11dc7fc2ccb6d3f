"""An explained score as a reader gets it: cautions first, then the matrix, then the model, then why.

The order of the fields is the order in which a person should read them. The dual role (the person is also recorded as a
victim) stands before anything else. Every field says in its description what it is, in which unit, and what it is not;
the descriptions become the OpenAPI of the service.
"""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from matac_ml.facts import Fact, WaivedGate


class CautionKind(StrEnum):
    """What a reader must know before reading a score, in the order in which they are shown."""

    DUAL_ROLE = "dual_role"
    DOUBTFUL_IDENTITY = "doubtful_identity"
    MERGED_IDENTITY = "merged_identity"
    MATRIX_ONLY = "matrix_only"
    NOT_APPROVED = "not_approved"
    WAIVED = "waived"
    THIN_FILE = "thin_file"
    LATE_RECORDS = "late_records"
    STALE_EXTRACT = "stale_extract"
    OUT_OF_RANGE = "out_of_range"
    NOT_ELIGIBLE = "not_eligible"
    TIED_AT_CUT = "tied_at_cut"
    PARTNER_RECORDS = "partner_records"


class Caution(Fact):
    """One thing to know before reading the score."""

    kind: CautionKind
    text: str = Field(description="Plain English, one or two sentences.")
    incident_ids: tuple[str, ...] = Field(default=(), description="The incidents behind the caution, newest first.")


class IncidentRef(Fact):
    """An incident behind a reason, to be looked up in the police system."""

    incident_id: str
    occurred_on: date
    recorded_on: date
    offence_code: str = Field(description="Home Office code or local token as recorded.")


class MatrixLine(Fact):
    """One component of the RFGV matrix, with the arithmetic a reader can redo."""

    component: str = Field(description="recency, frequency, gravity or victims.")
    wording: str
    value: float | None = Field(description="The measured value; null when nothing is on record.")
    value_text: str = Field(description="The value with its unit, as shown to a reader.")
    band: str = Field(description="The band of the policy the value falls in.")
    points: int
    incidents: tuple[IncidentRef, ...] = ()


class MatrixScore(Fact):
    """The RFGV points: the primary instrument. The lines re-add to the total exactly."""

    lines: tuple[MatrixLine, ...]
    total: int
    band: str
    rank: int | None = Field(
        default=None,
        description="Rank among everybody ranked, by points and the policy's rule for ties; 1 is the highest. People "
        "who are equal share the best rank. Null for somebody not ranked, and on other days than that of the list.",
    )
    of: int | None = Field(default=None, description="How many people were ranked.")
    tied_with: int | None = Field(default=None, description="How many others are equal and share the rank.")


class Bounds(Fact):
    """Lower and upper end, inclusive."""

    low: float
    high: float


class ModelScore(Fact):
    """The model beside the matrix: a calibrated probability, or an abstention with its reason."""

    outcome: str = Field(description="What is predicted: a record, not an act.")
    horizon_days: int
    probability: float | None = Field(default=None, ge=0, le=1, description="Null when the model abstains.")
    interval: Bounds | None = None
    interval_text: str = Field(default="", description="What the interval is and how it was made.")
    rank: int | None = Field(
        default=None,
        description="Rank by probability, then by the matrix, among the people to whom the model gives a number.",
    )
    tied_with: int | None = Field(default=None, description="How many others are equal and share the rank.")
    rank_interval: Bounds | None = Field(
        default=None, description="Best and worst place that the probability intervals of everybody ranked allow."
    )
    rank_if_fitted_again: Bounds | None = Field(
        default=None,
        description="Nine in ten of the people at about this rank of the test lists stood between these ranks when the "
        "model was fitted again on people drawn again. Null where that was not tried, and far down the list.",
    )
    of: int | None = Field(default=None, description="How many people have a probability from the model.")
    abstained: bool = False
    abstention_reason: str | None = None
    base_log_odds: float | None = Field(
        default=None, description="Log-odds before any feature is looked at; base plus all contributions is log_odds."
    )
    log_odds: float | None = Field(default=None, description="Calibrated log-odds; the probability is their logistic.")


class Reason(Fact):
    """How one feature moved the model's score, compared with the model's average."""

    feature: str
    family: str
    text: str = Field(description="Plain English, with the value.")
    value: float | None
    typical: float | None = Field(description="The median in the data the model was fitted on.")
    unit: str
    contribution: float = Field(
        description="Log-odds added (above 0) or taken away (below 0): a SHAP value. Of a model made of curves it "
        "is the number that its points table gives for the value, with half of what its grids of two features give."
    )
    direction: Literal["raises", "lowers", "neutral"]
    strength: Literal["strongly", "somewhat", "slightly"] | None = Field(
        default=None,
        description="Strongly: the odds change by half or more. Slightly: by less than a tenth. Null in explanations "
        "of earlier versions.",
    )
    incidents: tuple[IncidentRef, ...] = Field(default=(), description="Newest first.")
    incidents_total: int = Field(default=0, ge=0, description="How many there are in all; `incidents` may hold fewer.")


class FamilyReasons(Fact):
    """The reasons of one family, with their sum."""

    family: str
    text: str
    contribution: float = Field(description="Sum of the contributions of every feature of the family, in log-odds.")
    reasons: tuple[Reason, ...] = Field(description="Largest first; those too small to list are in `rest`.")
    rest: float = Field(
        default=0.0, description="Sum of the contributions not listed: with the reasons it adds up to the family's."
    )
    rest_count: int = Field(default=0, ge=0, description="How many contributions are in `rest`.")


class Agreement(Fact):
    """Where the matrix and the model agree or differ, and what the difference rests on."""

    verdict: Literal["agree", "model_higher", "matrix_higher", "not_compared"]
    text: str
    of: int | None = Field(
        default=None, description="How many people have both points and a probability: both ranks are among these."
    )
    matrix_rank: int | None = Field(default=None, description="Rank by the matrix among them.")
    model_rank: int | None = Field(default=None, description="Rank by the model among them.")


class Versions(Fact):
    """Everything that decided this score."""

    package: str
    policy: str
    policy_label: str
    policy_sha256: str
    harm_index: str
    model: str | None = None
    model_hash: str | None = None
    model_approved: bool = False
    model_waivers: tuple[WaivedGate, ...] = Field(
        default=(), description="Gates that do not hold and were waived when the model was approved, with the reason."
    )
    data_as_of: date = Field(description="The last day the extract holds.")
    data_hash: str


class TimelinePoint(Fact):
    """One incident on the person's timeline."""

    incident_id: str
    occurred_on: date
    recorded_on: date
    offence_code: str
    harm_days: float | None = Field(description="Days of the harm index; null when it does not hold the offence.")
    role: Literal["suspect", "victim"]
    is_crime: bool
    victims: int = Field(default=0, ge=0)


class OtherPerson(Fact):
    """Somebody on the other side of an incident, by identifier alone."""

    person_id: str
    relationship: str | None = Field(description="What the victim was to the suspect; null when nothing is recorded.")
    each_other: bool = Field(description="Also recorded the other way round, the victim as suspect against the other.")


class IncidentLine(Fact):
    """One incident of a person with whatever is needed to check it against the police system."""

    incident_id: str
    role: Literal["victim", "suspect", "offender"] = Field(description="The person's own, as known on the day.")
    others: tuple[OtherPerson, ...] = Field(description="The victims; of a victim, those suspected. By identifier.")
    occurred_on: date
    recorded_on: date
    named_on: date = Field(description="The day from which the person is on the record in this incident.")
    is_crime: bool
    offence_code: str
    offence_name: str | None = Field(description="What the harm index calls it; null when the index does not hold it.")
    reclassified_on: date | None = Field(description="When it became what is said here; null if it always was.")
    found_by_police: bool = Field(description="Found by police work, not by a report.")
    noted: tuple[str, ...] = Field(description="What else the table of incidents says of it, in words.")
    harm_days: float | None = Field(description="Days of the harm index; null when there are none.")
    counts_for: tuple[str, ...] = Field(description="Components of the matrix whose measured value rests on it.")


class ExplainedScore(Fact):
    """One person's score with everything a decision by a person needs. It nominates nobody."""

    cautions: tuple[Caution, ...] = Field(description="Read these first. A dual role stands before all others.")
    person_id: str
    as_of: date = Field(description="Only what was recorded before this day was looked at.")
    matrix: MatrixScore
    model: ModelScore | None = Field(description="Null when only the matrix is in force; a caution says why.")
    agreement: Agreement
    families: tuple[FamilyReasons, ...] = Field(description="Largest absolute sum first.")
    timeline: tuple[TimelinePoint, ...] = Field(default=(), description="Newest first, as suspect and as victim.")
    limits: tuple[str, ...] = Field(description="What the data and the score cannot see.")
    versions: Versions


class NotScored(Fact):
    """What is said of a person who is recorded as a suspect in no incident: no rank, no points, no probability.

    Somebody recorded as a victim alone is no subject of a list of perpetrators. What is recorded, and what to do for
    that person, is said instead.
    """

    kind: Literal["victim_only", "nothing_recorded"] = Field(
        description="Whether the person is recorded as a victim, or in no domestic-abuse incident at all by the day."
    )
    person_id: str = Field(description="The identifier that stays.")
    as_of: date = Field(description="Only what was recorded before this day was looked at.")
    text: str = Field(description="What is recorded, in plain English.")
    what_to_do: tuple[str, ...] = Field(description="Steps for whoever looked, the most urgent first.")
    incidents: tuple[IncidentRef, ...] = Field(description="Those in which the person is the victim, newest first.")
    cautions: tuple[Caution, ...] = Field(default=(), description="What else to know: a merged identity, old records.")
    versions: Versions
