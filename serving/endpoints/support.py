"""``POST /v1/victims/support``: one act of the support of a person recorded as a victim."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from matac_ml.api.victims import SupportAnswer
from matac_ml.casework import Entry
from matac_ml.errors import LedgerError, UsageError
from matac_ml.support import SupportWork
from matac_ml.support.work import LONGEST
from serving.deadline import begin
from serving.endpoints.casework import act
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.victims import support_of, victim_now
from serving.errors import CONFLICT, NO_LEDGER, UNKNOWN, ServiceError
from serving.requests import Act, User
from serving.rows import PLAIN, WHOLE, Day, KnownIdentifier

Said = Annotated[str, Field(min_length=3, max_length=LONGEST, pattern=PLAIN)]
#: What each act needs beside the person and the reason.
ACTS: dict[str, tuple[str, ...]] = {
    "begin": ("worker", "agency"),
    "plan": ("plan", "wishes"),
    "agree": ("text", "agency", "due", "agreed_by"),
    "report": ("action", "done"),
    "end": (),
}
_FIELDS = sorted({field for fields in ACTS.values() for field in fields})


class SupportRequest(Act):
    """One act of support, by a named person with a reason."""

    act: Literal["begin", "plan", "agree", "report", "end"]
    person_id: KnownIdentifier
    worker: User | None = Field(default=None, description="begin needs it: who supports the person.")
    agency: User | None = Field(default=None, description="begin and agree need it: for which agency.")
    plan: Said | None = Field(default=None, description="plan needs it: what is planned.")
    wishes: Said | None = Field(default=None, description="plan needs it: what the person wants.")
    text: Said | None = Field(default=None, description="agree needs it: what is done.")
    due: Day | None = Field(default=None, description="agree needs it.")
    agreed_by: User | None = Field(default=None, description="agree needs it: who agreed for the agency.")
    action: Annotated[int, Field(ge=1, le=2**53), WHOLE] | None = Field(
        default=None, description="report needs it: the entry in which the action was agreed."
    )
    done: bool | None = Field(default=None, description="report needs it.")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about."""
        return (self.person_id,)


async def support(runtime: Runtime, asked: SupportRequest) -> SupportAnswer:
    """Record one act; 409 when it lacks what it needs or does not follow."""
    takes = ACTS[asked.act]
    given = {field for field in _FIELDS if getattr(asked, field) is not None}
    faults = [(field, "this act needs it") for field in takes if field not in given]
    faults += [(field, "this act does not take it") for field in sorted(given - {*takes})]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    entry = await act(partial(_write, runtime, asked))
    return SupportAnswer(
        person_id=entry.personal.subject if entry.personal else asked.person_id, entry=entry.number, head=entry.hash
    )


def _write(runtime: Runtime, asked: SupportRequest, begun: "Future[None]") -> Entry:
    victim_now(
        runtime, asked.person_id, asked.user
    )  # of nobody else: a mistyped identifier would begin a record of its own
    work = replace(support_of(runtime), before_writing=partial(begin, begun))
    try:
        return _take(work, asked)
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("act", fault) for fault in error.faults or (error.message,)]) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error


def _take(work: SupportWork, asked: SupportRequest) -> Entry:
    fields: dict[str, Any] = {name: getattr(asked, name) for name in ACTS[asked.act]}
    acts: dict[str, Callable[..., Entry]] = {
        "begin": work.begin,
        "plan": work.plan,
        "agree": work.agree,
        "report": work.report,
        "end": work.end,
    }
    return acts[asked.act](asked.person_id, actor=asked.user, reason=asked.reason, **fields)


ENDPOINT = Endpoint(
    address="POST /v1/victims/support",
    permission=Permission.SUPPORT_VICTIMS,
    summary="One act of the support of a person recorded as a victim.",
    description="one act of [support](victims.md): somebody begins or ends it, a plan with what the person wants is "
    "recorded, an action is agreed or reported on",
    request=SupportRequest,
    answer=SupportAnswer,
    errors=(CONFLICT, UNKNOWN),
    handler=support,
)
