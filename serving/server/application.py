"""The addresses that BentoML's methods do not answer, as a Starlette application: pages, papers and descriptions."""

from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from serving.deployment.runtime import Runtime
from serving.endpoints.endpoint import AnyEndpoint
from serving.errors import NO_ROUTE, ServiceError, as_json
from serving.pages.rendering import show_problem
from serving.routes import ROUTES


def _route(endpoint: AnyEndpoint) -> Route:
    async def answer(request: Request) -> Response:
        given = await endpoint.call(request.app.state.runtime, request)
        return given if isinstance(given, Response) else as_json(given)

    return Route(endpoint.path, answer, methods=[endpoint.method])


async def _refuse(request: Request, error: Exception) -> Response:
    """A ServiceError as a page for readers of pages, as JSON for everybody else."""
    if not isinstance(error, ServiceError):
        raise error
    as_page = not request.url.path.startswith(("/v1/", "/static/"))
    return show_problem(request.app.state.runtime, error) if as_page else error.response()


def _not_here(_: Request, error: Exception) -> Response:
    return ServiceError(NO_ROUTE, headers=dict(getattr(error, "headers", None) or {})).response()


@cache
def build_application(runtime: Runtime) -> Starlette:
    """The application mounted beside BentoML's own routes."""
    routes = [_route(endpoint) for endpoint in ROUTES if endpoint.handler is not None and endpoint.request is None]
    application = Starlette(routes=routes, exception_handlers={ServiceError: _refuse, HTTPException: _not_here})
    application.state.runtime, application.state.endpoints = runtime, ROUTES
    return application
