"""``POST /person`` and ``GET /people/NAME``: a person's score is given and recorded once, then stands at an address."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from matac_ml.api.answers import LedgerNote
from matac_ml.api.explanation import CautionKind, ExplainedScore, NotScored, Reason
from matac_ml.explain.summary import facts_of
from serving.access.principal import CALLER
from serving.endpoints import score
from serving.endpoints.challenges import notes_on
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import incidents_of
from serving.errors import UNKNOWN, ServiceError
from serving.explained import read_explanation
from serving.ledger.history import find_explanation
from serving.pages.forms import consulting, current_session, read_form, validated
from serving.pages.people.incidents import narrowed, ways_to_narrow
from serving.pages.people.people import show_people
from serving.pages.people.timeline import timeline
from serving.pages.rendering import go_to, show_page

#: Reasons of either direction that a page gives first; the others are folded away below them.
MOST = 3
#: Cautions that decide how everything below is read: they stand open. The others are folded into one line.
OPEN = (CautionKind.DUAL_ROLE, CautionKind.DOUBTFUL_IDENTITY, CautionKind.NOT_ELIGIBLE, CautionKind.PARTNER_RECORDS)


def _by_size(reason: Reason) -> float:
    return -abs(reason.contribution)


def remember(runtime: Runtime, nomination_id: str, ledger: LedgerNote, came_from: str = "") -> None:
    """Let this session come back to an explanation that it was given, and whose giving is in the ledger."""
    kept = {"entries": list(ledger.entries), "recorded_at": ledger.recorded_at.isoformat(), "from": came_from}
    runtime.pages.store.open_page(current_session(), nomination_id, kept)


async def open_person(runtime: Runtime, request: Request) -> Response:
    """Record the score of the person that the form names, and lead to it; or the form again with what is wrong."""
    form, session = await read_form(request), current_session()
    if not session.purpose:
        return go_to("/purpose?to=/people")
    try:
        nomination = validated(score.Nomination, {"person_id": form.get("person_id", "").strip()})
        asked = consulting(score.ScoreRequest, nominations=[nomination])
        answer = await score.ENDPOINT.call(runtime, asked)
    except ServiceError as error:
        if error.code.status >= 500:
            raise
        return show_people(runtime, form, _of_the_field(error))
    (named,) = answer.scores
    came_from = form.get("from", "")
    known = runtime.pages.store.opened(session, came_from) is not None
    remember(runtime, named.nomination_id, answer.ledger, came_from if known else "")
    return go_to(f"/people/{named.nomination_id}")


def _of_the_field(error: ServiceError) -> ServiceError:
    """A fault of the one person asked for, at the field of the form."""
    nobody = "The records hold nobody with this identifier: check it"
    faults = [
        (field.removeprefix("nominations.0."), nobody if error.code is UNKNOWN else message)
        for field, message in error.faults
    ]
    return ServiceError(error.code, faults=faults)


async def show_person(runtime: Runtime, request: Request) -> Response:
    """An explanation that this session was given, as it was given; another one only by a form, which records it.

    Its incidents are part of that view, and of its entry. They are left out for whoever may not ask for them: an
    auditor sees what was said, not everybody in the records.
    """
    name, session = request.path_params["name"], current_session()
    kept = runtime.pages.store.opened(session, name)
    found = await asyncio.to_thread(find_explanation, runtime.ledger, name, session.name, CALLER.get())
    if kept is None or found is None:
        return show_page(runtime, "people/not_open.html", here="/people", nomination_id=name)
    answer = read_explanation(found.text)
    lines = incidents_of(runtime.deployment, answer) if CALLER.get().may(Permission.SCORE) else ()
    query = dict(request.query_params)
    shared: dict[str, Any] = {
        "here": "/people",
        "nomination_id": name,
        "kept": kept,
        "lines": narrowed(lines, answer, query),
        "every_line": lines,
        "ways": ways_to_narrow(lines, answer),
        "query": query,
    }
    if isinstance(answer, NotScored):
        return show_page(runtime, "people/not_scored.html", said=answer, **shared)
    shared["contested"] = await asyncio.to_thread(notes_on, runtime, answer.person_id)
    return show_page(runtime, "people/person.html", timeline=timeline(answer, lines), **_explained(answer), **shared)


def _explained(answer: ExplainedScore) -> dict[str, Any]:
    """What a page says of a score, in the order in which it is read."""
    reasons = sorted((reason for family in answer.families for reason in family.reasons), key=_by_size)
    raising, lowering = ([reason for reason in reasons if reason.direction == way] for way in ("raises", "lowers"))
    return {
        "score": answer,
        "facts": facts_of(answer),
        "open_cautions": [caution for caution in answer.cautions if caution.kind in OPEN],
        "folded_cautions": [caution for caution in answer.cautions if caution.kind not in OPEN],
        "most": (*raising[:MOST], *lowering[:MOST]),
        "reasons_count": len(reasons),
    }


ENDPOINT = Endpoint(
    address="POST /person",
    permission=Permission.SCORE,
    summary="Open one person.",
    media=("text/html",),
    page=True,
    described=False,
    handler=open_person,
)
VIEW = Endpoint(
    address="GET /people/{name}",
    permission=Permission.EXPLAIN_AGAIN,
    summary="One person who was opened, as a page.",
    media=("text/html",),
    page=True,
    described=False,
    handler=show_person,
)
