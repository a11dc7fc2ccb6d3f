"""The pages: a list and one person, as plain HTML forms. They work by keyboard and without script.

They say what the API says. A look at a page is a look like any other: the same request models, the same answers, the
same ledger entries. People's identifiers travel in bodies only, so that no address, history or log holds them.
"""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from matac_ml import clock
from matac_ml.api.answers import NOTICE, LedgerNote
from matac_ml.api.explanation import ExplainedScore, NotScored, Reason
from matac_ml.explain.wording import day, number, rank, relationship
from matac_ml.release import PAPER_MEDIA
from matac_ml.spec.wording import span
from serving.caller import CALLER
from serving.errors import INVALID, NO_ROUTE, NOT_READY, UNKNOWN, ServiceError
from serving.gate import check_user
from serving.metrics import get_metrics
from serving.openapi import build_openapi
from serving.pages.timeline import timeline_svg
from serving.runtime import get_runtime
from serving.schema import ExplanationRequest, Nomination, RankRequest, ScoreRequest

_HERE = Path(__file__).parent
#: Reasons of either direction that a page gives first; the others are folded away below them.
MOST = 3
Asked = TypeVar("Asked", bound=BaseModel)

PURPOSES = {
    "matac_nomination": "Prepare a MATAC meeting",
    "matac_review": "Review somebody under MATAC",
    "partner_referral": "A partner's referral",
    "audit": "Audit",
    "subject_access": "A subject access request",
    "demonstration": "Demonstration on made-up data",
}
#: Fields of the forms as their labels name them.
_LABELS = {
    "user": "Your name",
    "purpose": "Purpose",
    "justification": "Why you need to look",
    "k": "People the meeting can take",
    "area": "Area",
    "order": "Order by",
    "person_id": "Person identifier",
}
_EMPTY = {"user": "", "purpose": "matac_nomination", "justification": ""}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = day
    environment.filters["number"] = number
    environment.filters["rank"] = rank
    environment.filters["relationship"] = relationship
    environment.filters["span"] = span
    return environment


def _page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    answering = get_runtime().answering
    text = (
        _templates()
        .get_template(name)
        .render(force=answering.model_in_force(), notice=NOTICE, purposes=PURPOSES, **values)
    )
    return HTMLResponse(text, status_code=status)


def _problem(error: ServiceError) -> HTMLResponse:
    answer = error.answer()
    return _page(
        "problem.html",
        error.code.status,
        messages=[fault.message for fault in answer.faults],
        what_to_do=answer.what_to_do,
    )


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; the gate has read and measured the body. A field sent twice is somebody's trick."""
    try:
        pairs = parse_qsl((await request.body()).decode("utf-8"), max_num_fields=20, strict_parsing=False)
    except ValueError:
        raise ServiceError(INVALID, faults=[("", "the form cannot be read")]) from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise ServiceError(INVALID, faults=[("", "a field was sent twice")])
    return dict(pairs)


