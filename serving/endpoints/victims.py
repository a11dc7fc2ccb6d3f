"""``POST /v1/victims`` and ``POST /v1/victims/show``: people recorded as victims, and one of them; each on record."""

import asyncio
from collections.abc import Collection, Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from matac_ml.api.victims import SupportAction, TieAnswer, VictimAnswer, VictimOnRegister, VictimsAnswer
from matac_ml.asof import PersonView
from matac_ml.errors import LedgerError
from matac_ml.records import identities
from matac_ml.serial import Network, RegisteredVictim, network_of
from matac_ml.serial.victims import MEANING
from matac_ml.support import SupportRecord, SupportWork, record_from, tell_support
from matac_ml.wording import day
from serving.access.principal import CALLER
from serving.endpoints.drawn_lists import NOT_RECORDED
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.restricted import hidden_from
from serving.errors import NO_LEDGER, UNKNOWN, ServiceError
from serving.ledger.writer import Consultation
from serving.requests import ConsultationRequest, PersonRequest
from serving.rows import WHOLE, KnownIdentifier

#: Kinds of entries: the register was shown, one person of it was.
REGISTER_SHOWN, VICTIM_SHOWN = "victims_shown", "victim_shown"
#: People on one page, where pages are asked for.
ON_A_PAGE = 50
_NOBODY = "nobody with this identifier is recorded as a victim, or the record is restricted"


class VictimsRequest(ConsultationRequest):
    """The register, or a part of it: everybody who fits all that is told."""

    area: KnownIdentifier | None = Field(
        default=None, description="The area of a person's latest incident; all unless told."
    )
    why: Literal["several", "again"] | None = Field(
        default=None, description="Recorded as the victim of several others, or again and again; both unless told."
    )
    supported: bool | None = Field(default=None, description="Whether somebody supports the person; both unless told.")
    page: Annotated[int, Field(ge=1, le=100_000), WHOLE] | None = Field(
        default=None, description=f"A page of {ON_A_PAGE} people, from 1; everybody unless told."
    )


class VictimRequest(PersonRequest):
    """One person recorded as a victim."""


def support_of(runtime: Runtime) -> SupportWork:
    """Support in this worker's ledger, of people as the extract in force knows them."""
    people = partial(identities, runtime.deployment.extract)
    return SupportWork(runtime.ledger.ledger, people, caller=CALLER.get().id)


def _supported(runtime: Runtime) -> frozenset[str]:
    """Everybody who is supported now."""
    try:
        found = runtime.support_book.by_person(runtime.deployment.known_as)
        return frozenset(person for person, entries in found.items() if record_from(person, entries).is_open)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


def register_now(runtime: Runtime, asked: VictimsRequest) -> VictimsAnswer:
    """The register as of the day after the extract, with who is supported now; one page where that is asked for."""
    deployment = runtime.deployment
    everybody = deployment.victims
    if asked.area is not None and not any(one.area == asked.area for one in everybody):
        raise ServiceError(UNKNOWN, faults=[("area", "nobody on the register has an incident in an area of that name")])
    supported, hidden = _supported(runtime), hidden_from(runtime, asked.user)
    fitting = [one for one in everybody if _fits(one, asked, supported)]
    seen = [one for one in fitting if one.person_id not in hidden]
    shown = seen if asked.page is None else seen[(asked.page - 1) * ON_A_PAGE : asked.page * ON_A_PAGE]
    doubtful = deployment.extract.doubtful()
    return VictimsAnswer(
        also_suspects=tuple(one.person_id for one in shown if one.also_suspect),
        meaning=MEANING,
        rule=deployment.context.policy.serial_rule.label,
        as_of=deployment.as_of,
        of=len(fitting),
        masked=len(fitting) - len(seen),
        people=tuple(_registered(one, doubtful, supported) for one in shown),
        ledger=NOT_RECORDED,
    )


def _fits(one: RegisteredVictim, asked: VictimsRequest, supported: Collection[str]) -> bool:
    return (
        asked.area in (None, one.area)
        and (asked.why is None or (one.several if asked.why == "several" else one.again))
        and asked.supported in (None, one.person_id in supported)
    )


def _registered(one: RegisteredVictim, doubtful: Mapping[str, str], supported: Collection[str]) -> VictimOnRegister:
    return VictimOnRegister(
        also_suspect=one.also_suspect,
        person_id=one.person_id,
        doubtful_identity=doubtful.get(one.person_id),
        suspects=one.suspects,
        incidents=one.incidents,
        several=one.several,
        again=one.again,
        first=one.first,
        last=one.last,
        area=one.area,
        supported=one.person_id in supported,
    )


