"""Templates and what every page of them is given."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from matac_ml.api.answers import NOTICE
from matac_ml.wording import day, number, rank, relationship, span
from serving.deployment.runtime import Runtime
from serving.endpoints.model import model_in_force
from serving.errors import ServiceError

PURPOSES = {
    "matac_nomination": "Prepare a MATAC meeting",
    "matac_review": "Review somebody under MATAC",
    "partner_referral": "A partner's referral",
    "audit": "Audit",
    "subject_access": "A subject access request",
    "demonstration": "Demonstration on made-up data",
}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "number": number, "rank": rank, "relationship": relationship, "span": span}
    return environment


def show_page(runtime: Runtime, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, with what is in force at its head and foot."""
    text = (
        _templates()
        .get_template(template)
        .render(force=model_in_force(runtime), notice=NOTICE, purposes=PURPOSES, **values)
    )
    return HTMLResponse(text, status_code=status)


def show_problem(runtime: Runtime, error: ServiceError) -> HTMLResponse:
    """Why nothing is shown, and what to do."""
    answer = error.answer()
    messages = [fault.message for fault in answer.faults]
    return show_page(runtime, "shared/problem.html", error.code.status, messages=messages, what_to_do=answer.what_to_do)
