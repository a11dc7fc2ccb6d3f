"""``GET /refer`` and ``POST /refer``: a referral, by analysis or by an agency, with the agency's records or without."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework.referral import Basis, Share
from matac_ml.casework.sharing import is_force
from matac_ml.roles import Permission
from serving.access.principal import CALLER, check_user
from serving.endpoints import referral
from serving.endpoints.endpoint import Runtime
from serving.errors import CONFLICT, INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.sight import is_partner
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page

#: Lines for an agency's records on the form.
LINES = 5


def _show(runtime: Runtime, form: Form, error: ServiceError | None = None, *, done: str = "") -> Response:
    return show_page(
        runtime,
        "casework/refer.html",
        error.code.status if error else 200,
        here="/cases",
        form=form,
        faults=plain_faults(error),
        bases=list(Basis),
        shares=list(Share),
        lines=range(1, LINES + 1),
        partner=is_partner(),
        done=done,
    )


async def refer_page(runtime: Runtime, request: Request) -> Response:
    """The empty form; first the purpose, for whoever has not said it."""
    if not current_session().purpose:
        return go_to("/purpose?to=/refer")
    name = request.query_params.get("done", "")
    return _show(runtime, {}, done=name if name in ("referred", "held") else "")


async def refer(runtime: Runtime, request: Request) -> Response:
    """Record the referral; or show the form again with what is wrong with it."""
    form = await read_form(request)
    try:
        answer = await referral.ENDPOINT.call(runtime, _asked(form))
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return _show(runtime, form, error)
    return go_to(f"/refer?done={'held' if answer.held else 'referred'}")


def _asked(form: Form) -> referral.ReferralRequest:
    """What is asked, with the session's user; a partner refers for their own agency alone."""
    session = current_session()
    named = form.get("agency", "").strip() if form.get("by") == "agency" else ""
    if is_partner() and is_force(session.agency):
        raise ServiceError(INVALID, faults=[("", referral.NO_AGENCY)])
    if not is_partner() and form.get("by") not in ("analysis", "agency"):
        raise ServiceError(INVALID, faults=[("by", "Say who refers the person")])
    if not is_partner() and form.get("by") == "agency" and not named:
        raise ServiceError(CONFLICT, faults=[("agency", "Enter the agency that refers the person")])
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in ("person_id", "basis", "share", "reason")}
    given |= {"source": named or None, "not_recorded": "not_recorded" in form, "user": session.name}
    validated(referral.ReferralRequest, given)  # what is missing above the records is said first
    asked = validated(referral.ReferralRequest, {**given, "records": _records(form)})
    check_user(CALLER.get(), asked.user)
    return asked


def _records(form: Form) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = []
    faults: list[tuple[str, str]] = []
    for line in range(1, LINES + 1):
        day, what = form.get(f"day-{line}", "").strip(), form.get(f"what-{line}", "").strip()
        if not day and not what:
            continue
        try:
            records.append({"on": date.fromisoformat(day), "what": what})
        except ValueError:
            faults.append((f"day-{line}", f"Enter the day of record {line} as year, month and day, such as 2026-11-28"))
        if not what:
            faults.append((f"what-{line}", f"Say what happened in record {line}"))
    if faults:
        raise ServiceError(INVALID, faults=faults)
    return records


ENDPOINT = page_at("GET /refer", Permission.REFER, "The form of a referral.", refer_page)
FORM = page_at("POST /refer", Permission.REFER, "Refer somebody.", refer)
