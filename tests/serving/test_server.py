"""Around the application: one port and nothing else, workers that are kept, and a stop that drops nobody."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
import uvicorn

from serving.access.credentials import Access
from serving.server.gate import Gate
from serving.server.http11 import Protocol
from tests.serving.running import WHY, Service, running
from tests.serving.test_faults import ask, eventually, somebody

#: Run as another user: what of these files can it read, and what of these ports and sockets can it reach?
_STRANGER = """
import json, os, socket, sys
told = json.load(sys.stdin)
readable = []
for path in told["paths"]:
    try:
        if os.path.isdir(path):
            os.listdir(path)
        else:
            with open(path, "rb") as file:
                file.read(1)
        readable.append(path)
    except OSError:
        pass
reached = []
for port in told["ports"]:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        reached.append(port)
    except OSError:
        pass
for pid in told["pids"]:
    try:
        os.kill(pid, 0)
        reached.append(pid)
    except OSError:
        pass
print(json.dumps({"readable": readable, "reached": reached, "uid": os.getuid()}))
"""


def processes(service: Service) -> list[psutil.Process]:
    """The parent and its workers."""
    parent = psutil.Process(service.process.pid)
    return [parent, *parent.children(recursive=True)]


def listening(service: Service) -> set[tuple[str, int]]:
    """Family and port of everything that any process of the service listens on."""
    found = (one for process in processes(service) for one in process.net_connections("inet"))
    return {(one.family.name, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}


@pytest.fixture(scope="module")
def pair(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of two workers that keeps an access log; the tests below use it in turn, the last one stops it."""
    with running(made_up, tmp_path_factory.mktemp("pair"), MATAC_WORKERS="2", MATAC_ACCESS_LOG="1") as started:
        yield started


