"""``POST /person``: one person's explained score as a page."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from matac_ml.api.answers import LedgerNote
from matac_ml.api.explanation import ExplainedScore, NotScored, Reason
from serving.access.principal import CALLER
from serving.endpoints import score
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.endpoints.people import incidents_of
from serving.errors import ServiceError
from serving.pages.forms import Form, consultation, consulting, read_form, validated
from serving.pages.lists.home import show_home
from serving.pages.lists.listing import list_fields
from serving.pages.people.timeline import timeline_svg
from serving.pages.rendering import show_page

#: Reasons of either direction that a page gives first; the others are folded away below them.
MOST = 3


def _by_size(reason: Reason) -> float:
    return -abs(reason.contribution)


def show_person(
    runtime: Runtime, form: Form, nomination_id: str, answer: ExplainedScore | NotScored, ledger: LedgerNote
) -> HTMLResponse:
    """The page of what was said of a person.

    Its incidents are part of that look, and of its entry. They are left out for whoever may not ask for them: an
    auditor sees what was said, not everybody in the records.
    """
    shared: dict[str, Any] = {
        "nomination_id": nomination_id,
        "ledger": ledger,
        "consultation": consultation(form),
        "listed": list_fields(runtime, form),
        "lines": incidents_of(runtime.deployment, answer) if CALLER.get().may(Permission.SCORE) else (),
    }
    if isinstance(answer, NotScored):
        return show_page(runtime, "people/not_scored.html", said=answer, **shared)
    reasons = sorted((reason for family in answer.families for reason in family.reasons), key=_by_size)
    raising, lowering = ([reason for reason in reasons if reason.direction == way] for way in ("raises", "lowers"))
    return show_page(
        runtime,
        "people/person.html",
        score=answer,
        timeline=timeline_svg(answer.timeline, as_of=answer.as_of),
        scale=48 / max((abs(reason.contribution) for reason in reasons), default=1.0),
        most=(*raising[:MOST], *lowering[:MOST]),
        **shared,
    )


async def person(runtime: Runtime, request: Request) -> Response:
    """The score of the person that the form names, or the form again with what is wrong with it."""
    form = await read_form(request)
    try:
        nomination = validated(score.Nomination, {"person_id": form.get("person_id", "").strip()})
        asked = consulting(score.ScoreRequest, form, nominations=[nomination])
    except ServiceError as error:
        return show_home(runtime, form, error)
    answer = await score.ENDPOINT.call(runtime, asked)
    (named,) = answer.scores
    return show_person(runtime, form, named.nomination_id, named.answer, answer.ledger)


ENDPOINT = Endpoint(
    address="POST /person",
    permission=Permission.SCORE,
    summary="One person as a page.",
    media=("text/html",),
    form=True,
    described=False,
    handler=person,
)
