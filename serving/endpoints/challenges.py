"""``POST /v1/challenges``: contests of records and scores with their answers; each person shown is on record first."""

import asyncio
from collections.abc import Sequence
from functools import partial

from pydantic import Field

from matac_ml.api.challenges import ChallengeAnswer, ChallengesAnswer, CorrectionAnswer, DifferenceAnswer, PointsAnswer
from matac_ml.asof import PersonFile
from matac_ml.casework.judging import CASE_LOOK
from matac_ml.casework.notes import is_same
from matac_ml.challenge import Challenge, ChallengeWork, Correction, ScoreDifference, difference, is_recorded
from matac_ml.challenge.contest import ABOUT
from matac_ml.challenge.difference import Points
from matac_ml.errors import LedgerError
from matac_ml.records import identities
from matac_ml.wording import day
from serving.access.principal import CALLER
from serving.deployment.active import ActiveDeployment
from serving.deployment.own_area import is_elsewhere
from serving.endpoints.casework import cycle_of
from serving.endpoints.drawn_lists import NOT_RECORDED
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import also_victim
from serving.errors import NO_LEDGER, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest
from serving.rows import KnownIdentifier


class ChallengesRequest(ConsultationRequest):
    """Every contest, or those about one person."""

    person_id: KnownIdentifier | None = Field(default=None, description="Everybody unless told.")

    @property
    def people(self) -> tuple[str, ...]:
        """That person."""
        return (self.person_id,) if self.person_id else ()


def contests_of(runtime: Runtime) -> ChallengeWork:
    """Contests in this worker's ledger, of people as the extract in force knows them."""
    people = partial(identities, runtime.deployment.extract)
    return ChallengeWork(runtime.ledger.ledger, people, caller=CALLER.get().id)


def contests_now(runtime: Runtime, reader: str, person_id: str | None = None) -> ChallengesAnswer:
    """The contests as they stand, without those about records that are restricted to others."""
    work = contests_of(runtime)
    try:
        found = work.all() if person_id is None else work.of(person_id)
        found = tuple(one for one in found if not is_elsewhere(runtime, one.person_id))
        cycle = cycle_of(runtime, runtime.deployment)
        limits = {one.person_id: cycle.case(one.person_id).restricted_to for one in found}
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    seen = [one for one in found if _may_see(limits[one.person_id], reader)]
    answers = tuple(_answer(runtime.deployment, one) for one in seen)
    return ChallengesAnswer(challenges=answers, masked=len(found) - len(seen), ledger=NOT_RECORDED)


def _may_see(restricted_to: Sequence[str], reader: str) -> bool:
    return not restricted_to or any(is_same(name, reader) for name in restricted_to)


def _answer(deployment: ActiveDeployment, one: Challenge) -> ChallengeAnswer:
    person = deployment.find(one.person_id)
    changed = difference_now(deployment, person, one.corrections)
    return ChallengeAnswer.model_validate(
        {
            "also_victim": also_victim(deployment, one.person_id),
            "number": one.number,
            "person_id": one.person_id,
            "about": one.about,
            "by": one.by,
            "said": one.said,
            "incident_ids": one.incident_ids,
            "received": one.received,
            "raised_by": one.raised_by,
            "outcome": one.outcome,
            "answer": one.answer,
            "answered_by": one.answered_by,
            "answered": one.answered,
            "corrections": tuple(_correction(deployment, person, correction) for correction in one.corrections),
            "difference": told_difference(changed) if changed else None,
        }
    )


def _correction(deployment: ActiveDeployment, person: PersonFile | None, correction: Correction) -> CorrectionAnswer:
    known = None if person is None else is_recorded(person, correction, deployment.as_of)
    return CorrectionAnswer(
        incident_id=correction.incident_id,
        change=correction.change,
        day=correction.day,
        words=correction.words,
        in_the_records=known,
    )


def difference_now(
    deployment: ActiveDeployment, person: PersonFile | None, corrections: Sequence[Correction]
) -> ScoreDifference | None:
    """What corrections do to the score by the records in force; None where there is nothing to compare."""
    return None if person is None or not corrections else difference(person, corrections, deployment.context)


def told_difference(found: ScoreDifference) -> DifferenceAnswer:
    """A difference as the service answers it."""
    return DifferenceAnswer(
        day=found.day,
        text=found.text,
        without=_points(found.without),
        corrected=_points(found.corrected),
        earlier_day=found.earlier_day,
        earlier=_points(found.earlier) if found.earlier else None,
    )


def _points(points: Points) -> PointsAnswer:
    return PointsAnswer(by_component=dict(points.lines), total=points.total, probability=points.probability)


def notes_on(runtime: Runtime, person_id: str) -> list[str]:
    """What whoever looks at a person must know of contests: open ones, and corrections the records do not have yet."""
    deployment = runtime.deployment
    person = deployment.find(person_id)
    try:
        found = contests_of(runtime).of(person_id)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    notes = [
        f"{ABOUT[one.about].capitalize()} about this person has been contested since {day(one.received)} "
        f"(entry {one.number}) and waits for an answer."
        for one in found
        if one.is_open
    ]
    return notes + [
        f"It was decided that from {day(item.day)} on {item.words} (entry {one.number}). "
        "The records in force do not say so yet, and this score does not know of it."
        for one in found
        for item in one.corrections
        if person is None or not is_recorded(person, item, deployment.as_of)
    ]


def looks_at(answer: ChallengesAnswer) -> list[Consultation]:
    """The entries of a look: one a person, with whether a score is shown."""
    shown: dict[str, bool] = {}
    for one in answer.challenges:
        shown[one.person_id] = shown.get(one.person_id, False) or one.difference is not None
    return [Consultation(person, {"page": "challenges", "score_shown": score}) for person, score in shown.items()]


async def show_challenges(runtime: Runtime, asked: ChallengesRequest) -> ChallengesAnswer:
    """The contests; everybody shown has an entry."""
    answer = await asyncio.to_thread(contests_now, runtime, asked.user, asked.person_id)
    return answer.model_copy(update={"ledger": await runtime.ledger.write(CASE_LOOK, asked, looks_at(answer))})


ENDPOINT = Endpoint(
    address="POST /v1/challenges",
    permission=Permission.SCORE,
    summary="Contests of records and scores, with their answers.",
    description="[challenges](challenges.md) to records and scores with their answers, and what each correction does "
    "to the score",
    request=ChallengesRequest,
    answer=ChallengesAnswer,
    handler=show_challenges,
)
