"""Kills a service under load, and asks the ledger for everything that was answered."""

import random
import sqlite3
import time
from contextlib import closing
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
    after = random.Random(seed).uniform(0.0, 1.5)
    service = start(made_up, folder, port=port, MATAC_WORKERS=str(workers))
    try:
        wait_until_ready(service)
        before = _entries(service)
        load = start_load(port=port, path="/v1/score", bodies=bodies, clients=clients, seconds=60, out=out)
        # A client sends again only when it was answered: with more entries than clients, somebody was.
        until = time.monotonic() + 60
        while _entries(service) <= before + clients:
            assert time.monotonic() < until, "the load did not begin"
            time.sleep(0.02)
        time.sleep(after)
    finally:
        kill(service)
    load.terminate()  # it writes what was answered, and ends
    load.wait(timeout=60)
    answered = [one for line in read_load(out).answered for one in line.split(",") if one]
    with Ledger.open(service.ledger) as ledger:
        ledger.verify()
        kept = [one.personal.reference for one in ledger.entries(kind="consultation") if one.personal]
    return Crash(len(answered), len(set(answered) - set(kept)), len(kept) - len(set(kept)))


def _entries(service: Service) -> int:
    """How many entries the ledger has, read beside the running service."""
    with closing(sqlite3.connect(f"file:{service.folder / 'ledger.db'}?mode=ro", uri=True)) as ledger:
        return int(ledger.execute("select count(*) from ledger_chain").fetchone()[0])
