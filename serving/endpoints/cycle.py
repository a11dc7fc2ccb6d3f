"""``POST /v1/cycle``: one step of the MATAC cycle, the same as on the command line."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from matac_ml import clock
from matac_ml.api.answers import CycleAnswer
from matac_ml.casework import Cycle, Entry, Recorded, Score, recorded_as
from matac_ml.casework.referral import Basis, Share, Terms
from matac_ml.casework.score import score_of
from matac_ml.casework.steps import MOST_WEEKS
from matac_ml.explain.cautions import left_out_text
from matac_ml.roles import ServiceRole, titles
from serving.access.personal import PERSONAL_STEPS, why_not_personal
from serving.access.principal import CALLER
from serving.deployment.active import ActiveDeployment
from serving.endpoints.casework import act, in_cycle
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import also_victim
from serving.errors import CONFLICT, NOT_ALLOWED, ServiceError
from serving.requests import Act, User
from serving.rows import IDENTIFIER, WHOLE, Day, Identifier, KnownIdentifier
from serving.settings import ServiceSettings


class CycleRequest(Act):
    """One step of the MATAC cycle, by a named person with a reason."""

    step: Literal[
        "refer",
        "release",
        "accept",
        "decline",
        "settle_accept",
        "settle_decline",
        "plan",
        "engage",
        "remove",
        "withdraw",
        "complete",
        "end_early",
        "exit",
    ]
    person_id: KnownIdentifier
    user: User = Field(description="Who takes the step.")
    on: Day | None = Field(default=None, description="The day the step was taken; today unless told.")
    meeting: Identifier | None = Field(
        default=None, description="Name of the meeting in which the step is taken; it then stands in the minutes."
    )
    source: Identifier | None = Field(default=None, description="refer: the partner agency; analysis unless told.")
    score: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = Field(
        default=None,
        description="refer and exit: points typed by hand; worked out from the extract in force unless told.",
    )
    not_recorded: bool | None = Field(
        default=None, description="refer: true when the agency knows the person and the extract in force does not."
    )
    basis: Basis | None = Field(default=None, description="refer: why it may be shared, as whoever refers states it.")
    share: Share | None = Field(default=None, description="refer: with whom it may be shared.")
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


#: What a step takes beyond the person, who takes it, why and when, and whether it can be left out.
_TAKES: dict[str, dict[str, bool]] = {
    "refer": {"source": True, "score": True, "not_recorded": True, "basis": True, "share": True},
    "plan": {"interventions": False, "starts": False, "weeks": True},
    "engage": {"week": False, "engaged": False},
    "exit": {"score": True},
}
_FIELDS = sorted({field for takes in _TAKES.values() for field in takes})
#: What a step asks of whoever takes it; every other step is a part of running the programme.
_NEEDS = {
    "refer": (Permission.REFER,),
    "accept": (Permission.JUDGE,),
    "settle_accept": (Permission.JUDGE,),
    "settle_decline": (Permission.JUDGE,),
    # Whoever reviews a safeguarding hold releases it or declines the referral.
    "decline": (Permission.JUDGE, Permission.RELEASE_HOLDS),
    "release": (Permission.RELEASE_HOLDS,),
    # Whoever works out the score of a referral works out that of the exit.
    "exit": (Permission.RUN_PROGRAMME, Permission.REFER),
}
#: How somebody whom the extract does not know may be spelt.
_NEW = re.compile(IDENTIFIER)


async def step(runtime: Runtime, asked: CycleRequest) -> CycleAnswer:
    """Take one step; 409 when it does not follow from where the person stands, 403 when it is another role's."""
    if why := why_not_taken(asked.step, runtime.settings):
        raise ServiceError(NOT_ALLOWED, faults=[("step", why)])
    if faults := _mistaken(asked):
        raise ServiceError(CONFLICT, faults=faults)
    return await act(partial(_step, runtime, asked))


def why_not_taken(step: str, settings: ServiceSettings) -> str:
    """Why the caller does not take a step, with the roles that do; empty when they do."""
    needed = _NEEDS.get(step, (Permission.RUN_PROGRAMME,))
    if any(CALLER.get().may(permission) for permission in needed):
        return why_not_personal(settings) if step in PERSONAL_STEPS else ""
    taking = (role for role in ServiceRole if Permission.TAKE_STEPS in role.permissions)
    may, mine = (role for role in taking if not role.permissions.isdisjoint(needed)), CALLER.get().role
    return f"this step is taken by the role {titles(may)}; yours is {mine.words if mine else 'none'}"


