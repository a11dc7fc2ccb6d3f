"""``POST /v1/referral``: a referral by analysis or by an agency, with its terms and the agency's own records."""

from concurrent.futures import Future
from functools import partial
from typing import Annotated

from pydantic import Field, ValidationError

from matac_ml import clock
from matac_ml.api.answers import ReferralAnswer
from matac_ml.casework import Cycle, Entry
from matac_ml.casework.referral import AgencyRecord, Basis, Share, Terms
from matac_ml.casework.sharing import is_force
from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints.casework import act, in_cycle
from serving.endpoints.cycle import score_on
from serving.endpoints.endpoint import Endpoint, Runtime
from serving.errors import CONFLICT, INVALID, ServiceError, faults_of
from serving.requests import Act
from serving.rows import PLAIN, Asked, Day, Identifier, KnownIdentifier

ANALYSIS = "analysis"
#: Records of an agency in one referral at most.
MOST_RECORDS = 50
NO_AGENCY = (
    "Your account names no partner agency, so nobody could say whose referral it is. Ask the administrator of your "
    "force's sign-in service"
)
NOT_NOW = (
    "This referral cannot be recorded as it is. Only the attempt was recorded: check the identifier, or "
    "tell the MATAC coordinator what you know"
)


class RecordEntry(Asked):
    """One thing that the agency has on record."""

    on: Day
    what: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]


class ReferralRequest(Act):
    """A referral on stated terms, by a named person with a reason."""

    person_id: KnownIdentifier
    source: Identifier | None = Field(
        default=None, description="Who refers: analysis unless told; a partner's account refers for its own agency."
    )
    basis: Basis = Field(description="Why it may be shared, as whoever refers states it.")
    share: Share = Field(description="With whom it may be shared.")
    records: list[RecordEntry] = Field(
        default=[],
        max_length=MOST_RECORDS,
        description="Of the agency: kept beside police records, no part of a score.",
    )
    not_recorded: bool = Field(
        default=False, description="True when the agency knows the person and the extract in force does not."
    )

    @property
    def people(self) -> tuple[str, ...]:
        """Who is referred."""
        return (self.person_id,)


def is_of_partner() -> bool:
    """Whether the caller works for another agency, and is told nothing of police records."""
    return not CALLER.get().may(Permission.READ_CASES)


async def refer(runtime: Runtime, asked: ReferralRequest) -> ReferralAnswer:
    """Record it; a refusal tells an agency nothing of where somebody stands, or of what police records hold."""
    partner, mine = is_of_partner(), CALLER.get().agency
    if partner and is_force(mine):
        raise ServiceError(INVALID, faults=[("", NO_AGENCY)])
    records = tuple(AgencyRecord(record.on, record.what) for record in asked.records)
    terms = Terms(asked.basis, asked.share, records)
    # What is wrong with the form itself is said to a partner too: it tells nothing of the person.
    if faults := terms.faults(clock.today()):
        raise ServiceError(CONFLICT, faults=[("", "; ".join(faults))])
    if runtime.deployment.find(asked.person_id) is None:
        try:
            _NewPerson.model_validate({"person_id": asked.person_id})
        except ValidationError as error:
            raise ServiceError(CONFLICT, faults=faults_of(error)) from None
    source = mine if partner else asked.source or ANALYSIS
    try:
        entry = await act(partial(_write, runtime, asked, source, terms))
    except ServiceError as error:
        if partner and error.code is CONFLICT:
            raise ServiceError(CONFLICT, faults=[("", NOT_NOW)]) from None
        raise
    held = entry.kind == "safeguarding_referral" and not partner
    return ReferralAnswer(person_id=asked.person_id, held=held, entry=entry.number, head=entry.hash)


def _write(runtime: Runtime, asked: ReferralRequest, source: str, terms: Terms, begun: "Future[None]") -> Entry:
    deployment = runtime.deployment
    known = deployment.find(asked.person_id) is not None
    # An agency need not know whom the police know, and is not told.
    unrecorded = not known if is_of_partner() else asked.not_recorded

    def work(cycle: Cycle) -> Entry:
        return cycle.refer(
            asked.person_id,
            actor=asked.user,
            reason=asked.reason,
            source=source,
            score=score_on(deployment, asked.person_id, None),
            not_recorded=unrecorded,
            terms=terms,
        )

    return in_cycle(runtime, deployment, begun, work)


class _NewPerson(Asked):
    """Somebody whom the extract does not know, spelt so that no two spellings mean one person."""

    person_id: Identifier


ENDPOINT = Endpoint(
    address="POST /v1/referral",
    permission=Permission.REFER,
    summary="A referral by analysis or by an agency, with its terms and the agency's records.",
    description="a referral with its [terms](cycle.md) and the agency's own records; a partner's key refers for its "
    "own agency and is told nothing of police records",
    request=ReferralRequest,
    answer=ReferralAnswer,
    errors=(CONFLICT,),
    handler=refer,
)
