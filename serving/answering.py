"""From a checked request to an answer whose looks are in the ledger. Knows nothing of HTTP."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from typing import TypeVar

from matac_ml.api.answers import (
    ExplanationAnswer,
    ForwardAnswer,
    IncidentsAnswer,
    MatrixOnlyAnswer,
    ModelInForce,
    PaperList,
    RankAnswer,
    SubjectAccessAnswer,
)
from matac_ml.api.explanation import ExplainedScore, IncidentLine, NotScored
from matac_ml.asof import PersonView
from matac_ml.casework import Entry
from matac_ml.explain.forward import forward_text
from matac_ml.explain.incident_table import incident_table
from matac_ml.explain.subject import subject_text
from matac_ml.manifest import is_file_name
from matac_ml.records import identities
from serving.caller import CALLER
from serving.deadline import to_its_end
from serving.errors import NOT_IN_FORCE, UNKNOWN, ServiceError
from serving.explained import Given, ScoresGiven, read_explanation
from serving.force import Force
from serving.holder import Holder
from serving.ledger_notes import LedgerNotes, Look
from serving.on_record import on_record
from serving.principal import Permission
from serving.schema import (
    MAX_RANKED,
    ExplanationRequest,
    ForwardRequest,
    IncidentsRequest,
    MatrixOnlyRequest,
    RankRequest,
    ScoreRequest,
    SubjectAccessRequest,
)
from serving.scoring import explain, incidents_of, known, look_forward, ranked, setting_at, why_not_scored

Result = TypeVar("Result")

#: More nominations than this are worked on beside the event loop, so that other callers are not kept waiting.
INLINE = 4
TIE_RULE = (
    "Equal points go by the policy's rule for ties, and equal probabilities by the matrix. People who are still equal "
    "share a rank."
)


async def _beside(work: Callable[[], Result], *, rows: int) -> Result:
    return work() if rows <= INLINE else await asyncio.to_thread(work)


class Answering:
    """Answers the requests of one worker."""

    def __init__(self, holder: Holder, notes: LedgerNotes) -> None:
        self._holder = holder
        self.notes = notes

    @property
    def _force(self) -> Force:
        return self._holder.force

    @on_record
    async def score(self, asked: ScoreRequest) -> ScoresGiven:
        """Explained scores, each in the ledger under a nomination id before the answer leaves."""
        force = self._force
        scores = await _beside(lambda: explain(force, asked), rows=len(asked.nominations))
        given = tuple(Given(f"N-{uuid.uuid4().hex}", one) for one in scores)
        note = await self.notes.write("consultation", asked, [Look.at_score(one) for one in given])
        return ScoresGiven(force.mode, given, note)

    @on_record
    async def rank(self, asked: RankRequest) -> RankAnswer:
        """The list; every person on it has an entry."""
        force = self._force
        first, people = await asyncio.to_thread(ranked, force, asked)
        list_id = f"L-{uuid.uuid4().hex}"
        looks = [Look(one.person_id, {"rank": one.rank, "matrix_total": one.matrix_total}, list_id) for one in people]
        note = await self.notes.write("list", asked, looks)
        return RankAnswer(
            mode=force.mode,
            list_id=list_id,
            as_of=force.as_of,
            area=asked.area,
            of=force.ranking.count(asked.area, order=asked.order),
            of_both=force.ranking.rank_table.of_both,
            tied_at_cut=first.tied,
            places_for_tied=first.places_left,
            tied_shown=first.tied_shown,
            people=people,
            tie_rule=TIE_RULE,
            serial_rule=force.setting.policy.serial_rule.label,
            ledger=note,
        )

    @on_record
    async def forward(self, asked: ForwardRequest) -> ForwardAnswer:
        """Scores on later days, were nothing further recorded."""
        force = self._force
        person = known(force, asked.person_id)
        why = why_not_scored(person, setting_at(force, None))
        points = await asyncio.to_thread(look_forward, force, person)
        look = Look(person.person_id, {"points": [point.model_dump(mode="json") for point in points]})
        note = await self.notes.write("forward_look", asked, [look])
        return ForwardAnswer(
            also_victim=PersonView(person, force.as_of).has_dual_role,
            not_scored=why,
            mode=force.mode,
            person_id=asked.person_id,
            points=points,
            text=why.text
            if why
            else forward_text([p.matrix_total for p in points], [p.model_probability for p in points]),
            ledger=note,
        )

    @on_record
    async def incidents(self, asked: IncidentsRequest) -> IncidentsAnswer:
        """The incidents behind a person's score, to be checked against the police system."""
        force = self._force
        person, setting = known(force, asked.person_id), setting_at(force, asked.as_of)
        lines = incident_table(person, setting)
        look = Look(person.person_id, {"incidents": len(lines), "as_of": str(setting.as_of)})
        note = await self.notes.write("incident_table", asked, [look])
        return IncidentsAnswer(
            also_victim=PersonView(person, setting.as_of).has_dual_role,
            not_scored=why_not_scored(person, setting),
            mode=force.mode,
            person_id=person.person_id,
            as_of=setting.as_of,
            harm_index=setting.versions.harm_index,
            incidents=lines,
            ledger=note,
        )

    def incidents_of(self, score: ExplainedScore | NotScored) -> tuple[IncidentLine, ...]:
        """The same for a score that is being shown: part of that look, and of its entry.

        Empty for whoever may not ask for it by itself: an auditor sees what was said, not everybody in the records.
        """
        return incidents_of(self._force, score) if CALLER.get().may(Permission.SCORE) else ()

    @on_record
    async def explanation(self, asked: ExplanationRequest) -> ExplanationAnswer:
        """What was given under a nomination id, byte for byte; to whoever got it, and to auditors."""
        kept = await asyncio.to_thread(self.notes.find_explanation, asked.nomination_id, asked.user, CALLER.get())
        if kept is None:
            message = "no explanation of that id was given to this user, or it has been erased"
            raise ServiceError(UNKNOWN, faults=[("nomination_id", message)])
        said = read_explanation(kept.explanation)
        look = Look(said.person_id, {"nomination_id": asked.nomination_id})
        note = await self.notes.write("explanation_again", asked, [look])
        return ExplanationAnswer(
            nomination_id=asked.nomination_id,
            given_at=kept.given_at,
            score=said if isinstance(said, ExplainedScore) else None,
            not_scored=said if isinstance(said, NotScored) else None,
            ledger=note,
        )

    @on_record
    async def subject_access(self, asked: SubjectAccessRequest) -> SubjectAccessAnswer:
        """What we hold and have disclosed about a person, in plain English."""
        force = self._force
        known_as = identities(force.extract, asked.person_id)
        looks, refusals, steps = await asyncio.to_thread(self.notes.said_of, known_as)
        person = force.find(asked.person_id)
        if person is None and not looks and not refusals and not steps:
            raise ServiceError(UNKNOWN, faults=[("person_id", "nothing is held of this person")])
        text = subject_text(asked.person_id, person, looks, steps, refusals, as_of=force.as_of)
        note = await self.notes.write("subject_access", asked, [Look(known_as[0], {})])
        return SubjectAccessAnswer(
            also_victim=None if person is None else PersonView(person, force.as_of).has_dual_role,
            person_id=asked.person_id,
            text=text,
            times_looked_at=len(looks),
            times_refused=len(refusals),
            cycle_steps=len(steps),
            ledger=note,
        )

    @on_record
    async def matrix_only(self, asked: MatrixOnlyRequest) -> MatrixOnlyAnswer:
        """Turn the model off or on for every worker: an entry in the ledger, then a file beside the bundle."""
        written: Future[list[Entry]] = Future()
        return await to_its_end(self._switch(asked, written), written)

    async def _switch(self, asked: MatrixOnlyRequest, written: "Future[list[Entry]]") -> MatrixOnlyAnswer:
        act = {"matrix_only": asked.matrix_only}
        note = await self.notes.write_act("matrix_only", asked.user, asked.reason, act, written=written)
        await asyncio.to_thread(self._holder.switch, asked.matrix_only, asked.reason)
        return MatrixOnlyAnswer(mode=self._force.mode, ledger=note)

    def model_in_force(self) -> ModelInForce:
        """What scores now."""
        force, setting = self._force, self._force.setting
        versions = setting.versions
        return ModelInForce(
            mode=force.mode,
            policy=versions.policy,
            policy_label=versions.policy_label,
            policy_sha256=versions.policy_sha256,
            harm_index=versions.harm_index,
            model=versions.model,
            model_hash=versions.model_hash,
            model_approved=versions.model_approved,
            release=force.release or None,
            approval=force.approval,
            outcome=setting.model.outcome.sentence if setting.model else None,
            data_as_of=versions.data_as_of,
            data_hash=versions.data_hash,
            people_ranked=force.ranking.of,
            ledger_head=self.head(),
        )

    def papers(self) -> PaperList:
        """Names of the papers in force."""
        papers, approval = self._force.papers, self._force.approval
        return PaperList(papers=tuple(papers.files), reason=papers.reason, approval=approval, ledger_head=self.head())

    def head(self) -> str:
        """The chain's head, printed on whatever leaves: kept by somebody, it finds a past written again."""
        return self.notes.head()

    def paper(self, name: str) -> bytes:
        """One paper by its name: the bytes that were checked when the release was loaded.

        Raises
        ------
        ServiceError
            ``unknown`` when the release has no paper of that name, ``not_in_force`` when its papers are not in force.
        """
        papers = self._force.papers
        if name in papers.files:
            return papers.files[name]
        if papers.reason and is_file_name(name):
            raise ServiceError(NOT_IN_FORCE, faults=[("", papers.reason)])
        raise ServiceError(UNKNOWN, faults=[("name", "no paper of that name is in force")])

    def areas(self) -> tuple[str, ...]:
        """Areas that a list can be made of."""
        return self._force.ranking.areas()

    @property
    def capacity(self) -> int:
        """How many people the policy says a meeting can take; no more than one list holds."""
        return min(self._force.setting.policy.capacity, MAX_RANKED)

    @property
    def as_of(self) -> date:
        """The day of the list."""
        return self._force.as_of