def _mistaken(asked: CycleRequest) -> list[tuple[str, str]]:
    """Fields that a step needs and did not get, and those it would leave unread."""
    takes = _TAKES.get(asked.step, {})
    given = {field for field in _FIELDS if getattr(asked, field) is not None}
    faults = [(field, "this step needs it") for field, optional in takes.items() if not optional and field not in given]
    return faults + [
        (field, "this step does not take it") for field in _FIELDS if field in given and field not in takes
    ]


def _step(runtime: Runtime, asked: CycleRequest, begun: "Future[None]") -> CycleAnswer:
    deployment = runtime.deployment
    # Two spellings of a new person would be two people; whoever the extract knows is spelt as it spells.
    if asked.step == "refer" and not _NEW.fullmatch(asked.person_id) and deployment.find(asked.person_id) is None:
        message = "an identifier that the extract does not know has letters, digits and . _ : / @ + - alone"
        raise ServiceError(CONFLICT, faults=[("person_id", message)])

    def take(cycle: Cycle) -> tuple[Entry, str]:
        taken = _take(replace(cycle, meeting=asked.meeting or ""), asked, partial(_score, deployment, asked))
        return taken, cycle.state_told(cycle.case(asked.person_id), asked.user)

    entry, state = in_cycle(runtime, deployment, begun, take)
    payload = entry.personal.payload if entry.personal else {}
    context = deployment.context
    left_out = left_out_text(
        deployment.find(asked.person_id),
        context.policy,
        deployment.as_of,
        lookback_days=context.instruments.lookback_days,
    )
    return CycleAnswer(
        also_victim=also_victim(deployment, asked.person_id),
        person_id=entry.personal.subject if entry.personal else asked.person_id,
        state=state,
        score=payload["score"]["points"] if "score" in payload else None,
        entry=entry.number,
        head=entry.hash,
        note=payload.get("note", left_out if asked.step == "refer" else ""),
    )


def _score(deployment: ActiveDeployment, asked: CycleRequest) -> Score | None:
    """Points typed by hand, or worked out as of the day of the step; None for a person who is not scored."""
    return Score(asked.score) if asked.score is not None else score_on(deployment, asked.person_id, asked.on)


def score_on(deployment: ActiveDeployment, person_id: str, on: date | None) -> Score | None:
    """Points worked out as of a day, today unless told; None for a person who is not scored."""
    person = deployment.find(person_id)
    if person is None:
        return None
    # Giving a score to somebody who is only a victim would treat them as a suspect.
    if recorded_as(person, deployment.as_of) is Recorded.VICTIM_ONLY:
        return None
    day = min(deployment.as_of, on or clock.today())
    return score_of(person, deployment.context.policy, day, harm=deployment.context.harm)


def _take(cycle: Cycle, asked: CycleRequest, score: Callable[[], Score | None]) -> Entry:
    """Take the step; it has what it needs."""
    person = asked.person_id
    given: dict[str, Any] = {"actor": asked.user, "reason": asked.reason, "on": asked.on}
    if asked.step == "refer":
        source, unrecorded = asked.source or "analysis", bool(asked.not_recorded)
        terms = Terms(asked.basis or "", asked.share or "")
        return cycle.refer(person, source=source, score=score(), not_recorded=unrecorded, terms=terms, **given)
    if asked.step in ("accept", "decline"):
        return cycle.judge(person, accept=asked.step == "accept", **given)
    if asked.step in ("settle_accept", "settle_decline"):
        return cycle.settle(person, accept=asked.step == "settle_accept", **given)
    if asked.step == "plan" and asked.starts is not None:
        return cycle.plan(
            person, interventions=asked.interventions or [], starts=asked.starts, weeks=asked.weeks, **given
        )
    if asked.step == "engage" and asked.week is not None:
        return cycle.engage(person, week=asked.week, engaged=bool(asked.engaged), **given)
    if asked.step == "exit":
        leaving = score()
        return cycle.leave(person, score=leaving, **given)
    simple: dict[str, Callable[..., Entry]] = {
        "release": cycle.release,
        "remove": cycle.remove,
        "withdraw": cycle.withdraw,
        "complete": cycle.complete,
        "end_early": cycle.end_early,
    }
    return simple[asked.step](person, **given)


ENDPOINT = Endpoint(
    address="POST /v1/cycle",
    permission=Permission.TAKE_STEPS,
    summary="One step of the MATAC cycle.",
    description="one step of [the cycle](cycle.md), by a named person with a reason",
    request=CycleRequest,
    answer=CycleAnswer,
    errors=(CONFLICT,),
    handler=step,
)
