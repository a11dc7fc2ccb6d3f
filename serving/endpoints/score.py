"""``POST /v1/score``: explained scores of people in the extract, or described by a partner's records."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from matac_ml.api.answers import LedgerNote, Mode, ScoreAnswer
from matac_ml.api.explanation import ExplainedScore, NotScored
from matac_ml.asof import PersonFile
from matac_ml.explain.context import ScoringContext, Subject
from matac_ml.explain.person import explain_people
from serving.deployment.active import ActiveDeployment
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import context_on
from serving.errors import CONFLICT, UNKNOWN, ServiceError
from serving.explained import Explained
from serving.ledger.writer import Consultation
from serving.partner import check_records, person_of
from serving.requests import ConsultationRequest
from serving.rows import Asked, Day, Identifier, KnownIdentifier, PartnerRecords

MAX_NOMINATIONS = 200
#: More nominations than this are worked on beside the event loop, so that other callers are not kept waiting.
INLINE = 4
_KNOWN_ALREADY = (
    "the extract knows this person, and records sent would hide what the police hold, a dual role too. "
    "For the person of the extract leave the records out and have the force record them; "
    "for somebody else send them under another identifier"
)


class Nomination(Asked):
    """One person to be scored: known to the extract, or described by a partner's records."""

    person_id: KnownIdentifier
    records: PartnerRecords | None = Field(default=None, description="Absent for a person in the loaded extract.")
    agency: Identifier | None = Field(default=None, description="The partner agency that referred the person.")


