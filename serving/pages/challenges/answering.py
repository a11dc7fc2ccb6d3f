"""``POST /challenges/answer``: a named person answers a contest, and corrects records as of a day."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.roles import Permission
from serving.endpoints import challenge
from serving.endpoints.endpoint import Runtime
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.challenges.challenges import show
from serving.pages.forms import Form, current_session, read_form, validated
from serving.pages.rendering import go_to

#: What the form offers for an incident -> what a correction says.
_CHANGES: dict[str, dict[str, Any]] = {
    "not-crime": {"change": "classification", "is_crime": False},
    "crime": {"change": "classification", "is_crime": True},
    "not-suspect": {"change": "not_suspect"},
}


async def answer(runtime: Runtime, request: Request) -> Response:
    """Record an answer, and lead back; or the page again with what is wrong."""
    form = await read_form(request)
    number = form.get("challenge", "")
    try:
        if form.get("outcome") not in ("upheld", "partly", "refused"):
            raise ServiceError(INVALID, faults=[("outcome", "Choose whether it is upheld")])
        given = {
            "act": "answer",
            "user": current_session().name,
            "reason": form.get("reason", "").strip(),
            "person_id": form.get("person_id", ""),
            "challenge": int(number) if number.isdecimal() and len(number) < 12 else 0,
            "outcome": form["outcome"],
            "corrections": _corrections(form) or None,
        }
        await challenge.ENDPOINT.call(runtime, validated(challenge.ChallengeRequest, given))
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show(runtime, f"answer-{number}", form, _of_the_form(error))
    return go_to("/challenges")


def _corrections(form: Form) -> list[dict[str, Any]]:
    rows = sorted(int(found[1]) for name in form if (found := re.fullmatch(r"incident-(\d{1,3})", name)))
    return [
        {
            "incident_id": form[f"incident-{i}"],
            "day": form.get(f"day-{i}", "").strip(),
            "offence_code": form.get(f"code-{i}", "").strip() or None,
            **_CHANGES[form[f"change-{i}"]],
        }
        for i in rows
        if form.get(f"change-{i}") in _CHANGES
    ]


def _of_the_form(error: ServiceError) -> ServiceError:
    """A fault of a correction, at its field of the form."""
    fields = {"day": "Enter the day from which it holds, such as 2026-11-28", "offence_code": "Enter an offence code"}
    faults = []
    for field, message in error.faults:
        found = re.fullmatch(r"corrections\.(\d+)\.(\w+)", field)
        place = {"day": "day", "offence_code": "code"}.get(found[2], "change") if found else field
        faults.append((f"{place}-{found[1]}" if found else field, fields.get(found[2], message) if found else message))
    return ServiceError(error.code, faults=faults)


ENDPOINT = page_at("POST /challenges/answer", Permission.ANSWER_CHALLENGES, "Answer a challenge.", answer)
