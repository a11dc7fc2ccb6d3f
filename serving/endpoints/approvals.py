"""``GET /v1/approvals``: what is asked for and what is approved, until when and under which conditions."""

import asyncio

from matac_ml import clock
from matac_ml.api.approval import ApprovalLine, ApprovalsAnswer, ChoiceLine, RequestLine
from matac_ml.approval.standing import (
    APPROVED,
    DECLINED,
    REQUESTED,
    RETIRED,
    Approval,
    ApprovalRequest,
    approvals_in,
    open_requests,
)
from serving.endpoints.endpoint import Endpoint, Permission, Runtime


def approvals_now(runtime: Runtime) -> ApprovalsAnswer:
    """What the ledger says now; ServiceError ``no_ledger`` when it cannot be read."""
    entries = runtime.ledger.read(kind=(REQUESTED, APPROVED, DECLINED, RETIRED))
    deployment = runtime.deployment
    held = sorted(approvals_in(entries), key=lambda approval: approval.entry, reverse=True)
    return ApprovalsAnswer(
        release=deployment.release or None,
        approval=deployment.approval_text,
        requests=tuple(_request(request, deployment.release) for request in open_requests(entries)),
        approvals=tuple(_approval(approval, deployment.release) for approval in held),
        ledger_head=runtime.ledger.head(),
    )


def _request(request: ApprovalRequest, on_disk: str) -> RequestLine:
    return RequestLine(
        release=request.hashes.release,
        model=request.model,
        requested_by=request.requested_by,
        requested_at=request.requested_at,
        reason=request.reason,
        waivers=request.waivers,
        choices=tuple(ChoiceLine(**choice.model_dump()) for choice in request.choices),
        on_disk=request.hashes.release == on_disk,
    )


def _approval(approval: Approval, on_disk: str) -> ApprovalLine:
    release = approval.hashes.release if approval.hashes else None
    return ApprovalLine(
        release=release,
        requested_by=approval.requested_by,
        approved_by=approval.approved_by,
        approved_at=approval.approved_at,
        reason=approval.reason,
        until=approval.until,
        conditions=approval.conditions,
        waivers=approval.waivers,
        holds=approval.holds_on(clock.today()),
        on_disk=release == on_disk,
    )


async def approvals(runtime: Runtime, _: object) -> ApprovalsAnswer:
    """What is asked for and what is approved."""
    return await asyncio.to_thread(approvals_now, runtime)


ENDPOINT = Endpoint(
    address="GET /v1/approvals",
    permission=Permission.READ_BOARD,
    summary="Requests and approvals of releases.",
    description="open requests, and approvals with their conditions and last day",
    answer=ApprovalsAnswer,
    handler=approvals,
)
