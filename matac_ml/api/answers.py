"""What the service answers: shared by the service and its client. Descriptions become OpenAPI."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from matac_ml.api.explanation import ExplainedScore, IncidentLine, NotScored
from matac_ml.facts import Fact, WaivedGate

NOTICE = "A score informs a person's decision. It nominates nobody. A place far down says nothing of anyone's safety."

NO_SCORE = "Null for a person who is recorded as a suspect in no incident; `not_scored` then says what to do."
WHY_NO_SCORE = "Said in place of a score for a person who is recorded as a suspect in no incident: read that first."
ALSO_VICTIM = "The person is recorded as a suspect and as a victim: read that first."


class LedgerNote(Fact):
    """The ledger entries written before this answer left."""

    entries: tuple[int, ...] = Field(description="Their numbers in the chain.")
    head: str = Field(description="The chain's head after them. Keep it: a rewritten past can be found with it.")
    recorded_at: datetime = Field(description="UTC.")


class NominationScore(Fact):
    """A score, or why there is none, and the name by which exactly this explanation can be fetched again."""

    nomination_id: str
    score: ExplainedScore | None = Field(description=NO_SCORE)
    not_scored: NotScored | None = Field(default=None, description=WHY_NO_SCORE)


class Mode(Fact):
    """Which instruments are in force, in every answer."""

    mode: Literal["matrix_and_model", "matrix_only"]
    reason: str = Field(description="Why only the matrix is in force; empty when the model is too.")
    waivers: tuple[WaivedGate, ...] = Field(
        default=(), description="Gates that the model does not meet and that were waived when it was approved."
    )


class ScoreAnswer(Fact):
    """The answer to a score request, in the order asked."""

    mode: Mode
    scores: tuple[NominationScore, ...]
    ledger: LedgerNote
    notice: str = NOTICE


class RankedPerson(Fact):
    """One line of a list."""

    also_victim: bool = Field(description=ALSO_VICTIM)
    rank: int = Field(description="Rank on this list. People who are equal share the best rank: 1, 2, 2, 4.")
    tied_with: int = Field(description="How many others share the rank.")
    tied_at_cut: bool = Field(
        description="Equal at the last of the places asked for, with more people than places: the order does not say "
        "which of them takes one."
    )
    person_id: str
    doubtful_identity: str | None = Field(
        description="Why this identifier may not stand for one person; null when nothing about it is odd."
    )
    serial_perpetrator: bool = Field(description="On the register of serial perpetrators, by the list's serial rule.")
    serial_victim: bool = Field(description="On the register of serial victims, by the same rule.")
    points: dict[str, int] = Field(description="By component of the matrix; they add up to the total.")
    matrix_total: int
    matrix_band: str
    matrix_rank: int = Field(
        description="Rank in the whole force by points and the policy's rule for ties; equal people share it."
    )
    model_probability: float | None
    model_rank: int | None = Field(
        description="Rank by the model in the whole force, among the people to whom it gives a number (`of_both`)."
    )
    matrix_rank_of_both: int | None = Field(
        description="Rank by the matrix among the same people: the one to compare with `model_rank`."
    )
    area: str | None


class RankAnswer(Fact):
    """A list in order. People shown are in no way chosen: a meeting chooses."""

    mode: Mode
    list_id: str = Field(description="Name of this list in the ledger: a cohort taken from it says so by this name.")
    as_of: date
    area: str | None
    of: int = Field(description="How many people the list of this area, or of the whole force, could show.")
    of_both: int = Field(description="How many people of the whole force have points and a probability.")
    tied_at_cut: int = Field(
        description="How many people are equal at the last of the places asked for; 0 when nobody ties there."
    )
    places_for_tied: int = Field(description="How many of the places asked for are left for them.")
    tied_shown: bool = Field(
        description="Whether they are all among `people`, which then holds more than were asked for. When they are too "
        "many, none of them is: none comes before another."
    )
    people: tuple[RankedPerson, ...]
    tie_rule: str
    serial_rule: str = Field(description="Who is serial, by the policy in force.")
    ledger: LedgerNote
    notice: str = NOTICE


class ForwardPoint(Fact):
    """The scores on one later day, if nothing further were recorded until then."""

    days: int
    as_of: date
    matrix_total: int
    matrix_band: str
    model_probability: float | None


class ForwardAnswer(Fact):
    """The only counterfactual offered: no further record."""

    also_victim: bool = Field(description=ALSO_VICTIM)
    not_scored: NotScored | None = Field(default=None, description=WHY_NO_SCORE)
    mode: Mode
    person_id: str
    points: tuple[ForwardPoint, ...] = Field(description="Today and later; empty for somebody who has no score.")
    text: str = Field(description="Which way the scores go, and what that does not show.")
    ledger: LedgerNote
    notice: str = NOTICE


class IncidentsAnswer(Fact):
    """A person's incidents, to be checked against the police system."""

    also_victim: bool = Field(description=ALSO_VICTIM)
    not_scored: NotScored | None = Field(default=None, description=WHY_NO_SCORE)
    mode: Mode
    person_id: str = Field(description="The identifier that stays.")
    as_of: date = Field(description="Only what was recorded before this day is shown, as it was classified then.")
    harm_index: str
    incidents: tuple[IncidentLine, ...] = Field(description="Newest first; one line for each role of the person.")
    ledger: LedgerNote
    notice: str = NOTICE


