"""``POST /v1/approval``: ask for the approval of the release on disk; grant, decline or withdraw it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from matac_ml.api.approval import ApprovalAnswer
from matac_ml.approval import acting
from matac_ml.approval.choices import MOST_CHOICES, DesignChoice
from matac_ml.casework import Entry
from matac_ml.errors import GateError, LedgerError, UsageError
from matac_ml.roles import titles, who_may
from serving.access.principal import CALLER, THIS_MACHINE
from serving.deadline import begin
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.naming import check_nobody
from serving.errors import CONFLICT, INVALID, NO_LEDGER, NOT_ALLOWED, ServiceError
from serving.requests import Act, Sentence, User
from serving.rows import PLAIN, Asked, Day

ReleaseName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ChoiceEntry(Asked):
    """A design choice with its owner and reason."""

    topic: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
    choice: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PLAIN)]
    owner: User
    reason: Sentence


class ApprovalRequestBody(Act):
    """One act of an approval, by a named person with a reason."""

    act: Literal["request", "grant", "decline", "withdraw"]
    release: ReleaseName = Field(description="Hash of the release; to request, the one on disk.")
    choices: list[ChoiceEntry] | None = Field(
        default=None, max_length=MOST_CHOICES, description="request needs label, window and threshold at least."
    )
    until: Day | None = Field(default=None, description="grant needs it: the last day on which the approval holds.")
    conditions: list[Sentence] | None = Field(default=None, max_length=acting.MOST_CONDITIONS, description="grant.")


#: What each act needs of whoever does it, and its fields, each with whether it can be left out.
_ACTS: dict[str, tuple[Permission, dict[str, bool]]] = {
    "request": (Permission.REQUEST_APPROVAL, {"choices": False}),
    "grant": (Permission.DECIDE_APPROVAL, {"until": False, "conditions": True}),
    "decline": (Permission.DECIDE_APPROVAL, {}),
    "withdraw": (Permission.DECIDE_APPROVAL, {}),
}


async def approval(runtime: Runtime, asked: ApprovalRequestBody) -> ApprovalAnswer:
    """Record one act; 403 when it is another role's, 409 when it cannot be."""
    needed, takes = _ACTS[asked.act]
    if not CALLER.get().may(needed):
        raise ServiceError(NOT_ALLOWED, faults=[("act", f"this is done by the role {titles(who_may(needed))}")])
    given = {name for name in ("choices", "until", "conditions") if getattr(asked, name) is not None}
    faults = [(name, "this act needs it") for name, optional in takes.items() if not optional and name not in given]
    faults += [(name, "this act does not take it") for name in sorted(given - takes.keys())]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    entry = await act(partial(_write, runtime, asked))
    # Whoever decided sees it at once; other workers see it when they next look, within MATAC_WATCH_SECONDS.
    await asyncio.to_thread(runtime.watcher.reload)
    return ApprovalAnswer(release=asked.release, entry=entry.number, head=entry.hash)


def _write(runtime: Runtime, asked: ApprovalRequestBody, begun: "Future[None]") -> Entry:
    made = {f"choices.{place}.reason": choice.reason for place, choice in enumerate(asked.choices or ())}
    conditions = "; ".join(asked.conditions or ())
    check_nobody(runtime.deployment, {"reason": asked.reason, "conditions": conditions, **made})
    caller = CALLER.get()
    vouched = "" if caller == THIS_MACHINE else caller.id
    who = acting.Who(asked.user, asked.reason, vouched, partial(begin, begun))
    ledger, release = runtime.ledger.ledger, asked.release
    done: dict[str, Callable[[], Entry]] = {
        "request": lambda: _ask(runtime, asked, who),
        "decline": lambda: acting.decline(ledger, release, who=who),
        "withdraw": lambda: acting.withdraw(ledger, release, who=who),
    }
    try:
        if asked.until is not None:
            return acting.approve(ledger, release, who=who, until=asked.until, conditions=asked.conditions or ())
        return done[asked.act]()
    except (GateError, UsageError) as error:
        faults = [("act", fault) for fault in error.faults or (error.message,)]
        raise ServiceError(CONFLICT, faults=faults) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error


def _ask(runtime: Runtime, asked: ApprovalRequestBody, who: acting.Who) -> Entry:
    on_disk = runtime.deployment.on_disk
    if on_disk is None or on_disk.hash != asked.release:
        raise ServiceError(CONFLICT, faults=[("release", "it is not the release that this service has on disk")])
    try:
        choices = [DesignChoice.model_validate(choice.model_dump()) for choice in asked.choices or ()]
    except ValidationError as error:
        raise ServiceError(INVALID, faults=[("choices", "a choice cannot be read")]) from error
    return acting.ask(runtime.ledger.ledger, on_disk, who=who, choices=choices)


ENDPOINT = Endpoint(
    address="POST /v1/approval",
    permission=Permission.READ_BOARD,
    summary="One act of an approval: asked for, granted, declined or withdrawn.",
    description=(
        "one act of [an approval](for-boards.md#how-a-release-is-approved): a data scientist asks for it, another "
        "person of the board grants, declines or withdraws it"
    ),
    request=ApprovalRequestBody,
    answer=ApprovalAnswer,
    errors=(CONFLICT,),
    handler=approval,
)
