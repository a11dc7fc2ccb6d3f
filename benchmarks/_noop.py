"""A BentoML service that does nothing: the least that any answer over it costs on this machine."""

import os

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "True")

import bentoml

from serving.schema import ScoreRequest


@bentoml.service(name="noop", workers=int(os.environ.get("MATAC_WORKERS", "1")), logging={"access": {"enabled": False}})
class Noop:
    """Reads the same request, and answers nothing."""

    @bentoml.api(route="/v1/score")
    async def score(self, request: ScoreRequest, /) -> dict[str, str]:
        """An empty answer."""
        return {}
