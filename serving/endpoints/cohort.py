"""``POST /v1/cohort``: the cohort of a meeting, with its overrides."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import Annotated

from pydantic import Field

from matac_ml.api.answers import CohortAnswer
from matac_ml.casework import PolicyUsed
from matac_ml.casework.cohort import SUPPLIED
from matac_ml.casework.overrides import OverrideCode
from serving.deployment.active import ActiveDeployment
from serving.endpoints.casework import act, in_cycle
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import also_victim
from serving.errors import CONFLICT, ServiceError
from serving.ledger.history import people_listed
from serving.requests import MAX_RANKED, Act, ListId, Sentence
from serving.rows import WHOLE, Asked, Day, Identifier, KnownIdentifier


class OverrideEntry(Asked):
    """Somebody put on or left off against the list, and why."""

    person_id: KnownIdentifier
    reason: Sentence
    code: OverrideCode | None = Field(default=None, description="The coded reason; without it, not coded.")


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
    list_number: Annotated[int, Field(ge=1, le=1_000_000_000), WHOLE] | None = Field(
        default=None,
        description="The drawn list that this order is taken from, in place of `list_id`; a number that nobody drew is "
        "refused.",
    )
    list_reason: Sentence | None = Field(
        default=None, description="Why that drawn list, when it is of another area or older than one cycle."
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
        overridden = (entry.person_id for entry in (*self.leave_off, *self.put_on))
        return tuple(dict.fromkeys((*self.proposed, *overridden)))


async def cohort(runtime: Runtime, asked: CohortRequest) -> CohortAnswer:
    """Take a cohort, whole or not at all."""
    return await act(partial(_take, runtime, asked))


def _take(runtime: Runtime, asked: CohortRequest, begun: "Future[None]") -> CohortAnswer:
    deployment = runtime.deployment
    policy = deployment.context.policy
    leave_off, put_on = _reasons("leave_off", asked.leave_off), _reasons("put_on", asked.put_on)
    order = _order(runtime, deployment, asked)
    entries = in_cycle(
        runtime,
        deployment,
        begun,
        lambda cycle: cycle.cohort(
            asked.proposed,
            actor=asked.user,
            reason=asked.reason,
            name=asked.name,
            capacity=policy.capacity,
            by=PolicyUsed.of(policy),
            leave_off=leave_off,
            put_on=put_on,
            order=order,
            codes={entry.person_id: entry.code for entry in (*asked.leave_off, *asked.put_on) if entry.code},
            drawn_list=asked.list_number,
            list_reason=asked.list_reason or "",
            on=asked.on,
        ),
    )
    members = tuple(entry.personal.subject for entry in entries if entry.kind == "cohort_member" and entry.personal)
    return CohortAnswer(
        also_victims=tuple(member for member in members if also_victim(deployment, member)),
        name=asked.name,
        members=members,
        entries=tuple(entry.number for entry in entries),
        head=entries[-1].hash,
    )


def _order(runtime: Runtime, deployment: ActiveDeployment, asked: CohortRequest) -> str:
    """Where the order proposed comes from: a list that the service gave and that it follows, or the caller."""
    if asked.list_id is None:
        return SUPPLIED
    if asked.list_number is not None:
        raise ServiceError(CONFLICT, faults=[("list_id", "name one list: by list_id or by list_number")])
    places = {person: place for place, person in enumerate(people_listed(runtime.ledger, asked.list_id))}
    proposed = [places.get(deployment.known_as(person)[0], -1) for person in asked.proposed]
    if -1 in proposed or proposed != sorted(proposed):
        message = "these people, in this order, are not on the list that list_id names; for another leave list_id out"
        raise ServiceError(CONFLICT, faults=[("proposed", message)])
    return f"of list {asked.list_id}"


def _reasons(field: str, entries: Sequence[OverrideEntry]) -> dict[str, str]:
    reasons = {entry.person_id: entry.reason for entry in entries}
    if len(reasons) < len(entries):
        raise ServiceError(CONFLICT, faults=[(field, "a person is named twice")])
    return reasons


ENDPOINT = Endpoint(
    address="POST /v1/cohort",
    permission=Permission.CHAIR,
    summary="The cohort of a meeting, with its overrides.",
    description=(
        "the cohort of a meeting: the order proposed, and who is put on or left off against it. "
        "With the `list_number` of a [drawn list](lists.md), or the `list_id` of a list that `/v1/rank` gave, the "
        "order must be that list's. "
        "Without one, the ledger says that the caller supplied it"
    ),
    request=CohortRequest,
    answer=CohortAnswer,
    errors=(CONFLICT,),
    handler=cohort,
)
