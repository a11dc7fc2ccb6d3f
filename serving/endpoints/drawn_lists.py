"""What the addresses of drawn lists share: a list as an answer, with what moved and where everybody stands now."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from matac_ml.api.answers import LedgerNote
from matac_ml.api.lists import DrawnListAnswer, ListedPerson, ListSummary, LotRevealed
from matac_ml.casework.caseload import state_in_cycle
from matac_ml.casework.drawn import DrawnList, find_list, list_before
from matac_ml.casework.listed import DrawnLine
from matac_ml.casework.lots import Lot
from matac_ml.casework.sharing import is_force
from matac_ml.casework.steps import State
from matac_ml.errors import LedgerError, UsageError
from matac_ml.lists import PersonMoved, Way, moved_between
from serving.access.principal import CALLER
from serving.deployment.active import ActiveDeployment
from serving.deployment.own_area import own_area
from serving.deployment.runtime import Runtime
from serving.errors import NO_LEDGER, NOT_ALLOWED, UNKNOWN, ServiceError

#: Stands in an answer until its entries are written.
NOT_RECORDED = LedgerNote(entries=(), head="", recorded_at=datetime.min.replace(tzinfo=UTC))


def summary_of(drawn: DrawnList) -> ListSummary:
    """A list without its people."""
    basis = drawn.basis
    return ListSummary(
        number=drawn.number,
        as_of=basis.as_of,
        area=basis.area,
        quotas=dict(basis.quotas),
        order=basis.order,
        places=basis.places,
        people=len(drawn.hashes),
        policy=basis.policy,
        policy_sha256=basis.policy_sha256,
        harm_index=basis.harm_index,
        model_hash=basis.model_sha256,
        data_hash=basis.data_sha256,
        drawn_by=drawn.drawn_by,
        drawn_at=drawn.drawn_at,
        reason=drawn.reason,
        entry=drawn.entry,
        lot=None if basis.lot is None else LotRevealed(**Lot.from_payload(basis.lot).payload()),
    )


def known_list(runtime: Runtime, number: int) -> DrawnList:
    """A list from the ledger.

    Raises
    ------
    ServiceError
        ``unknown`` when nobody drew one with the number, ``not_allowed`` when it is of an area that is not the
        caller's one, ``no_ledger`` when it cannot be read.
    """
    try:
        drawn = find_list(runtime.ledger.ledger, number)
    except UsageError as error:
        raise ServiceError(UNKNOWN, faults=[("number", "no list with this number was drawn")]) from error
    except LedgerError as error:
        raise ServiceError(NO_LEDGER) from error
    if (mine := own_area(runtime)) and drawn.basis.area != mine:
        message = f"your account is for the area {mine} alone, and this list is of another or of the whole force"
        raise ServiceError(NOT_ALLOWED, faults=[("number", message)])
    return drawn


def list_answer(
    runtime: Runtime, deployment: ActiveDeployment, drawn: DrawnList, ledger: LedgerNote
) -> DrawnListAnswer:
    """A list with what moved since the one before, and where everybody stands in the cycle now."""
    before, moved = _moved(runtime, deployment, drawn)
    gone = [(person.before, person) for person in moved.values() if person.way is Way.GONE and person.before]
    everybody = {line.person_id for line in drawn.lines} | {line.person_id for line, _ in gone}
    states = states_in_cycle(runtime, deployment, everybody)
    doubtful = deployment.extract.doubtful()
    people = tuple(_person(line, states, doubtful, moved.get(line.person_id)) for line in drawn.lines)
    return DrawnListAnswer(
        also_victims=tuple(line.person_id for line in drawn.lines if line.also_victim),
        mode=deployment.mode,
        summary=summary_of(drawn),
        since=None if before is None else before.number,
        people=people,
        gone=tuple(_person(line, states, doubtful, person) for line, person in gone),
        erased=drawn.erased,
        ledger=ledger,
    )


def states_in_cycle(runtime: Runtime, deployment: ActiveDeployment, people: Collection[str]) -> dict[str, str]:
    """Where people stand in the cycle now, under any identifier that they have had."""
    try:
        cases, agency = runtime.casebook.by_name(deployment.known_as), CALLER.get().agency
        meetings = [] if is_force(agency) else runtime.casebook.meetings()
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    found = ((person, cases.get(deployment.known_as(person)[0])) for person in people)
    return {
        person: state_in_cycle(case, agency, meetings)
        for person, case in found
        if case is not None and case.state is not State.NOBODY
    }


def _moved(
    runtime: Runtime, deployment: ActiveDeployment, drawn: DrawnList
) -> tuple[DrawnList | None, Mapping[str, PersonMoved]]:
    before = list_before(runtime.ledger.ledger, drawn)
    # Records that do not reach to the list's day cannot say what changed until then.
    if before is None or drawn.basis.as_of > deployment.as_of:
        return None, {}
    # What was erased since must not be shown from what is at hand.
    key = (before.number, drawn.number, len(before.kept), len(drawn.kept))
    found = deployment.moved.find(key)
    if found is None:
        context = replace(deployment.context, rank_table=None)
        moved = moved_between(before, drawn, deployment.extract, context)
        found = {person.person_id: person for person in moved}
        deployment.moved.keep(key, found)
    return before, found


def _person(
    line: DrawnLine, states: Mapping[str, str], doubtful: Mapping[str, str], moved: PersonMoved | None
) -> ListedPerson:
    return ListedPerson(
        also_victim=line.also_victim,
        person_id=line.person_id,
        doubtful_identity=doubtful.get(line.person_id),
        standing=line.standing.value,
        rank=line.rank,
        tied_with=line.tied_with,
        points=dict(line.points),
        matrix_total=line.total,
        matrix_band=line.band,
        model_probability=line.probability,
        serial_perpetrator=line.serial_perpetrator,
        serial_victim=line.serial_victim,
        area=line.area,
        last_incident=line.last_incident,
        not_eligible=line.not_eligible,
        could_matter=line.could_matter,
        lot=line.lot,
        lot_place=line.lot_place,
        drawn_by_lot=line.drawn_by_lot,
        status=states.get(line.person_id),
        moved=None if moved is None else moved.way.value,
        reasons=() if moved is None else moved.reasons,
    )
