"""Kills a service under load, and asks the ledger for everything that was answered."""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._load import read_load, start_load
from matac_ml.casework import Ledger
from tests.serving.running import Service, start, wait_until_ready


@dataclass(frozen=True)
class Crash:
    """What one kill came to: how many were answered, and how many of those are not, or twice, in the ledger."""

    answered: int
    missing: int
    doubled: int


def kill(service: Service) -> None:
    """SIGKILL to every worker and to the service, at once; nothing is asked and nothing is cleaned up."""
    family = [*psutil.Process(service.process.pid).children(recursive=True), service.process]
    for one in family:  # workers are in process groups of their own
        one.kill()
    for one in family:
        one.wait()


def crash(
    made_up: Path, folder: Path, bodies: Path, *, port: int, seed: int, workers: int = 2, clients: int = 16
) -> Crash:
    """Start, load, kill at a random moment, then verify the chain and look for every nomination id answered.

    Raises
    ------
    LedgerError
        The chain does not hold.
    """
    out = folder / f"load-{seed}.json"
    after = random.Random(seed).uniform(0.2, 1.5)
    service = start(made_up, folder, port=port, MATAC_WORKERS=str(workers))
    try:
        wait_until_ready(service)
        load = start_load(port=port, path="/v1/score", bodies=bodies, clients=clients, seconds=after + 0.5, out=out)
        while service.get("/readyz").status_code == 200 and not _answers(service):
            time.sleep(0.02)
        time.sleep(after)
    finally:
        kill(service)
    load.wait(timeout=60)
    answered = [one for line in read_load(out).answered for one in line.split(",") if one]
    with Ledger.open(service.ledger) as ledger:
        ledger.verify()
        kept = [one.personal.reference for one in ledger.entries(kind="consultation") if one.personal]
    return Crash(len(answered), len(set(answered) - set(kept)), len(kept) - len(set(kept)))


def _answers(service: Service) -> bool:
    """Whether the load has begun: the ledger has entries beyond what it was opened with."""
    return Path(service.folder / "ledger.db").stat().st_size > 0
