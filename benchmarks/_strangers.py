"""What strangers who ask for random addresses leave behind: in memory, in the metrics, in the log."""

import os
from pathlib import Path

import httpx
import psutil

from benchmarks import Table
from matac_ml.apikeys import make_key
from matac_ml.roles import ServiceRole
from tests.serving.running import running, write_keys

AIM_MIB, AIM_LOG = 5, 20_000


def met_strangers(folder: Path, mine: Path, *, times: int) -> Table:
    """Requests for random addresses by nobody: what they leave in memory, metrics and log of a guarded worker."""
    keys = write_keys(mine, ServiceRole.AUDITOR, keys=(auditor := make_key(),))
    with running(folder, mine, MATAC_KEYS_FILE=str(keys)) as service, httpx.Client(base_url=service.url) as client:

        def send(count: int) -> None:
            for i in range(count):
                name = os.urandom(8).hex()
                client.request("GET" if i % 3 else "POST", f"/{name}/%0a{name}?{name}", headers={"X-Name": name})

        def left() -> tuple[list[str], float, int]:
            text = client.get("/metrics", headers={"Authorization": f"Bearer {auditor}"}).text
            series = [line.rpartition(" ")[0] for line in text.splitlines()]
            return (
                series,
                psutil.Process(service.process.pid).children()[0].memory_info().rss / 2**20,
                service.log.stat().st_size,
            )

        left()
        send(1_000)
        series, memory, log = left()
        send(times)
        series_after, memory_after, log_after = left()
    missed = [] if series_after == series else ["the same series"]
    missed += [] if memory_after - memory < AIM_MIB else [f"under {AIM_MIB} MiB: {memory_after - memory:.1f}"]
    missed += [] if log_after - log < AIM_LOG else [f"under {AIM_LOG:,} bytes of log: {log_after - log:,}"]
    return Table(
        "Requests for random addresses by strangers, after 1,000 to warm up",
        ("requests", "more series", "more MiB", "more bytes of log"),
        ((times, len(series_after) - len(series), memory_after - memory, log_after - log),),
        ("One worker, access on.",),
        tuple(missed),
    )