class ExplanationAnswer(Fact):
    """An explanation as it was given."""

    nomination_id: str
    given_at: datetime
    score: ExplainedScore | None = Field(description=NO_SCORE)
    not_scored: NotScored | None = Field(default=None, description=WHY_NO_SCORE)
    ledger: LedgerNote


class SubjectAccessAnswer(Fact):
    """In plain English: what is held and what was said of one person, for whoever answers their request."""

    also_victim: bool | None = Field(
        description="Whether the person is recorded as a suspect and as a victim: read that first. Null if unknown."
    )
    person_id: str
    text: str
    times_looked_at: int = Field(description="How often something about the person was shown.")
    times_refused: int = Field(description="Requests about the person that were refused: nothing was shown or done.")
    cycle_steps: int = Field(description="Entries of the MATAC cycle about the person; the text tells each.")
    support_acts: int = Field(description="Acts of support for the person as a victim; the text tells each.")
    challenge_entries: int = Field(description="Challenges about the person, and their answers; the text tells each.")
    ledger: LedgerNote


class ModelInForce(Fact):
    """What scores today."""

    mode: Mode
    policy: str
    policy_label: str
    policy_sha256: str
    harm_index: str
    model: str | None
    model_hash: str | None
    model_approved: bool = Field(description="Whether the ledger holds an approval of the release in force.")
    release: str | None = Field(default=None, description="Hash of the release on disk; null when it is not whole.")
    approval: str = Field(default="", description="What the ledger says of it: approved, with which waivers, or not.")
    outcome: str | None = Field(description="What the model's probability is of.")
    data_as_of: date
    data_hash: str
    people_ranked: int
    ledger_head: str


class PaperList(Fact):
    """The papers of the bundle in force."""

    papers: tuple[str, ...]
    reason: str = Field(default="", description="Why no paper is in force; empty when the papers are.")
    approval: str = Field(default="", description="How their release was approved: with which waivers, or not at all.")
    ledger_head: str = Field(description="The chain's head now; also in the header X-Ledger-Head of each paper.")


class ReferralAnswer(Fact):
    """A referral that was recorded."""

    person_id: str = Field(description="As it was sent.")
    held: bool = Field(description="Whether it waits for a safeguarding review; an agency is not told.")
    entry: int
    head: str


class CycleAnswer(Fact):
    """Where somebody stands after a step."""

    also_victim: bool | None = Field(
        description="Whether the person is recorded as a suspect and as a victim: read that first. Null if unknown."
    )
    person_id: str = Field(description="The identifier that stays, under which the step is recorded.")
    state: str
    score: int | None = Field(default=None, description="Points that the step recorded.")
    entry: int = Field(description="Its number in the ledger.")
    head: str = Field(description="The chain's head after it.")
    note: str = Field(
        default="", description="Of an exit, what it does not show; of a referral, why the list leaves the person out."
    )


class ProgrammeAnswer(Fact):
    """What was noted about a person on the programme, and what the toolkit's rules say now."""

    person_id: str = Field(description="The identifier that stays, under which it is noted.")
    offered: tuple[str, ...] = Field(description="Interventions that the toolkit offers for the needs recorded.")
    question: str = Field(description="The question whether to remove the person; empty where it is not asked.")
    entry: int = Field(description="Its number in the ledger.")
    head: str = Field(description="The chain's head after it.")


class CohortAnswer(Fact):
    """The cohort taken."""

    also_victims: tuple[str, ...] = Field(description="Members recorded as suspects and as victims: read that first.")
    name: str
    members: tuple[str, ...]
    entries: tuple[int, ...]
    head: str


class MeetingAnswer(Fact):
    """What a meeting did."""

    name: str
    entry: int = Field(description="Its number in the ledger.")
    head: str = Field(description="The chain's head after it.")


class MatrixOnlyAnswer(Fact):
    """Whether only the matrix is in force now."""

    mode: Mode
    ledger: LedgerNote


class Fault(Fact):
    """One thing wrong with a request."""

    code: str
    message: str = Field(description="What was expected and what kind of thing came; never the value.")
    field: str = Field(description="Where, as in nominations.3.as_of; empty for the whole request.")
    what_to_do: str


class ErrorAnswer(Fault):
    """Every answer that is not a success, whatever its status."""

    faults: list[Fault] = Field(description="Every fault found, the first of them repeated at the top.")
