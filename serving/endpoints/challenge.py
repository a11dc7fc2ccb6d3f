"""``POST /v1/challenge``: a record or a score is contested, or a contest is answered by a named person."""

from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from matac_ml.api.challenges import ChallengeActAnswer
from matac_ml.casework import Entry
from matac_ml.challenge import Correction, ScoreDifference
from matac_ml.challenge.work import LONGEST, MOST_CORRECTIONS
from matac_ml.errors import LedgerError, UsageError
from matac_ml.roles import titles, who_may
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act
from serving.endpoints.challenges import contests_of, difference_now, told_difference
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import known_person
from serving.errors import CONFLICT, NO_LEDGER, NOT_ALLOWED, UNKNOWN, ServiceError
from serving.requests import Act
from serving.rows import PLAIN, WHOLE, Asked, Day, KnownIdentifier, OffenceCode

_FIELDS = {
    "raise": ({"about", "by", "said", "received"}, {"incident_ids"}),
    "answer": ({"challenge", "outcome"}, {"corrections"}),
}


class CorrectionEntry(Asked):
    """One record corrected as of a day."""

    incident_id: KnownIdentifier
    change: Literal["classification", "not_suspect"]
    day: Day = Field(description="The day from which it holds: days after it see it.")
    is_crime: bool | None = Field(default=None, description="Of a classification.")
    offence_code: OffenceCode | None = Field(default=None, description="Of a classification; as before when absent.")


class ChallengeRequest(Act):
    """One act: a contest, or its answer."""

    act: Literal["raise", "answer"]
    person_id: KnownIdentifier
    about: Literal["record", "score"] | None = Field(default=None, description="raise needs it.")
    by: Literal["person", "representative", "agency", "staff"] | None = Field(
        default=None, description="raise needs it: who contests."
    )
    said: Annotated[str, Field(min_length=3, max_length=LONGEST, pattern=PLAIN)] | None = Field(
        default=None, description="raise needs it: what is contested, in the contester's words."
    )
    received: Day | None = Field(default=None, description="raise needs it: the day on which it came.")
    incident_ids: list[KnownIdentifier] | None = Field(
        default=None, max_length=MOST_CORRECTIONS, description="raise: the incidents whose record is contested."
    )
    challenge: Annotated[int, Field(ge=1, le=2**53), WHOLE] | None = Field(
        default=None, description="answer needs it: the entry that raised it."
    )
    outcome: Literal["upheld", "partly", "refused"] | None = Field(default=None, description="answer needs it.")
    corrections: list[CorrectionEntry] | None = Field(
        default=None, max_length=MOST_CORRECTIONS, description="answer: what is corrected, each as of its day."
    )

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about."""
        return (self.person_id,)


async def challenge(runtime: Runtime, asked: ChallengeRequest) -> ChallengeActAnswer:
    """Record one act; 403 when it is another role's, 409 when it lacks what it needs or does not follow."""
    caller = CALLER.get()
    if asked.act == "answer" and not caller.may(Permission.ANSWER_CHALLENGES):
        who = titles(who_may(Permission.ANSWER_CHALLENGES))
        raise ServiceError(NOT_ALLOWED, faults=[("act", f"a challenge is answered by the role {who}")])
    needs, may = _FIELDS[asked.act]
    every = {field for one in _FIELDS.values() for fields in one for field in fields}
    given = {field for field in every if getattr(asked, field) is not None}
    faults = [(field, "this act needs it") for field in sorted(needs - given)]
    faults += [(field, "this act does not take it") for field in sorted(given - needs - may)]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    entry, changes = await act(partial(_write, runtime, asked))
    return ChallengeActAnswer(
        number=asked.challenge or entry.number,
        entry=entry.number,
        head=entry.hash,
        difference=told_difference(changes) if changes else None,
    )


def _write(runtime: Runtime, asked: ChallengeRequest, begun: "Future[None]") -> tuple[Entry, ScoreDifference | None]:
    person = known_person(runtime.deployment, asked.person_id)
    work = replace(contests_of(runtime), before_writing=partial(begin, begun))
    corrections = [Correction(**one.model_dump()) for one in asked.corrections or ()]
    changes = difference_now(runtime.deployment, person, corrections)
    who = {"actor": asked.user, "reason": asked.reason}
    try:
        if asked.act == "raise" and asked.received is not None:
            incidents = asked.incident_ids or []
            said, about, by = asked.said or "", asked.about or "", asked.by or ""
            entry = work.raise_challenge(
                person.person_id, about=about, by=by, said=said, received=asked.received, incident_ids=incidents, **who
            )
            return entry, None
        outcome, number = asked.outcome or "", asked.challenge or 0
        entry = work.answer(
            person.person_id, challenge=number, outcome=outcome, corrections=corrections, changes=changes, **who
        )
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("act", fault) for fault in error.faults or (error.message,)]) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
    return entry, changes


ENDPOINT = Endpoint(
    address="POST /v1/challenge",
    permission=Permission.SCORE,
    summary="A record or score is contested, or a challenge is answered.",
    description="one act of a [challenge](challenges.md): a record or a score is contested, or a named person answers "
    "with a reason and corrects records as of a day",
    request=ChallengeRequest,
    answer=ChallengeActAnswer,
    errors=(CONFLICT, UNKNOWN),
    handler=challenge,
)
