"""``GET /v1/objectives/QUARTER``: the five objectives in a quarter, protected, and without anybody."""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request

from matac_ml.api.objectives import IndicatorAnswer, ObjectivesAnswer
from matac_ml.errors import LedgerError, UsageError
from matac_ml.objectives import Counted, Indicator, Quarter, count_quarter, published
from matac_ml.objectives.keeping import Kept, kept_of, lists_in_full
from matac_ml.objectives.paper import WARNING
from matac_ml.support import SUPPORT_KINDS
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.pack_contents import every_meeting
from serving.errors import NO_LEDGER, UNKNOWN, ServiceError


@dataclass(frozen=True)
class Reckoned:
    """A quarter, protected, with what the paper says besides."""

    counted: Counted
    indicators: tuple[Indicator, ...]
    kept: Kept
    secret: str


def quarter_named(runtime: Runtime, name: str) -> Quarter:
    """A quarter that has begun in the records; ServiceError ``unknown`` for any other name."""
    try:
        quarter = Quarter.named(name)
    except UsageError as error:
        raise ServiceError(UNKNOWN, faults=[("name", error.message)]) from None
    if quarter.first > runtime.deployment.extract.cut_off:
        raise ServiceError(UNKNOWN, faults=[("name", "the records end before this quarter begins")])
    return quarter


def reckon(runtime: Runtime, quarter: Quarter) -> Reckoned:
    """Count a quarter from the records in force and the ledger, and protect it."""
    deployment = runtime.deployment
    try:
        casework = runtime.casebook.by_person(cycle_of(runtime, deployment).identities)
        ledger = runtime.ledger.ledger
        support = ledger.entries(kind=SUPPORT_KINDS)
        counted = count_quarter(quarter, deployment.extract, casework, every_meeting(runtime), support)
        kept = kept_of(lists_in_full(ledger))
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None
    secret = deployment.extract.data_hash
    return Reckoned(counted, published(counted, secret), kept, secret)


async def objectives(runtime: Runtime, request: Request) -> ObjectivesAnswer:
    """The indicators of a quarter."""
    quarter = quarter_named(runtime, request.path_params["name"])
    found = await asyncio.to_thread(reckon, runtime, quarter)
    return ObjectivesAnswer(
        quarter=quarter.name,
        first=quarter.first,
        last=quarter.last,
        records_to=found.counted.records_to,
        warning=WARNING,
        indicators=tuple(
            IndicatorAnswer(objective=one.objective, what=one.what, now=one.now, then=one.then)
            for one in found.indicators
        ),
        lists=found.kept.lists,
        lists_by_lot=found.kept.by_lot,
    )


ENDPOINT = Endpoint(
    address="GET /v1/objectives/{name}",
    permission=Permission.READ_PAPERS,
    summary="The five objectives in a quarter, without anybody.",
    description="the [five objectives](objectives.md) in a quarter, such as `2026-Q3`: indicators with small numbers "
    "protected, beside a warning that scores fall by themselves",
    answer=ObjectivesAnswer,
    errors=(UNKNOWN, NO_LEDGER),
    handler=objectives,
)