class ScoreRequest(ConsultationRequest):
    """Score up to 200 people as of one day."""

    nominations: list[Nomination] = Field(min_length=1, max_length=MAX_NOMINATIONS)
    as_of: Day | None = Field(default=None, description="The day after the extract ends unless told.")

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody nominated."""
        return tuple(dict.fromkeys(nomination.person_id for nomination in self.nominations))


@dataclass(frozen=True)
class NamedExplanation:
    """What was said of a person, under the name by which it can be fetched again."""

    nomination_id: str
    explained: Explained

    @property
    def answer(self) -> ExplainedScore | NotScored:
        """What it says."""
        return self.explained.answer

    @property
    def text(self) -> str:
        """What a :class:`NominationScore` of the same would write."""
        score, other = (self.explained.text, "null") if self.explained.is_score else ("null", self.explained.text)
        return f'{{"nomination_id":"{self.nomination_id}","score":{score},"not_scored":{other}}}'

    @property
    def consultation(self) -> Consultation:
        """The access record, with the whole explanation, so that it can be given again as it was."""
        payload = {"nomination_id": self.nomination_id, "explanation": self.explained.text}
        return Consultation(self.explained.person_id, payload, self.nomination_id)


@dataclass(frozen=True)
class ScoreAnswerText:
    """The answer to a score request, put together from texts: a :class:`ScoreAnswer` that nobody builds to be read."""

    mode: Mode
    scores: tuple[NamedExplanation, ...]
    ledger: LedgerNote

    def model_dump_json(self) -> str:
        """What a :class:`ScoreAnswer` of the same would write."""
        listed = ",".join(score.text for score in self.scores)
        # The text sought stands nowhere else: inside a JSON string its quotes would be escaped.
        empty = ScoreAnswer(mode=self.mode, scores=(), ledger=self.ledger).model_dump_json()
        return empty.replace('"scores":[]', f'"scores":[{listed}]', 1)


async def score(runtime: Runtime, asked: ScoreRequest) -> ScoreAnswerText:
    """Explained scores, each in the ledger under a nomination id before the answer leaves."""
    deployment = runtime.deployment
    inline = len(asked.nominations) <= INLINE
    explained = explain(deployment, asked) if inline else await asyncio.to_thread(explain, deployment, asked)
    scores = tuple(NamedExplanation(f"N-{uuid.uuid4().hex}", explanation) for explanation in explained)
    note = await runtime.ledger.write("consultation", asked, [score.consultation for score in scores])
    runtime.shadow.saw(asked.people, asked.as_of or deployment.as_of)
    return ScoreAnswerText(deployment.mode, scores, note)


def explain(deployment: ActiveDeployment, asked: ScoreRequest) -> tuple[Explained, ...]:
    """Explained scores in the order asked; every nomination that cannot be met is listed at once.

    What was explained before under this deployment, for the same day, is not worked out again: nothing it is made of
    can change while the deployment is in force. That it adds up is checked every time.

    Raises
    ------
    InvariantError
        An explanation does not add up to its score.
    """
    context = context_on(deployment, asked.as_of)
    _refuse_contradictions(deployment, asked)
    found = [_at_hand(deployment, nomination, context) for nomination in asked.nominations]
    missing = [nomination for nomination, kept in zip(asked.nominations, found, strict=True) if kept is None]
    files = deployment.find_all([nomination.person_id for nomination in missing if nomination.records is None])
    unknown = [
        (f"nominations.{i}.person_id", "the extract holds nobody with this identifier, and no records were sent")
        for i, nomination in enumerate(asked.nominations)
        if found[i] is None and nomination.records is None and nomination.person_id not in files
    ]
    if unknown:
        raise ServiceError(UNKNOWN, faults=unknown)
    made = iter(_explain_missing(deployment, missing, files, context))
    explained = tuple(next(made) if kept is None else kept for kept in found)
    for explanation in explained:
        explanation.check()
    return explained


def _refuse_contradictions(deployment: ActiveDeployment, asked: ScoreRequest) -> None:
    sent = [(i, each.person_id, each.records) for i, each in enumerate(asked.nominations) if each.records is not None]
    police = deployment.find_all([person_id for _, person_id, _ in sent])
    contradictions = [(f"nominations.{i}.person_id", _KNOWN_ALREADY) for i, person_id, _ in sent if person_id in police]
    contradictions += [
        fault
        for i, person_id, records in sent
        for fault in check_records(records, person_id, f"nominations.{i}.records")
    ]
    if contradictions:
        raise ServiceError(CONFLICT, faults=contradictions)


def _at_hand(deployment: ActiveDeployment, nomination: Nomination, context: ScoringContext) -> Explained | None:
    if nomination.records is not None:
        return None
    return deployment.explained.find((nomination.person_id, context.as_of, context.today))


def _explain_missing(
    deployment: ActiveDeployment,
    nominations: Sequence[Nomination],
    files: Mapping[str, PersonFile],
    context: ScoringContext,
) -> list[Explained]:
    """Work out what is not at hand, all of it together; what came from the extract is kept at hand."""
    if not nominations:
        return []
    subjects = [_subject(deployment, nomination, files, context) for nomination in nominations]
    made = [Explained.of(score) for score in explain_people(subjects, context)]
    for nomination, explanation in zip(nominations, made, strict=True):
        if nomination.records is None:
            deployment.explained.keep((nomination.person_id, context.as_of, context.today), explanation)
    return made


def _subject(
    deployment: ActiveDeployment, nomination: Nomination, files: Mapping[str, PersonFile], context: ScoringContext
) -> Subject:
    if nomination.records is not None:
        return Subject(person_of(nomination.records, nomination.person_id), from_partner=True)
    person = files[nomination.person_id]
    person_id = context.view(person).person_id  # another one may stay on another day
    return Subject(
        person,
        asked_as=nomination.person_id,
        values=deployment.values(person_id, context.as_of),
        doubtful=deployment.extract.doubtful().get(person.person_id, ""),
    )


ENDPOINT = Endpoint(
    address="POST /v1/score",
    permission=Permission.SCORE,
    summary="Explained scores of up to 200 people.",
    description=(
        "explained scores of up to 200 people: "
        "known to the extract, or with records a partner sent, or both kinds in one list. "
        "Somebody who is recorded as a suspect in no incident gets no score: "
        "`not_scored` says what is recorded and what to do, here and at the next addresses. "
        "Whoever the list leaves out has points, no rank and no probability, and a caution says why"
    ),
    request=ScoreRequest,
    answer=ScoreAnswer,
    errors=(UNKNOWN, CONFLICT),
    handler=score,
)
