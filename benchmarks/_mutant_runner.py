"""Runs tests in a process in which the libraries are loaded already: one line of a folder's tests in, one line out.

Loading the libraries takes longer than most tests that one fault needs. Each run is a fork, so nothing that a test or a
fault does is there in the next one. The project's own modules are never loaded here.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

#: What the tests load. One that is not installed is left to the tests that need it.
LIBRARIES = (
    "bentoml",
    "duckdb",
    "httpx",
    "hypothesis.strategies",
    "jinja2",
    "joserfc.jwt",
    "lightgbm",
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "pydantic",
    "pytest",
    "scipy.stats",
    "sklearn.isotonic",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sqlalchemy",
    "starlette.testclient",
    "typer",
    "uvicorn",
)


def main() -> None:
    """For each line of standard input, a JSON list of pytest's arguments: its exit status, or -9 if it was ended."""
    processor_seconds, seconds = (int(argument) for argument in sys.argv[1:])
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    for line in sys.stdin:
        print(_run(json.loads(line), processor_seconds, seconds), flush=True)


def _run(arguments: list[str], processor_seconds: int, seconds: int) -> int:
    child = os.fork()
    if child == 0:
        _tests(arguments, processor_seconds)
    end = time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended or time.monotonic() > end:
            break
        time.sleep(0.02)
    # A test that was broken off may leave a service behind: it runs in the session that was begun for it.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not ended:
        os.waitpid(child, 0)
        return -signal.SIGKILL
    return os.waitstatus_to_exitcode(status)


def _tests(arguments: list[str], processor_seconds: int) -> None:
    """Run pytest in this process, which is a fork, and end it. The tests' output goes nowhere."""
    status = 99
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
        sys.path.insert(0, str(Path.cwd()))
        status = int(importlib.import_module("pytest").main(arguments))
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
