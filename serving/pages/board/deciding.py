"""``POST /board/decide`` and ``/board/withdraw``: a request is granted or declined, and an approval withdrawn."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from serving.access.principal import CALLER, check_user
from serving.endpoints import approval
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import CONFLICT, ServiceError
from serving.pages.board.board import show_board
from serving.pages.forms import Form, current_session, read_form, validated
from serving.pages.rendering import go_to

_CHOOSE = "choose whether you approve or decline"


async def decide(runtime: Runtime, request: Request) -> Response:
    """Grant or decline, as the form says."""
    form = await read_form(request)
    act = form.get("act", "")
    terms: dict[str, Any] = {}
    if act not in ("grant", "decline"):
        return await show_board(runtime, form, ServiceError(CONFLICT, faults=[("act", _CHOOSE)]))
    if act == "grant":
        said = [line.strip() for line in form.get("conditions", "").splitlines() if line.strip()]
        terms = {"until": form.get("until", "").strip() or None, "conditions": said or None}
    return await _act(runtime, form, {"act": act, **terms})


async def withdraw(runtime: Runtime, request: Request) -> Response:
    """Withdraw the approval that the form names."""
    return await _act(runtime, await read_form(request), {"act": "withdraw"})


async def _act(runtime: Runtime, form: Form, fields: dict[str, Any]) -> Response:
    try:
        user, reason = current_session().name, form.get("reason", "").strip()
        named = {"user": user, "reason": reason, "release": form.get("release", "")}
        asked = validated(approval.ApprovalRequestBody, {**named, **fields})
        check_user(CALLER.get(), asked.user)
        await approval.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show_board(runtime, form, error)
    return go_to("/board")


DECIDE = Endpoint(
    address="POST /board/decide",
    permission=Permission.DECIDE_APPROVAL,
    summary="Grant or decline a request.",
    media=("text/html",),
    page=True,
    described=False,
    handler=decide,
)
WITHDRAW = Endpoint(
    address="POST /board/withdraw",
    permission=Permission.DECIDE_APPROVAL,
    summary="Withdraw an approval.",
    media=("text/html",),
    page=True,
    described=False,
    handler=withdraw,
)