@pytest.fixture(scope="module")
def alone(made_up: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of one worker; its ledger is taken apart first, and it is killed last."""
    with running(made_up, tmp_path_factory.mktemp("alone")) as started:
        yield started


def test_metrics_count_every_worker_and_name_no_path_that_was_asked_for(pair: Service) -> None:
    """Counts add up over two workers; unknown addresses are one series, and a page with a name in it is a template."""
    for i in range(20):
        httpx.get(f"{pair.url}/nobody/Jane%20Doe-{i}")
        httpx.get(f"{pair.url}/people/Jane%20Doe-{i}")
        httpx.get(f"{pair.url}/v1/papers/jane-doe-{i}.html")
    text = pair.get("/metrics").text
    assert 'bentoml_service_request_total{endpoint="other",http_response_code="404"} 20.0' in text
    # A page leads whoever is not signed in to the sign-in.
    assert 'bentoml_service_request_total{endpoint="/people/{name}",http_response_code="303"} 20.0' in text
    # The made-up bundle has no papers: none is in force.
    assert 'bentoml_service_request_total{endpoint="/v1/papers/{name}",http_response_code="409"} 20.0' in text
    assert "jane" not in text.lower()


def test_there_is_one_port_and_no_other_socket(pair: Service) -> None:
    """Two workers share one listening socket; no process has a socket in the file system or a second port."""
    assert somebody(pair)
    assert listening(pair) == {("AF_INET", pair.port)}
    # Pairs inside asyncio have neither a name nor a listener.
    unix = {one.laddr for process in processes(pair) for one in process.net_connections("unix")}
    assert unix <= {"", None}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user to try this")
def test_another_user_reads_no_setting_and_reaches_nothing_but_the_port(pair: Service) -> None:
    """As nobody: no environment, memory or open file of the service, no ledger, counts or key; no signal; the port."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    try:
        pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("this machine has no user called nobody")
    if python is None:
        pytest.skip("this machine has no Python that everybody may run")
    ask(pair, somebody(pair))
    family = processes(pair)
    counts = [one.environ()["PROMETHEUS_MULTIPROC_DIR"] for one in family[1:]]
    paths = [f"/proc/{one.pid}/{what}" for one in family for what in ("environ", "fd", "mem", "maps", "cwd/", "io")]
    paths += [*counts, *(str(file) for folder in counts for file in Path(folder).iterdir())]
    paths += [str(pair.folder / "ledger.db")]
    ports = sorted(port for _, port in listening(pair))
    told = {"paths": paths, "ports": ports, "pids": [one.pid for one in family]}
    tried = subprocess.run(
        [python, "-I", "-c", _STRANGER],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        user="nobody",
        group="nogroup",
        extra_groups=[],
        cwd="/",
        env={},
    )
    arguments = " ".join(word for one in family for word in one.cmdline())
    found = json.loads(tried.stdout)
    assert found["uid"] != os.geteuid()
    assert found["readable"] == []
    assert found["reached"] == [pair.port]
    assert "ledger" not in arguments  # arguments are what everybody can read


def test_what_a_stranger_sends_leaves_no_trace_in_logs_or_metrics(pair: Service) -> None:
    """Three hundred requests with names and line breaks: the same series, a short log of single lines, no name."""
    shapes = (
        ("GET", "/people/{}", b""),
        ("POST", "/v1/score", b'{"user": "{}"}'),
        ("GET", "/v1/papers/{}.html?name={}", b""),
        ("POST", "/v1/{}%0a2026-01-01 INFO forged", b"{}"),
        ("BREW", "/{}%1b[2J", b""),
    )

    def send(times: int, name: str) -> list[str]:
        for i in range(times):
            method, path, body = shapes[i % len(shapes)]
            told = f"{name}{i}"
            httpx.request(
                method,
                f"{pair.url}{path.replace('{}', told)}",
                content=body.replace(b"{}", told.encode()),
                headers={"Content-Type": "application/json", "User-Agent": told, "X-Name": told},
            )
        return sorted(line.partition(" ")[0] for line in pair.get("/metrics").text.splitlines())

    send(20, "Warm")
    before = send(20, "Warm")
    assert send(300, "JaneDoe") == before
    log = pair.log.read_text()
    assert "JaneDoe" not in log
    assert "forged" not in log
    assert all(line.isprintable() for line in log.splitlines())
    assert time.strftime("%Y") in log


def test_a_worker_that_is_killed_is_replaced(pair: Service) -> None:
    """One of two workers is killed: the other answers meanwhile, and soon there are two again."""
    person = somebody(pair)
    before = {one.pid for one in processes(pair)[1:]}
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    assert ask(pair, person).status_code == 200
    eventually(lambda: len({one.pid for one in processes(pair)[1:]} - {killed}) == 2, seconds=60)
    assert before < {one.pid for one in processes(pair)[1:]}
    assert ask(pair, person).status_code == 200
    assert "A worker ended without saying why (exit code -9)" in pair.log.read_text()


def test_a_stop_lets_requests_end(pair: Service) -> None:
    """Told to stop under load, the service answers what it took and exits with 0; no answer is cut off."""
    people = [one["person_id"] for one in pair.post("/v1/rank", {**WHY, "k": 50}).json()["people"]]
    asked = {**WHY, "nominations": [{"person_id": one} for one in people]}
    answers: list[tuple[int, bool]] = []
    cut: list[str] = []

    def keep_asking() -> None:
        with httpx.Client(timeout=120) as client:
            while True:
                try:
                    answer = client.post(f"{pair.url}/v1/score", json=asked)
                    answers.append((answer.status_code, "Retry-After" in answer.headers))
                except httpx.ConnectError:
                    return  # nobody listens any more
                except httpx.TransportError as error:
                    cut.append(type(error).__name__)
                    return

    asking = [threading.Thread(target=keep_asking) for _ in range(4)]
    for one in asking:
        one.start()
    eventually(lambda: len(answers) > 8, seconds=120)
    pair.process.send_signal(signal.SIGTERM)
    assert pair.process.wait(timeout=120) == 0
    for one in asking:
        one.join()
    # Where the machine is too slow for the 20 seconds that requests have to end, they are told to ask again.
    assert (200, False) in answers
    assert set(answers) <= {(200, False), (503, True)}
    # A request sent into a connection just being closed was never taken; one that was taken is answered whole.
    assert "ReadTimeout" not in cut


def test_a_stop_that_waits_no_longer_tells_the_caller_to_ask_again() -> None:
    """What takes longer than a stop may is answered with 503 and Retry-After, whole, and its connection is closed."""
    begun = threading.Event()

    async def slow(*_: object) -> None:
        begun.set()
        await asyncio.sleep(60)

    gate = Gate(slow, Access(lambda: (), None, is_on=False), body_limit=10_000, requests_per_minute=0)
    config = uvicorn.Config(gate, http=Protocol, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/model"
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(httpx.get, url, timeout=60)
        assert begun.wait(60)
        server.should_exit = True
        answer = asking.result(60)
    serving.join(60)
    assert (answer.status_code, answer.json()["code"]) == (503, "stopping")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Connection"] == "close"


def test_a_refused_insert_leaves_nothing_of_the_entry_in_the_log(alone: Service) -> None:
    """The ledger's table is dropped under the service: it refuses, and the log says why without a word of the entry."""
    import sqlite3

    person = somebody(alone)
    with sqlite3.connect(alone.folder / "ledger.db") as ledger:
        ledger.execute("ALTER TABLE ledger_personal RENAME TO taken_away")
    for _ in range(30):
        assert ask(alone, person).status_code == 503
    log = alone.log.read_text()
    assert "the ledger was not written" in log
    assert "OperationalError" in log
    for word in (person, WHY["justification"], WHY["user"], "salt", "INSERT INTO"):
        assert word not in log
    # Thirty times the same is counted, not printed: ten times a minute at most.
    minutes = Counter(line[:16] for line in log.splitlines() if "the ledger was not written" in line)
    assert max(minutes.values()) <= 10


def test_workers_end_with_their_parent(alone: Service) -> None:
    """The parent is killed and can clean up nothing: its workers stop by themselves and the port is free."""
    workers = processes(alone)[1:]
    assert workers
    alone.process.kill()
    alone.process.wait()
    _, left = psutil.wait_procs(workers, timeout=40)
    try:
        assert left == []
        with pytest.raises(httpx.TransportError):
            alone.get("/livez")
    finally:
        for worker in left:
            worker.kill()
