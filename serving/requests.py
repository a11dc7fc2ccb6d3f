"""What requests have in common: who asks, of whom and why. What one address takes besides is in that address's file."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from matac_ml.practice import REASON_CHARACTERS
from matac_ml.written import fault_of_reason, faults_of_name
from serving.rows import PLAIN, Asked, KnownIdentifier

#: People on one list at most.
MAX_RANKED = 200


def _reason(text: str) -> str:
    if why := fault_of_reason(text):
        raise ValueError(f"a reason {why}")
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

    @property
    def is_of_area(self) -> bool:
        """Whether it asks about an area, or about the whole force where it names none."""
        return "area" in type(self).model_fields


class ConsultationRequest(UserRequest):
    """Who looks, for what, and why: required of every look at a person, and kept in the ledger."""

    user: User = Field(description="The person who looks; with a personal token it must be the token's own name.")
    purpose: Purpose
    justification: Sentence = Field(description="Why this look is needed, in the user's own words.")

    @property
    def grounds(self) -> tuple[str, str]:
        """Purpose and justification."""
        return self.purpose, self.justification


class PersonRequest(ConsultationRequest):
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
