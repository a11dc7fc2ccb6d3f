"""``GET /livez``, ``/healthz`` and ``/readyz``: for whatever watches the process. BentoML answers them."""

from serving.endpoints.endpoint import AnyEndpoint, Endpoint, Permission
from serving.errors import NOT_READY, Code


def _probe(path: str, summary: str, *errors: Code) -> AnyEndpoint:
    return Endpoint(
        address=f"GET {path}",
        permission=Permission.ANYBODY,
        summary=summary,
        errors=errors,
        media=("text/plain",),
        handler=None,
    )


LIVE = _probe("/livez", "Whether the process runs.")
HEALTH = _probe("/healthz", "Whether the process runs.")
READY = _probe("/readyz", "Whether scores can be given.", NOT_READY)
