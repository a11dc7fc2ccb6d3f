"""``POST /v1/programme``: what is noted about a person on the programme, as on pages and by hand."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from matac_ml import clock
from matac_ml.api.answers import ProgrammeAnswer
from matac_ml.casework import Entry
from matac_ml.casework.on_programme import (
    LONGEST_TERM,
    MOST_TERMS,
    Contact,
    ProgrammeWork,
    asks_removal,
    offers,
)
from matac_ml.errors import LedgerError, UsageError
from matac_ml.roles import titles, who_may
from serving.access.principal import CALLER
from serving.deadline import begin
from serving.endpoints.casework import act, cycle_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import CONFLICT, NO_LEDGER, NOT_ALLOWED, ServiceError
from serving.requests import Act, User
from serving.rows import PLAIN, WHOLE, Day, Identifier, KnownIdentifier

Term = Annotated[str, Field(min_length=3, max_length=LONGEST_TERM, pattern=PLAIN)]


class ProgrammeRequest(Act):
    """A note about a person on the programme, by a named person with a reason."""

    act: Literal["needs", "contact", "keep", "make_agreement", "sign_agreement", "breach"]
    person_id: KnownIdentifier
    meeting: Identifier | None = Field(default=None, description="Name of the meeting in whose minutes it stands.")
    needs: list[Identifier] | None = Field(
        default=None, max_length=50, description="needs: names of the toolkit; none where it is left empty."
    )
    how: Contact | None = Field(default=None, description="contact needs it.")
    reached: bool | None = Field(default=None, description="contact needs it: whether the person was reached.")
    terms: list[Term] | None = Field(
        default=None, min_length=1, max_length=MOST_TERMS, description="make_agreement needs it."
    )
    agency: User | None = Field(default=None, description="make_agreement needs it: who offers it.")
    agreement: Annotated[int, Field(ge=1, le=2**53), WHOLE] | None = Field(
        default=None, description="sign_agreement and breach need it: the entry in which it was made."
    )
    signed_by: User | None = Field(default=None, description="sign_agreement needs it.")
    on: Day | None = Field(default=None, description="contact, sign_agreement and breach: the day; today unless told.")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is about."""
        return (self.person_id,)


#: Fields of each act, each with whether it can be left out.
_TAKES: dict[str, dict[str, bool]] = {
    "needs": {"needs": False},
    "contact": {"how": False, "reached": False, "on": True},
    "keep": {},
    "make_agreement": {"terms": False, "agency": False},
    "sign_agreement": {"agreement": False, "signed_by": False, "on": True},
    "breach": {"agreement": False, "on": True},
}
_FIELDS = sorted({field for fields in _TAKES.values() for field in fields})


async def programme(runtime: Runtime, asked: ProgrammeRequest) -> ProgrammeAnswer:
    """Note it; 403 when it is another role's, 409 when it cannot be."""
    if not CALLER.get().may(Permission.RUN_PROGRAMME):
        why = f"this is noted by the role {titles(who_may(Permission.RUN_PROGRAMME))}"
        raise ServiceError(NOT_ALLOWED, faults=[("act", why)])
    takes = _TAKES[asked.act]
    given = {field for field in _FIELDS if getattr(asked, field) is not None}
    faults = [(field, "this act needs it") for field, optional in takes.items() if not optional and field not in given]
    faults += [(field, "this act does not take it") for field in sorted(given - takes.keys())]
    if faults:
        raise ServiceError(CONFLICT, faults=faults)
    return await act(partial(_write, runtime, asked))


def _write(runtime: Runtime, asked: ProgrammeRequest, begun: "Future[None]") -> ProgrammeAnswer:
    work = programme_work_of(runtime, meeting=asked.meeting or "", before_writing=partial(begin, begun))
    try:
        entry = _take(work, asked)
        case = work.case(asked.person_id)
    except UsageError as error:
        faults = [("act", fault) for fault in error.faults or (error.message,)]
        raise ServiceError(CONFLICT, faults=faults) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
    return ProgrammeAnswer(
        person_id=case.person_id,
        offered=tuple(offer.name for offer in offers(runtime.toolkit, case)),
        question=asks_removal(case, runtime.toolkit),
        entry=entry.number,
        head=entry.hash,
    )


def programme_work_of(
    runtime: Runtime, *, meeting: str = "", before_writing: Callable[[], None] = lambda: None
) -> ProgrammeWork:
    """What is noted in this worker's ledger; what is noted stands in the minutes of the meeting named."""
    work = cycle_of(runtime, runtime.deployment)
    known = (work.ledger, work.toolkit, work.identities, work.recorded)
    more = {"caller": work.caller, "meeting": meeting, "agency": work.agency}
    return ProgrammeWork(*known, before_writing=before_writing, **more)  # type: ignore[arg-type]


def _take(work: ProgrammeWork, asked: ProgrammeRequest) -> Entry:
    """Note it; what it needs is there."""
    who: dict[str, Any] = {"actor": asked.user, "reason": asked.reason}
    person, day, number = asked.person_id, asked.on or clock.today(), asked.agreement or 0
    acts: dict[str, Callable[[], Entry]] = {
        "needs": lambda: work.record_needs(person, needs=asked.needs or (), **who),
        "contact": lambda: work.note_contact(
            person, how=asked.how or "", reached=bool(asked.reached), contacted_on=day, **who
        ),
        "keep": lambda: work.keep(person, **who),
        "make_agreement": lambda: work.make_agreement(
            person, terms=asked.terms or (), agency=asked.agency or "", **who
        ),
        "sign_agreement": lambda: work.sign_agreement(
            person, agreement=number, signed_on=day, signed_by=asked.signed_by or "", **who
        ),
        "breach": lambda: work.record_breach(person, agreement=number, breached_on=day, **who),
    }
    return acts[asked.act]()


ENDPOINT = Endpoint(
    address="POST /v1/programme",
    permission=Permission.TAKE_STEPS,
    summary="A note about a person on the programme.",
    description=(
        "a note about somebody on [the programme](cycle.md): needs, a contact, an agreement, its signature or a "
        "breach, or a decision to keep somebody whom the toolkit asks whether to remove"
    ),
    request=ProgrammeRequest,
    answer=ProgrammeAnswer,
    errors=(CONFLICT,),
    handler=programme,
)
