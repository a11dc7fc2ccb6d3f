"""Every address of the service, by its path: those of the API, of the pages and of the server itself."""

from serving.endpoints import ENDPOINTS
from serving.endpoints.endpoint import AnyEndpoint
from serving.pages import PAGES

ROUTES = (*ENDPOINTS, *PAGES)
#: Counted and logged in place of whatever is at no address.
OTHER = "other"
_BY_PATH: dict[str, list[AnyEndpoint]] = {}
for _endpoint in ROUTES:
    _BY_PATH.setdefault(_endpoint.path, []).append(_endpoint)
_TEMPLATES = tuple(endpoint for endpoint in ROUTES if "{" in endpoint.path)


def endpoints_at(path: str) -> list[AnyEndpoint]:
    """Every endpoint of an address, whatever the method; empty when nothing is there.

    Routers behind the gate end a line where a path holds a line break, and would answer in a shape of their own.
    """
    if not path.isprintable():
        return []
    return _BY_PATH.get(path) or [endpoint for endpoint in _TEMPLATES if endpoint.pattern.fullmatch(path)]


def address_of(path: str) -> str:
    """The address as it is declared, such as ``/v1/papers/{name}``; :data:`OTHER` when nothing is there."""
    found = endpoints_at(path)
    return found[0].path if found else OTHER
