"""Start a service on this machine, wait until it answers, and stop exactly what was started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes], *, seconds: float, log: Path) -> None:
    """Return when ``url/readyz`` answers 200.

    Raises
    ------
    RuntimeError
        The process ended first, or the time is over; the message names the log.
    """
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with exit code {process.returncode} before it was ready: see {log}")
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the service was not ready within {seconds:.0f} s: see {log}")


@contextmanager
def running_service(*, extract: Path, bundle: Path, ledger: str, log: Path, seconds: float = 60) -> Iterator[str]:
    """Run ``matac-ml serve`` on a free loopback port, and stop it and its workers at the end.

    Yields
    ------
    str
        The address of the service, such as ``http://127.0.0.1:43121``.
    """
    port = free_port()
    command = [sys.executable, "-m", "matac_ml", "serve", "--extract", str(extract), "--bundle", str(bundle)]
    command += ["--ledger", ledger, "--port", str(port)]
    with log.open("wb") as output:
        # A session of its own, so that the workers the service starts can be stopped with it.
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, seconds=seconds, log=log)
            yield f"http://127.0.0.1:{port}"
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> None:
    """Ask the process and its children to end, and end them if they have not after ``seconds``."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
