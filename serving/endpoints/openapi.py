"""``GET /v1/openapi.json``: the description of every address, body, answer and error, from their declarations."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from matac_ml import __version__
from matac_ml.api.answers import NOTICE, ErrorAnswer
from serving.endpoints.endpoint import AnyEndpoint, Endpoint, Permission, Runtime
from serving.errors import FAULT, WRONG_METHOD, Code

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


def _errors(endpoint: AnyEndpoint) -> dict[str, Any]:
    codes = {*endpoint.every_error, WRONG_METHOD, FAULT}
    by_status: dict[int, list[Code]] = {}
    for code in sorted(codes, key=lambda code: (code.status, code.name)):
        by_status.setdefault(code.status, []).append(code)
    return {str(status): _error(codes) for status, codes in by_status.items()}


def _success(endpoint: AnyEndpoint) -> dict[str, Any]:
    usual, *others = endpoint.media
    schema: dict[str, Any] = {"type": "string"} if usual.startswith("text/") else {"type": "object"}
    if endpoint.answer is not None:
        schema = {"$ref": _REF.format(model=endpoint.answer.__name__)}
    content: dict[str, Any] = {usual: {"schema": schema}}
    for media in others:
        content[media] = {"schema": {"type": "object" if media.endswith("json") else "string"}}
    return {"description": HTTPStatus.OK.phrase, "content": content}


def _operation(endpoint: AnyEndpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method.lower()}{endpoint.path}").strip("_"),
        "summary": endpoint.summary,
        "description": f"Needs the permission `{endpoint.permission.value}`.",
        "responses": {"200": _success(endpoint), **_errors(endpoint)},
    }
    if endpoint.permission is Permission.ANYBODY:
        operation["security"] = []
    if endpoint.request is not None:
        schema = {"$ref": _REF.format(model=endpoint.request.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if "{name}" in endpoint.path:
        operation["parameters"] = [{"name": "name", "in": "path", "required": True, "schema": _OWN_PAPER_NAME}]
    return operation


@cache
def build_openapi(endpoints: tuple[AnyEndpoint, ...], *, access_is_on: bool) -> dict[str, Any]:
    """The description of those addresses that are an interface: the forms of our own pages are not."""
    shown = [endpoint for endpoint in endpoints if endpoint.described]
    models = {model for endpoint in shown for model in (endpoint.request, endpoint.answer) if model is not None}
    asked = [(model, "validation") for model in sorted({*models, ErrorAnswer}, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(asked, ref_template=_REF)  # type: ignore[arg-type]
    paths: dict[str, Any] = {}
    for endpoint in shown:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
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


async def openapi(runtime: Runtime, request: Request) -> Response:
    """The description of the application that answers."""
    return JSONResponse(build_openapi(request.app.state.endpoints, access_is_on=runtime.access.is_on))


ENDPOINT = Endpoint(
    address="GET /v1/openapi.json",
    permission=Permission.ANYBODY,
    summary="This description.",
    description="the description of every address, body, answer and error",
    handler=openapi,
)
FOR_CLIENTS = Endpoint(
    address="GET /docs.json",
    permission=Permission.ANYBODY,
    summary="This description, where BentoML's clients look for it.",
    described=False,
    handler=openapi,
)
OF_BENTOML: AnyEndpoint = Endpoint(
    address="GET /schema.json",
    permission=Permission.ANYBODY,
    summary="The description BentoML's own client reads.",
    described=False,
    handler=None,
)
