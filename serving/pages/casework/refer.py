"""``GET /refer`` and ``POST /refer``: a referral, by analysis or by an agency, with the agency's records or without."""

import asyncio
from concurrent.futures import Future
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.casework import Cycle, Entry
from matac_ml.casework.recorded import is_police
from matac_ml.casework.referral import AgencyRecord, Basis, Share, Terms
from matac_ml.roles import Permission
from serving.access.principal import CALLER, check_user
from serving.deployment.own_area import check_area
from serving.endpoints.casework import act, in_cycle
from serving.endpoints.cycle import score_on
from serving.endpoints.endpoint import Runtime
from serving.errors import CONFLICT, INVALID, NOT_ALLOWED, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.sight import is_partner
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page
from serving.requests import Act
from serving.rows import Identifier, KnownIdentifier

#: Lines for an agency's records on the form.
LINES = 5
_ANALYSIS = "analysis"
_NO_AGENCY = (
    "Your account names no partner agency, so nobody could say whose referral it is. Ask the administrator of your "
    "force's sign-in service"
)
_NOT_NOW = (
    "This referral cannot be recorded as it is. Only the attempt was recorded: check the identifier, or "
    "tell the MATAC coordinator what you know"
)


class ReferralRequest(Act):
    """A referral as the form has it."""

    person_id: KnownIdentifier
    source: Identifier
    basis: Basis
    share: Share

    @property
    def people(self) -> tuple[str, ...]:
        """Who is referred."""
        return (self.person_id,)


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
    asked = None
    try:
        asked = _asked(form)
        terms = Terms(asked.basis, asked.share, _records(form))
        # What is wrong with the form itself is said to a partner too: it tells nothing of the person.
        if faults := terms.faults(clock.today()):
            raise ServiceError(INVALID, faults=[("", "; ".join(faults))])
        await asyncio.to_thread(check_area, runtime, asked)
        entry = await act(partial(_refer, runtime, asked, terms, "not_recorded" in form))
    except ServiceError as error:
        if asked is not None and error.code in (CONFLICT, NOT_ALLOWED):
            await runtime.ledger.write_refusal(asked, "refer", error.code.name)
        if error.code.status >= 500:
            raise
        return _show(runtime, form, _told_to_partner(error) if is_partner() else error)
    held = entry.kind == "safeguarding_referral" and not is_partner()
    return go_to(f"/refer?done={'held' if held else 'referred'}")


def _asked(form: Form) -> ReferralRequest:
    """What is asked, with the session's user; a partner refers for their own agency alone."""
    session = current_session()
    named = form.get("agency", "").strip() if form.get("by") == "agency" else ""
    source = session.agency if is_partner() else named or _ANALYSIS
    if is_partner() and (not source or is_police(source)):
        raise ServiceError(INVALID, faults=[("", _NO_AGENCY)])
    if not is_partner() and form.get("by") not in ("analysis", "agency"):
        raise ServiceError(INVALID, faults=[("by", "Say who refers the person")])
    if not is_partner() and form.get("by") == "agency" and source == _ANALYSIS:
        raise ServiceError(CONFLICT, faults=[("agency", "Enter the agency that refers the person")])
    given = {name: form.get(name, "").strip() for name in ("person_id", "basis", "share", "reason")}
    asked = validated(ReferralRequest, {**given, "source": source, "user": session.name})
    check_user(CALLER.get(), asked.user)
    return asked


def _records(form: Form) -> tuple[AgencyRecord, ...]:
    records, faults = [], []
    for line in range(1, LINES + 1):
        day, what = form.get(f"day-{line}", "").strip(), form.get(f"what-{line}", "").strip()
        if not day and not what:
            continue
        try:
            records.append(AgencyRecord(date.fromisoformat(day), what))
        except ValueError:
            faults.append((f"day-{line}", f"Enter the day of record {line} as year, month and day, such as 2026-11-28"))
        if not what:
            faults.append((f"what-{line}", f"Say what happened in record {line}"))
    if faults:
        raise ServiceError(INVALID, faults=faults)
    return tuple(records)


def _refer(
    runtime: Runtime, asked: ReferralRequest, terms: Terms, said_unrecorded: bool, begun: "Future[None]"
) -> Entry:
    deployment = runtime.deployment
    known = deployment.find(asked.person_id) is not None
    # An agency need not know whom the police know, and is not told.
    unrecorded = not known if is_partner() else said_unrecorded
    if not known:
        validated(_NewPerson, {"person_id": asked.person_id})

    def work(cycle: Cycle) -> Entry:
        score = score_on(deployment, asked.person_id, None)
        return cycle.refer(
            asked.person_id,
            actor=asked.user,
            reason=asked.reason,
            source=asked.source,
            score=score,
            not_recorded=unrecorded,
            terms=terms,
        )

    return in_cycle(runtime, deployment, begun, work)


class _NewPerson(Act):
    """Somebody whom the extract does not know, spelt so that no two spellings mean one person."""

    user: str = "nobody"
    reason: str = "Only the identifier is looked at."
    person_id: Identifier


def _told_to_partner(error: ServiceError) -> ServiceError:
    """A refusal that tells an agency nothing of where somebody stands, or of what police records hold."""
    return ServiceError(CONFLICT, faults=[("", _NOT_NOW)]) if error.code is CONFLICT else error


ENDPOINT = page_at("GET /refer", Permission.REFER, "The form of a referral.", refer_page)
FORM = page_at("POST /refer", Permission.REFER, "Refer somebody.", refer)
