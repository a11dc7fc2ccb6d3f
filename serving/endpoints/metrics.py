"""``GET /metrics``: counts and durations for Prometheus, of addresses as they are declared and never as asked for.

A path can hold anything, a name too. Whatever is at no address is counted under one label, so the number of series is
bounded. The names are those BentoML gives, so that a dashboard of another BentoML service fits this one too. BentoML's
own counts are off: they keep a series for every path that was ever asked for.
"""

import os
from functools import cache

from starlette.responses import Response

from serving.endpoints.endpoint import Endpoint, Permission, Runtime

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """What this worker counts; every worker of the service is in :meth:`text`.

    Prometheus' client keeps the counts of several processes in the folder ``PROMETHEUS_MULTIPROC_DIR``, and reads that
    variable when it is imported: so it is imported here, in the worker.
    """

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._own = CollectorRegistry()
        self._total = Counter(
            "bentoml_service_request_total",
            "Requests answered, refusals included.",
            ("endpoint", "http_response_code"),
            registry=self._own,
        )
        self._seconds = Histogram(
            "bentoml_service_request_duration_seconds",
            "Seconds from the head of a request to the end of its answer.",
            ("endpoint",),
            registry=self._own,
            buckets=_BUCKETS,
        )

    def count(self, address: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._total.labels(address, str(status)).inc()
        self._seconds.labels(address).observe(seconds)

    def text(self) -> bytes:
        """Every count of every worker, as Prometheus reads it."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            return generate_latest(self._own)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)


@cache
def get_metrics() -> Metrics:
    """This process's counts."""
    return Metrics()


async def metrics(_: Runtime, __: object) -> Response:
    """Counts and durations of every worker."""
    return Response(get_metrics().text(), media_type="text/plain; version=0.0.4; charset=utf-8")


ENDPOINT = Endpoint(
    address="GET /metrics",
    permission=Permission.READ_METRICS,
    summary="Counts and durations for Prometheus.",
    media=("text/plain",),
    handler=metrics,
)
