"""Starts a real service on a free port of this machine, and stops exactly what was started."""

import functools
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from matac_ml.apikeys import ApiKey, hash_key, make_key
from matac_ml.roles import ServiceRole
from matac_ml.yamltext import yaml_text

ROOT = Path(__file__).resolve().parents[2]
#: Of a force in which one specialist judges alone.
ONE_JUDGE = ROOT / "tests" / "casework" / "one-judgement.yaml"
# httpx reads every certificate of the system again for each client, a thirtieth of a second that no request here needs.
ssl.create_default_context = functools.cache(ssl.create_default_context)
WHY = {"user": "an.analyst", "purpose": "matac_nomination", "justification": "The November meeting."}


def free_port() -> int:
    """A port of the loopback interface that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@dataclass
class Service:
    """A running service."""

    url: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    folder: Path

    @property
    def ledger(self) -> str:
        """Address of its ledger."""
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def post(self, path: str, body: object, **how: object) -> httpx.Response:
        """One POST of JSON."""
        return httpx.post(f"{self.url}{path}", json=body, timeout=30, **how)  # type: ignore[arg-type]

    def get(self, path: str) -> httpx.Response:
        """One GET."""
        return httpx.get(f"{self.url}{path}", timeout=30)


def write_keys(folder: Path, *roles: ServiceRole, keys: Sequence[str] = ()) -> Path:
    """A key file with a key of each role, named after it; keys that nobody holds unless they are given."""
    lines = [
        ApiKey(name=role.value, role=role, sha256=hash_key(key)).model_dump(mode="json", exclude_none=True)
        for role, key in zip(roles, keys or [make_key() for _ in roles], strict=True)
    ]
    file = folder / "keys.yaml"
    file.write_text(yaml_text(lines))
    return file


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a service: this one's without anything of ours, no limit of requests, and bytecode kept.

    Python keeps bytecode unless somebody forbids it; without it every start compiles every library again.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MATAC_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "matac-ml-bytecode"))
    ours = {"MATAC_REQUESTS_PER_MINUTE": "0", "PYTHONUNBUFFERED": "1", "MATAC_TOOLKIT": str(ONE_JUDGE)}
    return {**kept, **ours, **more}


def start(made_up: Path, folder: Path, *, port: int | None = None, bundle: Path | None = None, **more: str) -> Service:
    """Start a service whose ledger and log are in ``folder``; ``more`` are variables of its environment."""
    port = port or free_port()
    command = [sys.executable, "-m", "matac_ml", "serve", "--port", str(port), "--extract", str(made_up / "extract")]
    command += ["--bundle", str(bundle or made_up / "bundle")]
    told = {
        "MATAC_LEDGER": f"sqlite:///{folder / 'ledger.db'}",
        "MATAC_MATRIX_ONLY": str(folder / "matrix-only"),
        **more,
    }
    log = folder / "service.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment({**told, **more}), stdout=out, stderr=out, start_new_session=True
        )
    return Service(f"http://127.0.0.1:{port}", port, process, log, folder)


def wait_until_ready(service: Service, *, seconds: float = 180) -> float:
    """Seconds until it said it was ready; AssertionError with its log when it never did."""
    started = time.monotonic()
    while time.monotonic() - started < seconds and service.process.poll() is None:
        try:
            if service.get("/readyz").status_code == 200:
                return time.monotonic() - started
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"never ready:\n{service.log.read_text()[-3000:]}")


def stop(service: Service) -> None:
    """Ask the service to end, and end it and those of its workers that have not."""
    if service.process.poll() is not None:
        return
    workers = psutil.Process(service.process.pid).children(recursive=True)
    service.process.send_signal(signal.SIGTERM)
    try:
        service.process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        service.process.kill()
        service.process.wait()
    _, left = psutil.wait_procs(workers, timeout=3)
    for worker in left:
        worker.kill()


@contextmanager
def running(made_up: Path, folder: Path, *, bundle: Path | None = None, **more: str) -> Iterator[Service]:
    """A service that is ready, until the end of the block."""
    service = start(made_up, folder, bundle=bundle, **more)
    try:
        wait_until_ready(service)
        yield service
    finally:
        stop(service)
