"""``POST /case/note``: needs, contacts, agreements and the decision to keep somebody, from a case's page."""

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.casework.on_programme import MOST_TERMS
from matac_ml.roles import Permission
from serving.endpoints import programme
from serving.endpoints.endpoint import Runtime
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.case import opened_case, show_again
from serving.pages.forms import Form, current_session, read_form, validated
from serving.pages.rendering import go_to, show_page


async def note_on_programme(runtime: Runtime, request: Request) -> Response:
    """Note it as the API does, and lead back to the case; or show it with what keeps it back."""
    form = await read_form(request)
    name, word = form.get("case", ""), form.get("act", "")
    kept = opened_case(runtime, name)
    if kept is None:
        return show_page(runtime, "casework/not_open.html", here="/cases", of_session=False)
    try:
        fields, missing = _fields(word, form, runtime)
        if missing:
            raise ServiceError(INVALID, faults=[*missing.items()])
        given = {"user": current_session().name, "reason": form.get("reason", "").strip(), "act": word}
        asked = validated(programme.ProgrammeRequest, {**given, "person_id": kept["person_id"], **fields})
        await programme.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        number = form.get("agreement", "")
        at = f"{word}-{number}" if number.isdecimal() else word
        return await show_again(runtime, name, at, form, error)
    return go_to(f"/cases/{name}")


def _fields(word: str, form: Form, runtime: Runtime) -> tuple[dict[str, Any], dict[str, str]]:
    """What a form asks of ``/v1/programme``, and what is missing in it by field."""
    faults: dict[str, str] = {}
    asked: dict[str, Any] = {}
    if word == "needs":
        asked["needs"] = [need for need in runtime.toolkit.needs if f"need-{need}" in form]
    if word == "contact":
        asked["how"] = form.get("how", "")
        if not asked["how"]:
            faults["how"] = "Choose how"
        if form.get("reached") not in ("yes", "no"):
            faults["reached"] = "Say whether the person was reached"
        asked["reached"] = form.get("reached") == "yes"
    if word == "make_agreement":
        asked["terms"] = [line.strip() for line in form.get("terms", "").splitlines() if line.strip()]
        asked["agency"] = form.get("agency", "").strip()
        if not 1 <= len(asked["terms"]) <= MOST_TERMS or not all(3 <= len(term) <= 300 for term in asked["terms"]):
            faults["terms"] = f"Enter 1 to {MOST_TERMS} terms, one a line"
        if not asked["agency"]:
            faults["agency"] = "Enter the agency that offers it"
    if word in ("sign_agreement", "breach"):
        number = form.get("agreement", "")
        asked["agreement"] = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0
    if word == "sign_agreement":
        asked["signed_by"] = form.get("signed_by", "").strip()
        if not asked["signed_by"]:
            faults["signed_by"] = "Enter who signed it"
    if word in ("contact", "sign_agreement", "breach"):
        try:
            asked["on"] = date.fromisoformat(form.get("on", "").strip()).isoformat()
        except ValueError:
            faults["on"] = "Enter the day, such as 2026-11-28"
    return asked, faults


FORM = page_at(
    "POST /case/note", Permission.RUN_PROGRAMME, "Make a note about somebody on the programme.", note_on_programme
)
