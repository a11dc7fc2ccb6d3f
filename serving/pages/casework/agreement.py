"""``GET /agreement``: how judgements agreed and how often lists were overridden, in protected counts."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework.by_group import MEANING, agreement_by_group
from matac_ml.casework.statistics import (
    RUBBER_STAMPED,
    Settlement,
    agreement_counts,
    median_days,
    override_counts,
    override_reasons,
    warnings_of,
)
from matac_ml.errors import LedgerError
from matac_ml.fairness.disclosure import MINIMUM_CELL
from matac_ml.roles import Permission
from serving.endpoints.casework import cycle_of
from serving.endpoints.endpoint import Runtime
from serving.errors import NO_LEDGER, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.rendering import show_page


def _counted(runtime: Runtime) -> dict[str, Any]:
    work = cycle_of(runtime, runtime.deployment)
    areas = runtime.deployment.ranking.people["area"]

    def area_of(settlement: Settlement) -> str:
        area = areas.get(settlement.person_id)
        return area if isinstance(area, str) else "area not recorded"

    try:
        return {
            "agreement": agreement_counts(work),
            "by_area": agreement_counts(work, area_of),
            "by_group": agreement_by_group(work, runtime.deployment.extract, runtime.deployment.as_of),
            "of_groups": MEANING,
            "days": median_days(work),
            "overrides": override_counts(work),
            "reasons": override_reasons(work),
            "warnings": warnings_of(work),
        }
    except LedgerError:
        raise ServiceError(NO_LEDGER) from None


async def agreement(runtime: Runtime, _: Request) -> Response:
    """The page."""
    counted = await asyncio.to_thread(_counted, runtime)
    least = {"least": MINIMUM_CELL, "stamped": RUBBER_STAMPED}
    return show_page(runtime, "casework/agreement.html", here="/cases", **counted, **least)


ENDPOINT = page_at("GET /agreement", Permission.READ_PAPERS, "How judgements and lists were agreed with.", agreement)
