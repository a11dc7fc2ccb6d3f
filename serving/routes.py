"""Every address of the service: who may use it, what it takes and what it answers. The gate and OpenAPI read this."""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel

from matac_ml.api import answers
from serving import schema
from serving.errors import (
    BAD_JSON,
    CONFLICT,
    INVALID,
    NO_IDENTITY,
    NO_LEDGER,
    NO_ROUTE,
    NOT_ALLOWED,
    NOT_IN_FORCE,
    NOT_JSON,
    NOT_READY,
    TOO_LARGE,
    TOO_LONG,
    TOO_MANY,
    TOO_SLOW,
    UNKNOWN,
    Code,
)
from serving.principal import Permission

_ALWAYS = (NO_IDENTITY, NOT_ALLOWED, TOO_MANY, NOT_READY, TOO_LONG)
_BODY = (BAD_JSON, NOT_JSON, TOO_LARGE, TOO_SLOW, INVALID, NO_LEDGER)


@dataclass(frozen=True)
class Rule:
    """One address and method.

    Attributes
    ----------
    asks : type or None
        The model of the JSON body; None when there is no JSON body.
    answers : type or None
        The model of the JSON answer; None for pages, papers and plain text.
    errors : tuple of Code
        Every error it gives, beyond faults of ours.
    form : bool
        Whether the body is an HTML form of our own pages.
    """

    method: str
    path: str
    permission: Permission
    summary: str
    asks: type[BaseModel] | None = None
    answers: type[BaseModel] | None = None
    errors: tuple[Code, ...] = _ALWAYS
    form: bool = False
    media: str = "application/json"
    more_media: tuple[str, ...] = ()
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{\w+\}", r"[^/]+", self.path)))


def _look(path: str, summary: str, asks: type[BaseModel], answers: type[BaseModel], *errors: Code) -> Rule:
    """A look at people: JSON in, JSON out, in the ledger."""
    return Rule("POST", path, Permission.SCORE, summary, asks, answers, (*_ALWAYS, *_BODY, *errors))


API = (
    _look(
        "/v1/score",
        "Explained scores of up to 200 people.",
        schema.ScoreRequest,
        answers.ScoreAnswer,
        UNKNOWN,
        CONFLICT,
    ),
    _look("/v1/rank", "The list of an area or the whole force.", schema.RankRequest, answers.RankAnswer, UNKNOWN),
    _look(
        "/v1/forward",
        "The scores in 28, 90 and 182 days if nothing further were recorded.",
        schema.ForwardRequest,
        answers.ForwardAnswer,
        UNKNOWN,
    ),
    _look(
        "/v1/incidents",
        "The incidents behind somebody's score, with the people in them.",
        schema.IncidentsRequest,
        answers.IncidentsAnswer,
        UNKNOWN,
        CONFLICT,
    ),
    Rule(
        "POST",
        "/v1/explanation",
        Permission.EXPLAIN_AGAIN,
        "An explanation again, exactly as it was given.",
        schema.ExplanationRequest,
        answers.ExplanationAnswer,
        (*_ALWAYS, *_BODY, UNKNOWN),
    ),
    Rule(
        "POST",
        "/v1/subject-access",
        Permission.EXPLAIN_AGAIN,
        "What is held and was said of one person, in plain English.",
        schema.SubjectAccessRequest,
        answers.SubjectAccessAnswer,
        (*_ALWAYS, *_BODY, UNKNOWN),
    ),
    Rule(
        "POST",
        "/v1/cycle",
        Permission.SCORE,
        "One step of the MATAC cycle.",
        schema.CycleRequest,
        answers.CycleAnswer,
        (*_ALWAYS, *_BODY, CONFLICT),
    ),
    Rule(
        "POST",
        "/v1/cohort",
        Permission.SCORE,
        "The cohort of a meeting, with its overrides.",
        schema.CohortRequest,
        answers.CohortAnswer,
        (*_ALWAYS, *_BODY, CONFLICT),
    ),
    Rule("GET", "/v1/model", Permission.READ_PAPERS, "Model and policy in force.", None, answers.ModelInForce),
    Rule("GET", "/v1/papers", Permission.READ_PAPERS, "Names of the papers in force.", None, answers.PaperList),
    Rule(
        "GET",
        "/v1/papers/{name}",
        Permission.READ_PAPERS,
        "One paper of the release in force, as its manifest names it.",
        errors=(*_ALWAYS, UNKNOWN, NOT_IN_FORCE),
        media="text/html",
        more_media=("text/markdown", "text/csv", "application/pdf", "application/json"),
    ),
    Rule(
        "POST",
        "/v1/matrix-only",
        Permission.ADMINISTER,
        "Turn the model off, or on again, for everybody.",
        schema.MatrixOnlyRequest,
        answers.MatrixOnlyAnswer,
        (*_ALWAYS, *_BODY),
    ),
)

PAGES = (
    Rule("GET", "/", Permission.READ_PAPERS, "What is in force, and the form that opens a list.", media="text/html"),
    Rule("POST", "/list", Permission.SCORE, "The list as a page.", form=True, media="text/html"),
    Rule("POST", "/person", Permission.SCORE, "One person as a page.", form=True, media="text/html"),
    Rule("POST", "/again", Permission.EXPLAIN_AGAIN, "An explanation again as a page.", form=True, media="text/html"),
    Rule("GET", "/static/{name}", Permission.ANYBODY, "Style of the pages.", errors=(NO_ROUTE,), media="text/css"),
)


def _system(path: str, summary: str, media: str = "text/plain", *errors: Code) -> Rule:
    """An address that anybody on the machine or network may read."""
    return Rule("GET", path, Permission.ANYBODY, summary, errors=(NOT_ALLOWED, *errors), media=media)


SYSTEM = (
    _system("/v1/openapi.json", "This description.", "application/json"),
    _system("/docs.json", "This description, where BentoML's clients look for it.", "application/json"),
    _system("/schema.json", "The description BentoML's own client reads.", "application/json"),
    _system("/livez", "Whether the process runs."),
    _system("/healthz", "Whether the process runs."),
    _system("/readyz", "Whether scores can be given.", "text/plain", NOT_READY),
    Rule("GET", "/metrics", Permission.READ_METRICS, "Counts and durations for Prometheus.", media="text/plain"),
)

ROUTES = (*API, *PAGES, *SYSTEM)
_BY_PATH: dict[str, list[Rule]] = {}
for _rule in ROUTES:
    _BY_PATH.setdefault(_rule.path, []).append(_rule)
_TEMPLATES = tuple(rule for rule in ROUTES if "{" in rule.path)


def rules_of(path: str) -> list[Rule]:
    """Every rule of an address, whatever the method; empty when nothing is there."""
    return _BY_PATH.get(path) or [rule for rule in _TEMPLATES if rule.pattern.fullmatch(path)]
