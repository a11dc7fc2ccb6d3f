"""``GET`` and ``POST /challenges``: every contest, on record when it is shown, and the form of a new one."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response

from matac_ml import clock
from matac_ml.api.challenges import ChallengesAnswer
from matac_ml.challenge.contest import ABOUT, BY, OUTCOMES
from matac_ml.challenge.work import LONGEST
from matac_ml.roles import Permission
from serving.access.principal import CALLER
from serving.endpoints import challenge, challenges
from serving.endpoints.endpoint import Runtime
from serving.errors import INVALID, ServiceError
from serving.pages.casework.address import page_at
from serving.pages.casework.sight import record_shown
from serving.pages.forms import Form, current_session, plain_faults, read_form, validated
from serving.pages.rendering import go_to, show_page

_BLANK = {
    "about": "Choose what is contested",
    "by": "Choose who contests it",
    "said": f"Say what is contested, in one line of 3 to {LONGEST} characters",
    "received": "Enter the day on which it came, such as 2026-11-28",
}


async def show(
    runtime: Runtime, act: str = "", form: Form | None = None, error: ServiceError | None = None
) -> Response:
    """The page, with what is wrong with one of its forms; everybody whom it names is on record first."""
    session = current_session()
    if not session.purpose:
        return go_to("/purpose?to=/challenges")
    answer = await asyncio.to_thread(challenges.contests_now, runtime, session.name)
    await record_shown(runtime, "challenges", _shown(answer))
    faults = {f"{act}-{field}" if field not in ("", "act") else "": said for field, said in plain_faults(error).items()}
    return show_page(
        runtime,
        "challenges/challenges.html",
        error.code.status if error else 200,
        here="/challenges",
        waiting=[one for one in answer.challenges if not one.outcome],
        answered=[one for one in reversed(answer.challenges) if one.outcome],
        masked=answer.masked,
        about=ABOUT,
        by=BY,
        outcomes=OUTCOMES,
        today=clock.today(),
        may_answer=CALLER.get().may(Permission.ANSWER_CHALLENGES),
        act=act,
        form=form or {},
        faults=faults,
    )


def _shown(answer: ChallengesAnswer) -> dict[str, bool]:
    return {look.subject: bool(look.payload["score_shown"]) for look in challenges.looks_at(answer)}


async def all_challenges(runtime: Runtime, _: Request) -> Response:
    """Every contest."""
    return await show(runtime)


async def raise_challenge(runtime: Runtime, request: Request) -> Response:
    """Record a contest, and lead back; or the page again with what is wrong."""
    form = await read_form(request)
    try:
        said = {field: form.get(field, "").strip() for field in _BLANK}
        if blank := [(field, _BLANK[field]) for field, value in said.items() if not value]:
            raise ServiceError(INVALID, faults=blank)
        given = {**said, "act": "raise", "person_id": form.get("person_id", "").strip()}
        given |= {"user": current_session().name, "reason": form.get("reason", "").strip()}
        incidents = [name for name in re.split(r"[,;\s]+", form.get("incident_ids", "")) if name]
        asked = validated(challenge.ChallengeRequest, {**given, "incident_ids": incidents or None})
        await challenge.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return await show(runtime, "raise", form, error)
    return go_to("/challenges")


ENDPOINT = page_at("GET /challenges", Permission.SCORE, "Challenges to records and scores.", all_challenges)
RAISE = page_at("POST /challenges", Permission.SCORE, "Record that a record or score is contested.", raise_challenge)
