"""The OpenAPI of the whole service, from the table of routes: every address, body, answer and error."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from matac_ml import __version__
from matac_ml.api.answers import NOTICE
from serving.errors import FAULT, WRONG_METHOD, Code, ErrorAnswer
from serving.principal import Permission
from serving.routes import ROUTES, Rule

_REF = "#/components/schemas/{model}"
_OWN_PAPER_NAME = {"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]{0,79}$"}


def _error(codes: list[Code]) -> dict[str, Any]:
    lines = [f"`{code.name}`: {code.message} {code.what_to_do}" for code in codes]
    answer: dict[str, Any] = {
        "description": "\n".join(lines),
        "content": {"application/json": {"schema": {"$ref": _REF.format(model="ErrorAnswer")}}},
    }
    if codes[0].status == 429:
        answer["headers"] = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "required": True}}
    return answer


def _errors(rule: Rule) -> dict[str, Any]:
    codes = {*rule.errors, WRONG_METHOD, FAULT}
    by_status: dict[int, list[Code]] = {}
    for code in sorted(codes, key=lambda code: (code.status, code.name)):
        by_status.setdefault(code.status, []).append(code)
    return {str(status): _error(codes) for status, codes in by_status.items()}


def _success(rule: Rule) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"} if rule.media.startswith("text/") else {"type": "object"}
    if rule.answers is not None:
        schema = {"$ref": _REF.format(model=rule.answers.__name__)}
    content: dict[str, Any] = {rule.media: {"schema": schema}}
    for media in rule.more_media:
        content[media] = {"schema": {"type": "object" if media.endswith("json") else "string"}}
    return {"description": HTTPStatus.OK.phrase, "content": content}


def _operation(rule: Rule) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{rule.method.lower()}{rule.path}").strip("_"),
        "summary": rule.summary,
        "description": f"Needs the permission `{rule.permission.value}`.",
        "responses": {"200": _success(rule), **_errors(rule)},
    }
    if rule.permission is Permission.ANYBODY:
        operation["security"] = []
    if rule.asks is not None:
        schema = {"$ref": _REF.format(model=rule.asks.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if "{name}" in rule.path:
        operation["parameters"] = [{"name": "name", "in": "path", "required": True, "schema": _OWN_PAPER_NAME}]
    return operation


@cache
def build_openapi(*, access_is_on: bool) -> dict[str, Any]:
    """The description served at ``/v1/openapi.json``. The forms of our own pages are not an interface and left out."""
    shown = [rule for rule in ROUTES if not rule.form and rule.path not in ("/schema.json", "/docs.json")]
    models = {model for rule in shown for model in (rule.asks, rule.answers) if model is not None} | {ErrorAnswer}
    asked = [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(asked, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, Any] = {}
    for rule in shown:
        paths.setdefault(rule.path, {})[rule.method.lower()] = _operation(rule)
    components: dict[str, Any] = {"schemas": schemas["$defs"]}
    description: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "matac-ml",
            "version": __version__,
            "description": f"Explained scores for a MATAC meeting. {NOTICE}",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
    }
    if access_is_on:
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        description["security"] = [{"bearer": []}]
    return description
