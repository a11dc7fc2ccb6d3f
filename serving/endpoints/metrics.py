"""``GET /metrics``: counts and durations for Prometheus, of addresses as they are declared and never as asked for.

A path can hold anything, a name too. Whatever is at no address is counted under one label, so the number of series is
bounded. The names are those BentoML gives, so that a dashboard of another BentoML service fits this one too. BentoML's
own counts are off: they keep a series for every path that was ever asked for.
"""

import asyncio
import os
from datetime import UTC, datetime, time
from functools import cache, partial

from starlette.responses import Response

from matac_ml.watch import LOOKED, PARTS, CheckStanding, LookFound, latest_look
from serving.endpoints.endpoint import Endpoint, Permission, Runtime
from serving.errors import ServiceError

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


def watch_text(found: LookFound) -> bytes:
    """What the newest look of the watch found, by part; no label names a person, a group or a kind of record."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    alarms = Gauge("matac_watch_alarms", "Checks of the watch that raise an alarm.", ("part",), registry=registry)
    evidence = Gauge(
        "matac_watch_evidence",
        "The strongest evidence of the newest cycle, as a power of ten beside an alarm.",
        ("part",),
        registry=registry,
    )
    for part in PARTS:
        those = [check for check in found.checks if check.part == part]
        alarms.labels(part).set(sum(check.standing is CheckStanding.ALARM for check in those))
        if newest := [check.evidence[-1] for check in those if check.evidence]:
            evidence.labels(part).set(max(newest))
    until = Gauge("matac_watch_until_seconds", "The last day watched, as seconds since 1970.", registry=registry)
    until.set(datetime.combine(found.until, time(), UTC).timestamp())
    return generate_latest(registry)


async def metrics(runtime: Runtime, __: object) -> Response:
    """Counts and durations of every worker, and what the watch found where the ledger holds a look."""
    text = get_metrics().text()
    try:
        found = latest_look(await asyncio.to_thread(partial(runtime.ledger.read, kind=LOOKED)))
    except ServiceError:
        found = None  # a ledger that cannot be read must not hide the counts that say so
    return Response(text + (watch_text(found) if found else b""), media_type="text/plain; version=0.0.4; charset=utf-8")


ENDPOINT = Endpoint(
    address="GET /metrics",
    permission=Permission.READ_METRICS,
    summary="Counts and durations for Prometheus.",
    media=("text/plain",),
    handler=metrics,
)
