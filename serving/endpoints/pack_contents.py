"""What the papers of a meeting hold in the service, and how their reading or disclosure is recorded."""

import asyncio
from dataclasses import dataclass

from matac_ml import clock
from matac_ml.api.answers import LedgerNote
from matac_ml.casework import Case
from matac_ml.casework.meetings_read import Meeting, meetings_in
from matac_ml.casework.statistics import warnings_of
from matac_ml.errors import LedgerError, UsageError
from matac_ml.packs import (
    DISCLOSED,
    Imprint,
    MeetingBusiness,
    business_of,
    disclosure_of,
    let_out_of,
    partner_pack,
    print_paper,
    sha256_of,
    visible_case,
)
from matac_ml.packs.printing import Printed
from matac_ml.page import Document
from serving.deployment.own_area import is_elsewhere
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Runtime
from serving.endpoints.people import also_victim
from serving.errors import CONFLICT, NO_LEDGER, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest


@dataclass(frozen=True)
class Written:
    """A paper that may be shown: it was recorded."""

    document: Document
    also_victims: tuple[str, ...]
    ledger: LedgerNote
    tight: bool = False

    @property
    def sha256(self) -> str:
        """Of what it says."""
        return sha256_of(self.document)


async def print_now(runtime: Runtime, document: Document, name: str, role: str, form: str, *, tight: bool) -> Printed:
    """Print a paper with the marking of the service, for whoever asks, now; ``conflict`` where that cannot be."""
    imprint = Imprint(runtime.settings.marking, name, role, clock.now())
    try:
        return await asyncio.to_thread(print_paper, document, imprint, form, tight=tight)
    except UsageError as error:
        raise ServiceError(CONFLICT, faults=[("form", error.message)]) from None


def every_meeting(runtime: Runtime) -> list[Meeting]:
    """Every meeting, in order; ServiceError ``no_ledger`` when they cannot be read."""
    try:
        return meetings_in(runtime.casebook.of_meetings())
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


def gather(runtime: Runtime, meeting: Meeting, reader: str) -> MeetingBusiness:
    """What a meeting has before it now, as far as a reader may see it."""
    deployment = runtime.deployment
    work = cycle_of(runtime, deployment)
    try:
        cases = [one for one in runtime.casebook.cases(work.identities) if not is_elsewhere(runtime, one.person_id)]
        warnings = warnings_of(work, runtime.casebook.by_person(work.identities))
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    found = deployment.ranking.people["area"].reindex([case.person_id for case in cases])
    areas = {case.person_id: area for case, area in zip(cases, found, strict=True) if isinstance(area, str)}
    return business_of(
        meeting,
        cases,
        reader=reader,
        meetings=every_meeting(runtime),
        areas=lambda person: areas.get(person, ""),
        also_victim=lambda person: bool(also_victim(deployment, person)),
        judgements=runtime.toolkit.judgements,
        capacity=deployment.context.policy.capacity,
        warnings=warnings,
    )


def victims_in(business: MeetingBusiness) -> tuple[str, ...]:
    """Who in a pack is recorded as a suspect and as a victim."""
    return tuple(one.case.person_id for one in business.people if one.also_victim)


def shown_in(business: MeetingBusiness) -> dict[str, bool]:
    """Everybody whom a pack names, and whether it prints a score of them."""
    return {one.case.person_id: one.points is not None for one in business.people}


async def disclose(
    runtime: Runtime, asked: ConsultationRequest, business: MeetingBusiness, agency: str, recipient: str
) -> Written:
    """Record what an agency is given, one entry a person with what is let out, and write it."""
    let_out = let_out_of([one.case for one in business.people], agency, business.meeting)
    document = partner_pack(business.meeting, agency, recipient, let_out)
    kept = disclosure_of(document, business.meeting, agency, recipient, let_out)
    note = await runtime.ledger.write(DISCLOSED, asked, [Consultation(person, said) for person, said in kept.items()])
    return Written(document, (), note)


def case_for_paper(runtime: Runtime, person_id: str, reader: str) -> Case | None:
    """A case as a profile may print it for a reader."""
    return visible_case(cycle_of(runtime, runtime.deployment).case(person_id), reader)