def _checked(model: type[Asked], fields: dict[str, Any]) -> Asked:
    try:
        return model.model_validate(fields, strict=False)
    except ValidationError as error:
        faults = [
            (".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))
            for fault in error.errors(include_input=False, include_context=False, include_url=False)
        ]
        raise ServiceError(INVALID, faults=faults) from None


def _consultation(form: dict[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in ("user", "purpose", "justification")}


def _listed(form: dict[str, str]) -> dict[str, str]:
    """The list a reader came from, and goes back to: its length, area and order."""
    return {
        "k": form.get("k") or str(get_runtime().answering.capacity),
        "area": form.get("area", ""),
        "order": form.get("order") or "matrix",
    }


def _home(status: int = 200, *, form: dict[str, str], faults: dict[str, str]) -> HTMLResponse:
    answering = get_runtime().answering
    caller = CALLER.get()
    consultation = {**_EMPTY, **({"user": caller.name} if caller.personal else {}), **form}
    return _page(
        "home.html",
        status,
        consultation=consultation,
        faults=faults,
        labels=_LABELS,
        k=form.get("k", str(answering.capacity)),
        area=form.get("area", ""),
        areas=answering.areas(),
        as_of=answering.as_of,
    )


async def home(request: Request) -> Response:
    """What is in force, and the forms that open a list or a person."""
    return _home(form={}, faults={})


async def people(request: Request) -> Response:
    """The list."""
    form = await _form(request)
    try:
        fields: dict[str, Any] = {**_consultation(form), "order": form.get("order") or "matrix"}
        if form.get("k"):
            fields["k"] = form["k"]
        if form.get("area"):
            fields["area"] = form["area"]
        asked = _checked(RankRequest, fields)
        check_user(CALLER.get(), asked.user)
    except ServiceError as error:
        return _home(error.code.status, form=form, faults=dict(error.faults))
    answer = await get_runtime().answering.rank(asked)
    age = (clock.today() - get_runtime().answering.model_in_force().data_as_of).days
    return _page(
        "list.html",
        answer=answer,
        order=asked.order,
        consultation=_consultation(form),
        listed=_listed(form),
        age=age,
    )


def _by_size(reason: Reason) -> float:
    return -abs(reason.contribution)


def _person(
    form: dict[str, str], nomination_id: str, score: ExplainedScore | NotScored, ledger: LedgerNote
) -> HTMLResponse:
    if isinstance(score, NotScored):
        return _page(
            "not_scored.html",
            said=score,
            nomination_id=nomination_id,
            ledger=ledger,
            consultation=_consultation(form),
            listed=_listed(form),
            lines=get_runtime().answering.incidents_of(score),
        )
    reasons = sorted((reason for family in score.families for reason in family.reasons), key=_by_size)
    raising, lowering = ([one for one in reasons if one.direction == way] for way in ("raises", "lowers"))
    return _page(
        "person.html",
        score=score,
        nomination_id=nomination_id,
        ledger=ledger,
        consultation=_consultation(form),
        listed=_listed(form),
        lines=get_runtime().answering.incidents_of(score),
        timeline=timeline_svg(score.timeline, as_of=score.as_of),
        scale=48 / max((abs(reason.contribution) for reason in reasons), default=1.0),
        most=(*raising[:MOST], *lowering[:MOST]),
    )


async def person(request: Request) -> Response:
    """One person's explained score."""
    form = await _form(request)
    try:
        nomination = _checked(Nomination, {"person_id": form.get("person_id", "").strip()})
        asked = _checked(ScoreRequest, {**_consultation(form), "nominations": [nomination]})
        check_user(CALLER.get(), asked.user)
    except ServiceError as error:
        return _home(error.code.status, form=form, faults=dict(error.faults))
    answer = await get_runtime().answering.score(asked)
    return _person(form, answer.scores[0].nomination_id, answer.scores[0].said, answer.ledger)


async def again(request: Request) -> Response:
    """An explanation as it was given."""
    form = await _form(request)
    asked = _checked(
        ExplanationRequest, {**_consultation(form), "nomination_id": form.get("nomination_id", "").strip()}
    )
    check_user(CALLER.get(), asked.user)
    answer = await get_runtime().answering.explanation(asked)
    said = answer.score or answer.not_scored
    if said is None:
        raise ServiceError(UNKNOWN)
    return _person(form, answer.nomination_id, said, answer.ledger)


async def style(request: Request) -> Response:
    """The one style sheet."""
    if request.path_params["name"] != "service.css":
        raise ServiceError(NO_ROUTE)
    return FileResponse(_HERE / "static" / "service.css", media_type="text/css")


async def openapi(request: Request) -> Response:
    """The description of the service."""
    return JSONResponse(build_openapi(access_is_on=get_runtime().access.is_on))


async def metrics(request: Request) -> Response:
    """Counts and durations for Prometheus."""
    return Response(get_metrics().text(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def model(request: Request) -> Response:
    """Model and policy in force."""
    return _json(get_runtime().answering.model_in_force())


async def papers(request: Request) -> Response:
    """Names of the papers in force."""
    return _json(get_runtime().answering.papers())


async def paper(request: Request) -> Response:
    """One paper of the release in force."""
    name = request.path_params["name"]
    content = get_runtime().answering.paper(name)
    headers = {"X-Ledger-Head": get_runtime().answering.head()}
    return Response(content, media_type=PAPER_MEDIA[name.rpartition(".")[2]], headers=headers)


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")


async def _show_problem(request: Request, error: Exception) -> Response:
    """A ServiceError as a page for readers of pages, as JSON for everybody else."""
    if not isinstance(error, ServiceError):
        raise error
    as_page = error.code is not NOT_READY and not request.url.path.startswith(("/v1/", "/static/"))
    return _problem(error) if as_page else error.response()


def _not_here(request: Request, error: Exception) -> Response:
    return ServiceError(NO_ROUTE, headers=dict(getattr(error, "headers", None) or {})).response()


@cache
def build_pages() -> Starlette:
    """The application mounted beside BentoML's own routes."""
    return Starlette(
        routes=[
            Route("/", home, methods=["GET"]),
            Route("/list", people, methods=["POST"]),
            Route("/person", person, methods=["POST"]),
            Route("/again", again, methods=["POST"]),
            Route("/static/{name}", style, methods=["GET"]),
            Route("/v1/openapi.json", openapi, methods=["GET"]),
            Route("/docs.json", openapi, methods=["GET"]),
            Route("/metrics", metrics, methods=["GET"]),
            Route("/v1/model", model, methods=["GET"]),
            Route("/v1/papers", papers, methods=["GET"]),
            Route("/v1/papers/{name}", paper, methods=["GET"]),
        ],
        exception_handlers={ServiceError: _show_problem, HTTPException: _not_here},
    )