async def show_victims(runtime: Runtime, asked: VictimsRequest) -> VictimsAnswer:
    """The register; each person who is shown has an entry, and nobody else."""
    answer = await asyncio.to_thread(register_now, runtime, asked)
    looks = [Consultation(person.person_id, {"incidents": person.incidents}) for person in answer.people]
    return answer.model_copy(update={"ledger": await runtime.ledger.write(REGISTER_SHOWN, asked, looks)})


def victim_now(runtime: Runtime, person_id: str, reader: str) -> VictimAnswer:
    """One person as of the day after the extract, and their support as it stands; ``unknown`` of anybody else.

    Parameters
    ----------
    reader : str
        Who looks: whoever has a restricted record is shown to the people whom it is restricted to.
    """
    deployment = runtime.deployment
    hidden = hidden_from(runtime, reader)
    if deployment.known_as(person_id)[0] in hidden:
        raise ServiceError(UNKNOWN, faults=[("person_id", _NOBODY)])
    file = deployment.find(person_id)
    view = None if file is None else PersonView(file, deployment.as_of)
    try:
        support = support_of(runtime).record(person_id)
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    if view is None or not (view.is_victim or support.entries):
        raise ServiceError(UNKNOWN, faults=[("person_id", _NOBODY)])
    rule = deployment.context.policy.serial_rule
    network = network_of(deployment.extract, rule, deployment.as_of, view.person_id)
    ties = [TieAnswer(suspect=t.suspect, victim=t.victim, first=t.first, last=t.last, incidents=t.incidents)
            for t in network.ties if hidden.isdisjoint((t.suspect, t.victim))]  # fmt: skip
    return _answer(view, tuple(ties), network, support)


def _answer(view: PersonView, ties: tuple[TieAnswer, ...], network: Network, support: SupportRecord) -> VictimAnswer:
    return VictimAnswer(
        also_suspect=view.is_suspect,
        person_id=view.person_id,
        as_of=view.t,
        ties=ties,
        more_ties=network.more,
        masked_ties=len(network.ties) - len(ties),
        supported=support.is_open,
        worker=support.worker if support.is_open else "",
        agency=support.agency if support.is_open else "",
        since=support.since if support.is_open else None,
        wishes=support.wishes,
        plan=support.plan,
        actions=tuple(
            SupportAction(
                action=action.number,
                text=action.text,
                agency=action.agency,
                due=action.due,
                agreed_by=action.agreed_by,
                done=action.done,
                report=action.report,
            )
            for action in support.actions
        ),
        steps=tuple(tell_support(entry, day) for entry in support.entries),
        ledger=NOT_RECORDED,
    )


async def show_victim(runtime: Runtime, asked: VictimRequest) -> VictimAnswer:
    """One person; everybody whom the network names has an entry."""
    answer = await asyncio.to_thread(victim_now, runtime, asked.person_id, asked.user)
    return answer.model_copy(update={"ledger": await runtime.ledger.write(VICTIM_SHOWN, asked, looks_at(answer))})


def looks_at(answer: VictimAnswer) -> list[Consultation]:
    """The entries of a look at one person: of that person first, then of everybody tied to them."""
    named = dict.fromkeys((answer.person_id, *(who for tie in answer.ties for who in (tie.suspect, tie.victim))))
    return [Consultation(person, {"network": True}) for person in named]


REGISTER = Endpoint(
    address="POST /v1/victims",
    permission=Permission.SCORE,
    summary="People recorded as victims of several others, or again and again.",
    description="the [register of victims](victims.md): people recorded as victims of several others, or again and "
    "again; in order of identifier, never ranked",
    request=VictimsRequest,
    answer=VictimsAnswer,
    errors=(UNKNOWN,),
    handler=show_victims,
)
SHOWN = Endpoint(
    address="POST /v1/victims/show",
    permission=Permission.SUPPORT_VICTIMS,
    summary="One person recorded as a victim, and how the person is supported.",
    description="one person recorded as a victim: who hurts whom around them over time, and how the person "
    "[is supported](victims.md)",
    request=VictimRequest,
    answer=VictimAnswer,
    errors=(UNKNOWN,),
    handler=show_victim,
)
